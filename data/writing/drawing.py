"""From a drawing to the network's input, prepared as MNIST's digits were.

MNIST's digits were cropped, scaled so that their bounding box fits 20 x 20 pixels, and placed in
28 x 28 with their center of mass at a fixed point. A network trained on them does poorly on a
drawing prepared in any other way: of real pen drawings, merely shrunk from the canvas, it
classifies about 70% correctly, of the same drawings prepared here 93%. `to_mnist` prepares a
drawing, and `steps` gives the stages that the page shows; each function says what it does and why.

Strokes must be light on a darker, even background. Dark ink on white paper has to be inverted
first (255 - image): a function that guessed would sometimes guess wrong.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from data.checks import SIDE
from data.writing.specks import Floats, without_specks

Picture: TypeAlias = npt.NDArray[np.float32]  # (H, W) from 0, the background, to 1

BOX = 20  # pixels, the longer side of the digit in the finished picture
# Where the center of mass goes, in pixels from the upper left corner: the middle of pixel
# (14, 14), not the middle of the picture, 14.0. In MNIST's 60,000 digits it lies at 14.50 ± 0.29,
# and half a pixel off costs five percentage points of accuracy on pen drawings.
CENTER = 14.5
# The middle half of MNIST's strokes are this wide, in pixels of the finished picture.
STROKE = (2.0, 2.6)

MAX_PIXELS = 4_000_000  # of a drawing; preparing one of 25 million takes seconds and 700 MB

_FINE = 4  # strokes are normalized on a grid this many times finer than the finished picture
_FAINTEST = 16 / 255  # with less contrast between background and strokes, the canvas is empty
_INK = 0.3  # a pixel at least this bright belongs to the digit
_SPECK = 0.1  # a separate mark with less than this share of the largest one's ink is a slip
_FARTHEST = 6  # fine pixels, the most that an edge is moved when the stroke is normalized
_LUMINANCE = np.array([0.299, 0.587, 0.114, 0], np.float32)  # of red, green, blue (ITU-R BT.601)


def to_mnist(image: npt.ArrayLike) -> Picture | None:
    """Prepare a drawing for the network; None if nothing is drawn.

    image: (H, W) gray or (H, W, 4) red, green, blue, alpha; uint8, light strokes on dark.
    Returns (28, 28) float32 in [0, 1], or None for an empty canvas: a picture of a single shade
    shows no digit, but a network given one would still name a digit.
    Raises ValueError for any other shape or type.

    Even a dot of a square pen is enlarged to 20 pixels and centered:

    >>> canvas = np.zeros((280, 280), np.uint8)
    >>> to_mnist(canvas) is None
    True
    >>> canvas[100:110, 60:70] = 255
    >>> picture = to_mnist(canvas)
    >>> picture.shape, round(float(picture[14].sum()), 1)
    ((28, 28), 20.0)
    """
    stages = steps(image)
    return stages[-1][1] if stages else None


def steps(image: npt.ArrayLike) -> list[tuple[str, Picture]]:
    """The steps from a drawing to the network's input, as (name, picture) in order.

    Pictures are float32 in [0, 1]: "drawn" (H, W), "cropped" (its bounding box), "stroke
    normalized" (on a finer grid), "scaled to 20×20" and "centered" (28, 28), which is what
    `to_mnist` returns. An empty canvas has no steps: []. Arguments and errors are those of
    `to_mnist`.
    """
    drawn = _brightness(image)
    low, high = drawn.min(), drawn.max()
    if high - low < _FAINTEST:
        return []
    ink = (drawn - low) / (high - low)  # background 0, brightest stroke 1, as in MNIST
    cropped = _crop(without_specks(_crop(ink, _INK), _INK, _SPECK), _INK)
    fine = _normalize_stroke(_fit(cropped, BOX * _FINE))
    pixel = max(fine.shape) / BOX  # fine pixels per finished pixel, along a side
    shape, mass = np.array(fine.shape), _center_of_mass(fine)
    # The digit's corner: its mass is centered, unless that would push a lopsided mark off the edge.
    corner = np.clip(CENTER - mass / pixel, 0, SIDE - shape / pixel)
    return [
        ("drawn", drawn),
        ("cropped", cropped),
        ("stroke normalized", fine),
        ("scaled to 20×20", _resample(fine, shape / 2, BOX / 2, pixel, (BOX, BOX))),
        ("centered", _resample(fine, (0, 0), corner, pixel, (SIDE, SIDE))),
    ]


def shrunk(image: npt.ArrayLike) -> list[tuple[str, Picture]]:
    """The steps if a drawing is not prepared: "drawn" (H, W) and "shrunk to 28×28".

    The longer side becomes 28 pixels; the place and the size of the digit stay, so a network
    trained on centered digits may be wrong. Arguments and errors are those of `to_mnist`; an empty
    canvas has no steps.

    >>> canvas = np.zeros((56, 56), np.uint8)
    >>> canvas[:2, 4:6] = 255
    >>> np.argwhere(shrunk(canvas)[-1][1])
    array([[0, 2]])
    """
    drawn = _brightness(image)
    if drawn.max() - drawn.min() < _FAINTEST:
        return []
    cell = max(drawn.shape) / SIDE
    middle = np.array(drawn.shape) / 2
    return [("drawn", drawn), ("shrunk to 28×28", _resample(drawn, middle, 14, cell, (SIDE, SIDE)))]


def _brightness(drawing: npt.ArrayLike) -> Picture:
    """Brightness (H, W) in [0, 1]; where it is transparent, the black behind it shows."""
    image = np.asarray(drawing)
    gray, rgba = image.ndim == 2, image.ndim == 3 and image.shape[-1] == 4
    if not (gray or rgba) or 0 in image.shape:
        raise ValueError(f"image: got shape {image.shape}, allowed are (H, W) and (H, W, 4)")
    if image.shape[0] * image.shape[1] > MAX_PIXELS:
        raise ValueError(f"image: got shape {image.shape}, allowed are {MAX_PIXELS:,} pixels")
    if image.dtype != np.uint8:
        raise ValueError(f"image: got dtype {image.dtype}, allowed is uint8, from 0 to 255")
    levels: Picture = image.astype(np.float32)
    if rgba:
        levels = (levels @ _LUMINANCE) * (levels[..., 3] / np.float32(255))
    brightness: Picture = np.minimum(levels / np.float32(255), np.float32(1))
    return brightness


def _crop(picture: Picture, lit: float) -> Picture:
    """The bounding box of all pixels brighter than the share `lit` of the brightest one."""
    least = lit * picture.max()
    rows = np.flatnonzero(picture.max(axis=1) > least)
    columns = np.flatnonzero(picture.max(axis=0) > least)
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit(picture: Picture, side: int) -> Picture:
    """Scale so that the longer side becomes `side` pixels; both sides by the same factor.

    Averaging a hairline with the background dims it, so the brightest pixel is made 1 again.
    """
    cell = max(picture.shape) / side
    shape = np.maximum(np.ceil(np.array(picture.shape) / cell - 1e-6), 1).astype(int)
    fitted = _resample(picture, np.array(picture.shape) / 2, shape / 2, cell, shape)
    brightened: Picture = fitted / fitted.max()
    return brightened


def _resample(
    picture: Picture,
    source: Sequence[float] | Floats,
    target: float | Floats,
    cell: float,
    shape: Sequence[int] | npt.NDArray[np.int_],
) -> Picture:
    """Average `picture` over a grid of square cells, `cell` pixels wide: anti-aliased scaling.

    The point `source` (down, right; in pixels) moves to `target` in the new picture, which has
    `shape`; outside the picture everything is black. A cell is the mean of the pixels it covers,
    each weighted by the part that is covered, so no ink is lost. Rows and columns are averaged by
    one matrix product each.
    """
    target = np.broadcast_to(target, 2)
    weights = []
    for axis in range(2):
        left = source[axis] + (np.arange(shape[axis])[:, None] - target[axis]) * cell
        pixel = np.arange(picture.shape[axis])
        covered = np.minimum(left + cell, pixel + 1) - np.maximum(left, pixel)
        weights.append((np.maximum(covered, 0) / cell).astype(np.float32))
    resampled: Picture = np.clip(weights[0] @ picture @ weights[1].T, 0, 1)
    return resampled


def _center_of_mass(picture: Picture) -> Floats:
    """[down, right] in pixels from the upper left corner; the middle of a pixel is at + 0.5."""
    height, width = picture.shape
    down, right = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
    moments = np.array([(picture * down).sum(), (picture * right).sum()])
    center: Floats = moments / picture.sum() + 0.5
    return center


def stroke_width(picture: Picture) -> float:
    """Mean width of the strokes, in pixels: twice the ink divided by the length of the outline.

    A stroke of length l and width w has l w ink and an outline of about 2 l. The length of the
    outline is the sum of the gradient's magnitude over the picture, which soft edges do not change.

    >>> bar = np.zeros((110, 20)); bar[5:105, 8:12] = 1  # 4 wide, 100 long
    >>> round(stroke_width(bar), 1)
    3.9
    """
    around = np.pad(picture, 1).astype(float)
    fall, rise = around[1:, 1:] - around[:-1, :-1], around[1:, :-1] - around[:-1, 1:]
    return float(2 * picture.sum(dtype=float) / np.sqrt((fall**2 + rise**2) / 2).sum())


def _normalize_stroke(fine: Picture) -> Picture:
    """Move the outline in or out until the stroke is as wide as most of MNIST's strokes.

    MNIST's strokes are all of similar width; here brushes differ, and a small drawing has thick
    strokes once it is enlarged. Moving the outline by d widens the stroke by 2 d, but also the
    box, which is then scaled back to its size; that gives the equation for d.
    """
    box, width = max(fine.shape), stroke_width(fine)
    share = np.clip(width / box, STROKE[0] / BOX, STROKE[1] / BOX)
    move = (share * box - width) / (2 * (1 - share))
    # The width is at most twice the radius of the largest disk that fits inside, so no drawing
    # vanishes when a quarter of its width is taken off.
    move = float(np.clip(move, -min(_FARTHEST, width / 4), _FARTHEST))
    if abs(move) < 0.1:
        return fine
    room = np.pad(fine, _FARTHEST + 1)
    # To thin the stroke, let the background grow.
    moved = dilate(room, move) if move > 0 else 1 - dilate(1 - room, -move)
    return _crop(moved, 0.5)


def dilate(pictures: Picture, radius: float) -> Picture:
    """For each pixel, the brightest one within `radius`, which need not be a whole number.

    `pictures` is one, (H, W), or several, (N, H, W).
    """
    reach = int(np.ceil(radius))
    near, far = pictures.copy(), pictures.copy()
    edges = [(0, 0)] * (pictures.ndim - 2) + [(reach, reach)] * 2
    around = np.pad(pictures, edges, mode="edge")
    height, width = pictures.shape[-2:]
    for y in range(-reach, reach + 1):
        for x in range(-reach, reach + 1):
            if y * y + x * x > reach * reach:
                continue
            moved = around[..., reach + y : reach + y + height, reach + x : reach + x + width]
            np.maximum(far, moved, out=far)
            if y * y + x * x <= (reach - 1) ** 2:
                np.maximum(near, moved, out=near)
    return near + np.float32(radius - (reach - 1)) * (far - near)
