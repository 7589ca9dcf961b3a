"""Find the ink in a photo or scan of handwriting, whatever the paper, the light and the pen.

A drawing has a black ground and white strokes; a photo has shadows, gray paper, printed lines, dust
and perhaps a table around the sheet. `ink` turns the one into the other, step by step:

1. Ink is darker than the paper, as most pens' is, or lighter, as chalk: what is narrow tells which.
2. Each color channel is tried, and the one that shows the ink best is taken.
3. The paper's brightness around each pixel is what remains when all that is narrow is filled; a
   mark is ink if it differs enough from that.
4. Printed lines, marks that touch the edge, and specks are no handwriting.
5. The rest is cut out, with some room around it, and looked at once more from near.

No network and nothing learned has a part in it. `drawing` then prepares the ink like a
drawing. `tests/data/writing/test_handwriting.py` measures it on 27 kinds of pictures.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from data.writing.drawing import Picture
from data.writing.paper import channel_of, clearest, contrast_of
from data.writing.rulings import without_lines
from data.writing.specks import boxes_of, label_marks

Mask = npt.NDArray[np.bool_]

FAR, NEAR = 400, 280  # pixels of the longer side: to find the digit, and to cut it out
_LEAST = 0.1  # contrast to the paper: fainter marks are stains or shadows
_UNEVEN = 6.0  # standard deviations of the paper's own unevenness that ink must differ
_PART = 0.45  # of the contrast of the darkest ink
_ROOM = 0.3  # around the digit, in its longer sides
_SHARE = 0.12  # of the largest mark's ink: smaller marks are specks
_TINY = 0.02  # of the picture's longer side: what is shorter is no handwriting
_INSIDE = 0.06  # of the picture's longer side: a mark this long may be the handwriting


class Ink(NamedTuple):
    """What was found in a picture."""

    image: npt.NDArray[np.uint8]  # (H, W), light strokes on black
    steps: list[tuple[str, Picture]]  # small pictures of what was done, by name
    dark: bool  # whether the ink is darker than the paper


def ink(picture: Image.Image) -> Ink | None:
    """The ink in an RGB or gray picture; None if there is no handwriting.

    >>> paper = np.full((300, 400), 200, np.uint8)
    >>> ink(Image.fromarray(paper)) is None
    True
    >>> paper[100:200, 150:160] = 60
    >>> found = ink(Image.fromarray(paper))
    >>> found.dark, found.image.max(), [name for name, _ in found.steps]
    (True, np.uint8(255), ['picture', 'paper evened out', 'ink'])
    """
    far = _shrunk(picture, FAR)
    contrast, dark, channel = clearest(far)
    found = _box(contrast)
    if found is None:  # a table around the sheet may have misled it
        dark = not dark
        found = _box(contrast_of(channel_of(far, channel), dark))
    if found is None:
        return None
    scale = max(picture.size) / max(far.size)
    near = _shrunk(picture.crop(_with_room(found, scale, picture.size)), NEAR)
    if (scaled := max(near.size) / NEAR) < 1:
        near = near.resize(
            [max(round(side / scaled), 1) for side in near.size], Image.Resampling.BICUBIC
        )
    contrast = contrast_of(channel_of(near, channel), dark)
    mask = _mask(contrast)
    if mask is None:
        return None
    level = contrast[mask].mean()
    soft = np.clip((contrast / level - 0.35) / 0.4, 0, 1) * _grown(mask)
    if not soft.any():
        return None
    return Ink(
        np.rint(soft * 255).astype(np.uint8),
        [
            ("picture", np.asarray(far.convert("L"), np.float32) / np.float32(255)),
            ("paper evened out", np.clip(contrast / max(level, 1e-6), 0, 1).astype(np.float32)),
            ("ink", soft.astype(np.float32)),
        ],
        dark,
    )


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    """A copy whose longer side is at most so many pixels, each the mean of those it covers."""
    copy = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
    if max(copy.size) <= side:
        return copy
    factor = side / max(copy.size)
    return copy.resize(
        [max(round(n * factor), 1) for n in copy.size], Image.Resampling.BOX, reducing_gap=None
    )


def _threshold(contrast: Picture) -> float:
    """The contrast of ink: a good part of what the darkest ink has, and more than the paper's."""
    low, usual = np.percentile(contrast, [16, 50])  # ink is at the other end
    least = max(_LEAST, _UNEVEN * float(usual - low))
    some = contrast[contrast > least]
    return max(least, _PART * float(np.percentile(some, 90))) if some.size else 1.0


def _mask(contrast: Picture) -> Mask | None:
    """The pixels of the handwriting; None if there is none."""
    mask = without_lines(contrast > _threshold(contrast))
    return _marks(mask)


def _marks(mask: Mask) -> Mask | None:
    """The marks of a mask that are handwriting: not specks, and not what touches the edge.

    If all that is large touches the edge, the picture was cut close to the digit.
    """
    label = label_marks(mask)
    count = np.bincount(label.ravel())
    count[0] = 0
    edge = np.zeros(len(count), bool)
    edge[np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]])] = True
    top, bottom, left, right = boxes_of(label).T
    longest = np.maximum(bottom - top, right - left) + 1
    count[longest < _TINY * max(mask.shape)] = 0
    inside = ~edge & (count > 0)
    if (longest >= max(_INSIDE * max(mask.shape), 3))[inside].any():
        count[edge] = 0
    if not count.any():
        return None
    kept: Mask = (count >= max(_SHARE * count.max(), 1))[label]
    return kept


def _box(contrast: Picture) -> tuple[int, int, int, int] | None:
    """Where the handwriting is: left, top, right, bottom."""
    mask = _mask(contrast)
    if mask is None:
        return None
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _with_room(
    box: tuple[int, int, int, int], scale: float, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The box in the whole picture, with room around the digit."""
    room = _ROOM * max(box[2] - box[0], box[3] - box[1]) + 2
    left, top = (max(int((edge - room) * scale), 0) for edge in box[:2])
    right, bottom = (
        min(int(np.ceil((edge + room) * scale)), most)
        for edge, most in zip(box[2:], size, strict=True)
    )
    return left, top, right, bottom


def _grown(mask: Mask) -> Mask:
    """The mask and the pixels beside it, for soft edges."""
    grown = np.asarray(
        Image.fromarray(mask.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(5))
    )
    return grown > 0
