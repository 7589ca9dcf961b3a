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
from data.writing.rulings import without_lines
from data.writing.specks import boxes_of, label_marks

Mask = npt.NDArray[np.bool_]

FAR, NEAR = 400, 280  # pixels of the longer side: to find the digit, and to cut it out
_COARSE, _REACH = 32, 9  # pixels of the longer side, and around each: most of them are paper
_EVEN = 8  # gray levels from black or white: what a drawing program leaves empty
_DIM = 56  # gray levels: of dimmer paper, contrast is counted as of this
_NARROW = 0.04  # of the longer side: a thin stroke, but no shadow
_WIDEST = 0.34  # of the longer side: what is narrower may be a stroke
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
    contrast, dark, channel = _clearest(far)
    found = _box(contrast)
    if found is None:  # a table around the sheet may have misled it
        dark = not dark
        found = _box(_contrast(_channel(far, channel), dark))
    if found is None:
        return None
    scale = max(picture.size) / max(far.size)
    near = _shrunk(picture.crop(_with_room(found, scale, picture.size)), NEAR)
    if (scaled := max(near.size) / NEAR) < 1:
        near = near.resize(
            [max(round(side / scaled), 1) for side in near.size], Image.Resampling.BICUBIC
        )
    contrast = _contrast(_channel(near, channel), dark)
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


def _channel(picture: Image.Image, name: str) -> Image.Image:
    return picture.convert("L") if name == "L" else picture.getchannel(name)


def _clearest(picture: Image.Image) -> tuple[Picture, bool, str]:
    """The contrast of the ink, whether it is dark, and the color channel that shows it best.

    Blue ink is hardly seen in blue light, and red margins not in red.
    """
    best = None
    for name in ("L", *(picture.getbands() if picture.mode == "RGB" else ())):
        channel = _channel(picture, name)
        dark = _is_dark(channel)
        contrast = _contrast(channel, dark)
        clear = _clearness(contrast) * (1.1 if name == "L" else 1.0)  # it has the least noise
        if best is None or clear > best[0]:
            best = clear, contrast, dark, name
    assert best
    return best[1:]


def _is_dark(channel: Image.Image) -> bool:
    """Whether the ink is darker than the paper.

    It is what differs from most of its neighborhood, and what is narrow: the edge of a shadow has
    as much on its dark side as on its light one, and is nowhere narrow.
    """
    even = _even_paper(np.asarray(channel))
    if even is not None:
        return float(np.mean(np.asarray(channel))) < even
    coarse = channel.copy()
    coarse.thumbnail((_COARSE, _COARSE), Image.Resampling.BOX)
    levels = np.pad(np.asarray(coarse, np.float32), _REACH, mode="symmetric")
    size = 2 * _REACH + 1
    around = np.lib.stride_tricks.sliding_window_view(levels, (size, size))
    median = np.median(around.reshape(*around.shape[:2], -1), axis=-1)
    wide = (np.asarray(coarse, np.float32) - median) ** 3
    fine = np.asarray(channel.filter(ImageFilter.GaussianBlur(max(channel.size) / 500)))
    size = max(int(_NARROW * max(fine.shape)), 3)
    light = (fine - (255 - closed(255 - fine, size))).astype(np.float32) ** 3
    dark = (closed(fine, size) - fine).astype(np.float32) ** 3
    narrow = (dark.sum() - light.sum()) / (dark.sum() + light.sum() + dark.size)
    return bool(narrow > wide.sum() / (np.abs(wide).sum() + wide.size))


def _contrast(channel: Image.Image, dark: bool) -> Picture:
    """How much darker (or lighter) than the paper each pixel is, as a share: (H, W), at most 1.

    The paper is what remains if every dark mark is filled that is narrower than a third of the
    picture (a morphological closing). A shadow, however sharp its edge, is wider. In what a
    drawing program saves, the paper is what the edge shows.
    """
    calm = channel.filter(ImageFilter.GaussianBlur(max(channel.size) / 500))
    levels = np.asarray(calm)
    levels = levels if dark else 255 - levels
    even = _even_paper(levels)
    if even is not None:
        return np.asarray((even - levels.astype(np.float32)) / max(even, _DIM), np.float32)
    paper = closed(levels, max(int(_WIDEST * max(levels.shape)), 3))
    share = (paper - levels.astype(np.float32)) / np.maximum(paper, _DIM)
    usual = min(float(np.median(share)), 0.5)  # the largest of many is above the paper's mean
    return np.asarray((share - usual) / (1 - usual), np.float32)


def _even_paper(levels: npt.NDArray[np.uint8]) -> float | None:
    """The level at the picture's edge, if it is white or black all around, as no camera sees it."""
    edge = np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
    low, level, high = np.percentile(edge, [10, 50, 90])
    return float(level) if high <= _EVEN or low >= 255 - _EVEN else None


def closed(levels: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.uint8]:
    """The levels (H, W) where every darker mark narrower than `size` pixels is filled.

    The picture goes on beyond its edge as it is there, or a corner in the shade would be filled.
    """
    room = size // 2
    around = np.pad(levels, 2 * room, mode="edge")
    closed: npt.NDArray[np.uint8] = 255 - _largest(255 - _largest(around, room), room)
    return closed


def _largest(levels: npt.NDArray[np.uint8], room: int) -> npt.NDArray[np.uint8]:
    """The largest level in the square of `room` pixels to each side, where it lies inside."""
    for axis in (0, 1):
        levels = np.moveaxis(levels, axis, 0)
        size, reach = 2 * room + 1, 1  # a row holds the largest of `reach` rows
        while reach < size:
            step = min(reach, size - reach)
            levels = np.maximum(levels[: len(levels) - step], levels[step:])
            reach += step
        levels = np.moveaxis(levels, 0, axis)
    return levels


def _clearness(contrast: Picture) -> float:
    """How far ink stands out of the paper's unevenness."""
    count = max(contrast.size // 500, 1)
    top = np.partition(contrast.ravel(), -count)[-count:]
    return float(top.mean() / (contrast.std() + np.median(contrast) + 0.02))


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
