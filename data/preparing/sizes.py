"""Make images of another size 28 x 28, so that every network of the lab can take them.

UCI's digits (8 x 8), USPS and Semeion (16 x 16) are smaller. They are enlarged smoothly, their
edges are sharpened, and they are prepared like MNIST's digits: merely enlarged they would be blurs,
which a network that learned from MNIST does not recognize. Larger images are shrunk.
"""

import math
from functools import cache

import numpy as np
import numpy.typing as npt

from data.checks import PIXELS, SIDE, DataError, check_side
from data.dataset import Bytes
from data.writing.drawing import to_mnist

MOST_ENLARGED = 30_000  # images; each takes about 3 ms
GRID = 96  # pixels, about the side of an enlarged picture
EDGE = 0.6  # brightness at a stroke's edge in the enlarged picture, for strokes like MNIST's
STEEPNESS = 4.0  # of the edge, a ramp over a quarter of the gray levels


def side_of(file: str, features: int) -> int:
    """The side of square images of D pixels. Raises DataError if there is none."""
    side = math.isqrt(features)
    if side * side != features:
        raise DataError(
            f"{file}: images of {features:,} pixels, which is no square; expected {PIXELS:,}."
        )
    check_side(file, side, side)
    return side


def check_enlarged(file: str, side: int, count: int) -> None:
    """Raise DataError if this many images would take too long to enlarge."""
    if side < SIDE and count > MOST_ENLARGED:
        raise DataError(
            f"{file}: {count:,} images of {side} x {side} pixels; at most {MOST_ENLARGED:,} can be "
            f"enlarged to {SIDE} x {SIDE}."
        )


def to_side(images: npt.NDArray[np.floating], side: int) -> Bytes:
    """Images (N, side * side) from 0 to 1, made 28 x 28: (N, 784) uint8."""
    pictures = images.reshape(-1, side, side)
    change = enlarge if side < SIDE else _shrink
    made = np.empty((len(pictures), PIXELS), np.uint8)
    for number, picture in enumerate(pictures):
        made[number] = change(picture)
    return made


def enlarge(image: npt.NDArray[np.floating]) -> Bytes:
    """An image (S, S) from 0 to 1, smaller than 28 x 28, as a digit (784,) like MNIST's."""
    weights = _spline(len(image) + 2)
    enlarged = weights @ np.pad(image, 1) @ weights.T
    sharp = np.clip((enlarged - EDGE) * STEEPNESS + 0.5, 0, 1)
    prepared = to_mnist(np.rint(255 * sharp).astype(np.uint8))
    if prepared is None:  # an empty image
        return np.zeros(PIXELS, np.uint8)
    made: Bytes = np.rint(255 * prepared).astype(np.uint8).ravel()
    return made


@cache
def _spline(side: int) -> npt.NDArray[np.float64]:
    """The weights (T * S, S) with which a cubic spline enlarges a side of S pixels T times.

    SciPy would work them out again for each picture, which takes as long as all the rest.
    """
    from scipy.ndimage import zoom

    times = max(GRID // (side - 2), 2)
    weights: npt.NDArray[np.float64] = zoom(
        np.eye(side), (times, 1), mode="grid-constant", grid_mode=True
    )
    return weights


def _shrink(image: npt.NDArray[np.floating]) -> Bytes:
    """An image (S, S) from 0 to 1, larger than 28 x 28, as (784,): each pixel a mean."""
    margin, rest = divmod(len(image) - SIDE, 2)
    inner = slice(margin, margin + SIDE)
    if not rest and math.isclose(image.sum(), image[inner, inner].sum()):
        shrunk = image[inner, inner]  # MNIST in a wider frame
    else:
        edges = np.linspace(0, len(image), SIDE + 1)
        pixel = np.arange(len(image))
        covered = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
        weights = np.maximum(covered, 0) * (SIDE / len(image))
        shrunk = weights @ image @ weights.T
    made: Bytes = np.rint(255 * shrunk).clip(0, 255).astype(np.uint8).ravel()
    return made
