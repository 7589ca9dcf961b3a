"""The paper under handwriting: how bright it is around each pixel, and how far ink differs."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from data.writing.drawing import Picture

_COARSE, _REACH = 32, 9  # pixels of the longer side, and around each: most of them are paper
_EVEN = 8  # gray levels from black or white: what a drawing program leaves empty
_DIM = 56  # gray levels: of dimmer paper, contrast is counted as of this
_NARROW = 0.04  # of the longer side: a thin stroke, but no shadow
_WIDEST = 0.34  # of the longer side: what is narrower may be a stroke


def channel_of(picture: Image.Image, name: str) -> Image.Image:
    """One color channel of a picture; "L" is its brightness."""
    return picture.convert("L") if name == "L" else picture.getchannel(name)


def clearest(picture: Image.Image) -> tuple[Picture, bool, str]:
    """The contrast of the ink, whether it is dark, and the color channel that shows it best.

    Blue ink is hardly seen in blue light, and red margins not in red.
    """
    best = None
    for name in ("L", *(picture.getbands() if picture.mode == "RGB" else ())):
        channel = channel_of(picture, name)
        dark = _is_dark(channel)
        contrast = contrast_of(channel, dark)
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


def contrast_of(channel: Image.Image, dark: bool) -> Picture:
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
