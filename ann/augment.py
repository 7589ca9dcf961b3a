"""Augmentation: training digits distorted a little at random, so that the network learns more.

Nobody writes a digit the same way twice. So each training digit is shifted, rotated, scaled,
sheared and stretched like rubber (elastic distortion: Simard, Steinkraus and Platt 2003) before
the network sees it. For speed, a bank of random warps is made once. For each pixel of the picture,
a warp says where to read in the digit enlarged twice; so a whole batch is one look-up.
"""

from functools import lru_cache
from math import isqrt

import numpy as np

from ann.recipe import Recipe

NOISES = 256  # different patterns of noise
BANK = 2000  # different warps; with 60,000 digits they make 120 million pictures
AMOUNTS = tuple(f"augment_{name}" for name in ("shift", "rotation", "scale", "shear", "elastic"))
SMOOTH = 5.0  # pixels over which an elastic distortion changes little


def side_of(n_features: int) -> int:
    """The side of a square picture of `n_features` pixels; `ValueError` if it is not square."""
    side = isqrt(n_features)
    if side * side != n_features:
        raise ValueError(f"augment: pictures of {n_features} pixels are not square; set it to 0")
    return side


@lru_cache(maxsize=4)
def warp_bank(
    seed: int,
    side: int,
    shift: float,
    rotation: float,
    scale: float,
    shear: float,
    elastic: float,
    count: int = BANK,
) -> np.ndarray:
    """Random warps (count, side²): flat positions in a picture enlarged to (2 side, 2 side).

    Each is drawn uniformly from ±shift pixels (both ways), ±rotation degrees, a factor of
    1 ± scale and ±shear, plus an elastic field of displacements with a standard deviation of
    `elastic` pixels.
    """
    rng = np.random.default_rng(seed)
    center = (side - 1) / 2
    y, x = np.mgrid[:side, :side].reshape(2, -1) - center

    def draw(most: float, *shape: int) -> np.ndarray:
        return rng.uniform(-most, most, (count, *shape))

    angle, factor, slant = np.radians(draw(rotation, 1)), 1 + draw(scale, 1), draw(shear, 1)
    dx, dy = draw(shift, 1), draw(shift, 1)
    # where a pixel of the new picture comes from: undo shift, rotation and scale, then the shear
    turned_x = (np.cos(angle) * (x - dx) + np.sin(angle) * (y - dy)) / factor
    turned_y = (-np.sin(angle) * (x - dx) + np.cos(angle) * (y - dy)) / factor
    from_x, from_y = turned_x - slant * turned_y, turned_y
    if elastic:
        from_x = from_x + elastic * _smooth_noise(rng, count, side)
        from_y = from_y + elastic * _smooth_noise(rng, count, side)
    columns = np.clip(np.rint(2 * (from_x + center)), 0, 2 * side - 2).astype(np.int32)
    rows = np.clip(np.rint(2 * (from_y + center)), 0, 2 * side - 2).astype(np.int32)
    positions: np.ndarray = rows * (2 * side) + columns
    return positions


def _smooth_noise(rng: np.random.Generator, count: int, side: int) -> np.ndarray:
    """Noise (count, side²) with standard deviation 1, smoothed by a Gaussian of SMOOTH pixels."""
    distance = np.subtract.outer(np.arange(side), np.arange(side))
    blur = np.exp(-0.5 * (distance / SMOOTH) ** 2).astype(np.float32)
    blur /= np.sqrt(np.square(blur).sum(axis=1, keepdims=True))  # keeps the deviation at 1
    noise = rng.standard_normal((count, side, side), dtype=np.float32)
    return (blur @ noise @ blur.T).reshape(count, -1)


def enlarge(pictures: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Pictures (N, side, side), enlarged twice into `out` (N, 2 side, 2 side).

    Even positions hold the pixels themselves, odd ones the mean of their neighbors. The last row
    and column, beyond the last pixel, are never read.
    """
    half = pictures // 2 if pictures.dtype.kind in "ui" else pictures / 2
    out[:, ::2, ::2] = pictures
    out[:, ::2, 1:-1:2] = half[:, :, :-1] + half[:, :, 1:]
    between = out[:, ::2] // 2 if out.dtype.kind in "ui" else out[:, ::2] / 2
    out[:, 1:-1:2] = between[:, :-1] + between[:, 1:]
    return out


def augments(recipe: Recipe) -> bool:
    """Whether a recipe changes training digits at random, by warps or by noise."""
    return any(getattr(recipe, name) for name in (*AMOUNTS, "pixel_noise"))


def bank_of(recipe: Recipe, n_features: int) -> np.ndarray | None:
    """The recipe's warps for pictures of D = `n_features` pixels; None if it has none."""
    amounts = [getattr(recipe, name) for name in AMOUNTS]
    if not any(amounts):
        return None
    return warp_bank(recipe.seed, side_of(n_features), *amounts)


@lru_cache(maxsize=4)
def noise_bank(seed: int, n_features: int) -> np.ndarray:
    """Patterns of noise (NOISES, D), float32, normally distributed with standard deviation 1."""
    rng = np.random.default_rng([seed, NOISES])
    return rng.standard_normal((NOISES, n_features), dtype=np.float32)


class Noise:
    """Adds the recipe's pixel noise to samples (n, D) of values from `low` to `high`."""

    def __init__(self, recipe: Recipe, n_features: int, low: float, high: float):
        self._low, self._high = low, high
        amount = np.float32(recipe.pixel_noise * (high - low))
        self._bank = noise_bank(recipe.seed, n_features) * amount

    def add(self, x: np.ndarray, warps: np.ndarray) -> np.ndarray:
        """Sample i gets pattern `warps[i]` (counted around), in place, and stays within range."""
        x += self._bank[warps % NOISES]
        return np.clip(x, self._low, self._high, out=x)


class Augmenter:
    """Augments batches of up to `most` pictures with the warps of one bank, in its own arrays."""

    def __init__(self, bank: np.ndarray, most: int, dtype: np.dtype):
        self._side = side = isqrt(bank.shape[1])
        self._bank = bank
        # zeros, because the last row and column are never written
        self._large = np.zeros((most, 2 * side, 2 * side), dtype)
        self._first = np.arange(most, dtype=np.intp)[:, None] * self._large[0].size
        self._places = np.empty((most, bank.shape[1]), np.intp)

    def augment(self, pictures: np.ndarray, warps: np.ndarray, out: np.ndarray) -> np.ndarray:
        """Each picture i (of n, D) distorted by warp `warps[i]`, into `out` (n, D)."""
        n = len(pictures)
        enlarge(pictures.reshape(n, self._side, self._side), self._large[:n])
        places = np.add(self._bank[warps], self._first[:n], out=self._places[:n])
        self._large.reshape(-1).take(places, out=out, mode="clip")
        return out
