"""Ways to change a digit that leave it readable: to see how well a network holds up.

Each takes images (N, D), D = side², and a strength, and returns versions of them, each (N, D)
uint8. At strength 0 nothing changes. What comes in from outside is background, 0.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isqrt

import numpy as np
import numpy.typing as npt

from data.dataset import Bytes
from data.writing.drawing import Picture, dilate


@dataclass(frozen=True)
class Distortion:
    """One way to change digits, with the strengths to try."""

    name: str
    label: str
    unit: str  # of the strengths, as on an axis
    about: str  # what it does, in a sentence
    strengths: tuple[float, ...]
    _apply: Callable[[Picture, float], Iterator[Picture]]

    def versions(self, images: Bytes, strength: float) -> list[Bytes]:
        """The images (N, D) changed, once or in several directions: a list of (N, D)."""
        side = isqrt(images.shape[1])
        if side * side != images.shape[1]:
            raise ValueError(f"images: {images.shape[1]} pixels are not square")
        if not strength:
            return [images]
        pictures = images.reshape(-1, side, side).astype(np.float32)
        return [
            _levels(version).reshape(images.shape) for version in self._apply(pictures, strength)
        ]


def _levels(pictures: Picture) -> Bytes:
    return np.rint(np.clip(pictures, 0, 255)).astype(np.uint8)


def _noise(pictures: Picture, strength: float) -> Iterator[Picture]:
    random = np.random.default_rng(round(strength))
    noise = random.standard_normal(pictures.shape, dtype=np.float32)
    yield pictures + np.float32(strength) * noise


def _shift(pictures: Picture, strength: float) -> Iterator[Picture]:
    pixels, side = round(strength), pictures.shape[1]
    room = np.pad(pictures, ((0, 0), (pixels, pixels), (pixels, pixels)))
    for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        y, x = pixels - down * pixels, pixels - right * pixels
        yield room[:, y : y + side, x : x + side]


def _rotate(pictures: Picture, strength: float) -> Iterator[Picture]:
    """Clockwise for a positive angle, around the middle; between pixels, bilinear."""
    side, angle = pictures.shape[1], np.radians(strength)
    middle = (side - 1) / 2
    y, x = np.mgrid[:side, :side] - middle
    from_x = np.cos(angle) * x + np.sin(angle) * y + middle + 1  # 1 for the border below
    from_y = -np.sin(angle) * x + np.cos(angle) * y + middle + 1
    from_x, from_y = np.clip(from_x, 0, side + 0.999), np.clip(from_y, 0, side + 0.999)
    column, row = from_x.astype(int), from_y.astype(int)
    across, along = (from_x - column).astype(np.float32), (from_y - row).astype(np.float32)
    room = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    top = room[:, row, column] * (1 - across) + room[:, row, column + 1] * across
    bottom = room[:, row + 1, column] * (1 - across) + room[:, row + 1, column + 1] * across
    yield top * (1 - along) + bottom * along


def _thicken(pictures: Picture, strength: float) -> Iterator[Picture]:
    """The outline moves out by half of the strength, or in: then the background grows."""
    if strength > 0:
        yield dilate(pictures, strength / 2)
    else:
        yield 255 - dilate(255 - pictures, -strength / 2)


def _blur(pictures: Picture, strength: float) -> Iterator[Picture]:
    pixels = np.arange(pictures.shape[1])
    weights = np.exp(-0.5 * (np.subtract.outer(pixels, pixels) / strength) ** 2)
    # divided by the whole bell curve's sum: what would spread across the edge is lost there
    bell: npt.NDArray[np.float32] = (weights / weights.sum(axis=1).max()).astype(np.float32)
    spread: Picture = np.matmul(np.matmul(bell, pictures), bell.T).astype(np.float32, copy=False)
    yield spread


DISTORTIONS = {
    one.name: one
    for one in (
        Distortion(
            "noise",
            "Noise",
            "standard deviation in gray levels",
            "A random number is added to each pixel.",
            (0, 25, 50, 75, 100, 125),
            _noise,
        ),
        Distortion(
            "shift",
            "Shift",
            "pixels",
            "The digit is moved right, left, down and up; the accuracy is the mean of the four.",
            (0, 1, 2, 3, 4),
            _shift,
        ),
        Distortion(
            "rotation",
            "Rotation",
            "degrees clockwise",
            "The digit is turned around the middle of the image.",
            (-60, -45, -30, -15, 0, 15, 30, 45, 60),
            _rotate,
        ),
        Distortion(
            "thickness",
            "Thickness",
            "pixels that strokes grow, or shrink below 0",
            "The strokes' outlines are moved out or in.",
            (-2, -1, 0, 1, 2, 3, 4),
            _thicken,
        ),
        Distortion(
            "blur",
            "Blur",
            "standard deviation in pixels",
            "Each pixel becomes a mean of those around it, weighted by a bell curve.",
            (0, 0.5, 1, 1.5, 2, 3),
            _blur,
        ),
    )
}
