"""Samples on their way into the estimator: their weights, their order, the range of their values.

The last of these is where arrays of pictures go wrong silently: a network that was trained on 0 to
255 answers on 0 to 1, too, but badly.
"""

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ann.scaling import Scaling, fit_scaling
from ann.state import Split, Weights

FEW = 250  # samples that show the range of all
OTHER_RANGE = 8  # times larger or smaller than the values in training: another unit
ENOUGH = 100  # values, below which a sample may just be unusual
DARK = 127  # bytes up to here use less than half of their range
LEVELS = (1, 255, 256)  # what pixels are divided by
ROUNDING = 1e-4  # of a level
BLOCK = 256  # samples at a time


def sample_weights(given: npt.ArrayLike | None, n_samples: int) -> np.ndarray | None:
    """The weights (N,) as float64; `ValueError` for other shapes, negative numbers and all zeros.

    >>> sample_weights([1, -1], 2)
    Traceback (most recent call last):
    ValueError: sample_weight: -1.0 is negative
    """
    if given is None:
        return None
    weights = np.asarray(given, np.float64)
    if weights.ndim == 0:
        weights = np.full(n_samples, weights)
    if weights.shape != (n_samples,):
        raise ValueError(f"sample_weight: shape {weights.shape}; needs ({n_samples},)")
    if not np.isfinite(weights).all():
        raise ValueError("sample_weight: holds NaN or infinity")
    if weights.min() < 0:
        raise ValueError(f"sample_weight: {weights.min()} is negative")
    if not weights.any():
        raise ValueError("sample_weight: all weights are zero; needs one above 0")
    return weights


def in_any_order(
    x: np.ndarray, codes: np.ndarray, weights: np.ndarray | None, batch_size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Samples, class numbers and weights in an order that depends on the samples alone.

    It is for sets that fit in one batch, and leaves others as they are. In one batch the order has
    no meaning, and a sample of weight 2 is the same as that sample twice. Only the last digits of
    sums would differ, so repeat and sort the samples, by a hash, and not even those do.
    """
    repeats = np.ones(len(codes)) if weights is None else weights
    if repeats.sum() > batch_size or (repeats != np.rint(repeats)).any():
        return x, codes, weights
    rows = np.repeat(np.arange(len(codes)), repeats.astype(int))
    keys = [blake2b(x[i].tobytes() + codes[i].tobytes(), digest_size=8).digest() for i in rows]
    order = rows[sorted(range(len(rows)), key=keys.__getitem__)]
    return x[order], codes[order], None


class Samples(NamedTuple):
    """Samples x (N, D), their class numbers and weights, and which are for training."""

    x: np.ndarray
    codes: np.ndarray
    weights: np.ndarray | None
    train: np.ndarray  # positions
    held: np.ndarray  # positions, for validation

    def counts(self) -> Weights | None:
        """The weights as the loop takes them: those of the training samples have mean 1."""
        if self.weights is None:
            return None
        mean = self.weights[self.train].mean()
        return Weights(self.weights[self.train] / mean, self.weights[self.held])


class Picked(NamedTuple):
    """Samples as the loop gets them; where they are bytes made of floats, `levels` make 1."""

    split: Split
    levels: int = 0


def pick(given: Samples, augmented: bool) -> Picked:
    """Training and validation samples, as bytes where nothing is lost by it.

    Digits often come as floats, from 0 to 255 or divided by 255. As bytes they take a quarter of
    the memory, or an eighth, and are read as much faster in each epoch. Augmentation takes means of
    neighbors, for which bytes that use less than half of their range are too coarse.
    """
    x, parts = given.x, (given.train, given.held)
    labels = [given.codes[rows] for rows in parts]
    for levels in () if augmented or x.dtype == np.uint8 else LEVELS:
        if _levels(x[:: -(-len(x) // 10)], levels) is None:
            continue  # not even ten samples fit
        found = [_take_levels(x, rows, levels) for rows in parts]
        if found[0] is not None and found[1] is not None:
            return Picked(Split(found[0], labels[0], found[1], labels[1]), levels)
    if augmented and x.dtype == np.uint8 and x.max() <= DARK:
        x = x.astype(np.float32)
    return Picked(Split(x[parts[0]], labels[0], x[parts[1]], labels[1]))


def _take_levels(x: np.ndarray, rows: np.ndarray, levels: int) -> np.ndarray | None:
    """The rows of x as bytes; None if a value is none of the levels. In blocks, for the cache."""
    out = np.empty((len(rows), x.shape[1]), np.uint8)
    for i in range(0, len(rows), BLOCK):
        whole = _levels(x[rows[i : i + BLOCK]], levels)
        if whole is None:
            return None
        out[i : i + BLOCK] = whole
    return out


def _levels(x: np.ndarray, levels: int) -> np.ndarray | None:
    """x times `levels`, if these are whole numbers from 0 to 255 but for rounding."""
    product = x * x.dtype.type(levels)
    whole: np.ndarray = np.rint(product)
    if not (whole.min() >= 0 and whole.max() <= 255):
        return None
    product -= whole
    return whole if max(product.max(), -product.min()) < ROUNDING else None


def scaling_of(name: str, picked: Picked) -> Scaling | None:
    """The scaling that goes by the values of bytes; None where `ann.scaling` finds the right one.

    Bytes that were given as such are gray levels from 0 to 255. Where none is above DARK, they are
    something else, such as black and white as 0 and 1, and are scaled by their values, as floats
    are.
    """
    x = picked.split.train_x
    if x.dtype != np.uint8 or name == "standard" or (not picked.levels and x.max() > DARK):
        return None
    return fit_scaling(name, np.array([[x.min(), x.max()]], np.float64))


def typical_value(x: np.ndarray) -> float:
    """The root mean square of the values of up to FEW samples, from all parts of x (N, D)."""
    some = x[:: -(-len(x) // FEW)].astype(np.float64)
    return float(np.sqrt(np.square(some).mean()))


def range_warning(trained_on: float, x: np.ndarray) -> str:
    """What to say about samples whose values are not in the range of the training; mostly nothing.

    >>> range_warning(120.0, np.full((4, 64), 0.5)).partition(";")[0]
    'X: its values are about 240 times smaller than those that the network was trained on'
    """
    here = typical_value(x) if x.size >= ENOUGH else 0.0
    if not here or not trained_on:
        return ""
    factor = max(here / trained_on, trained_on / here)
    if factor < OTHER_RANGE:
        return ""
    how = "larger" if here > trained_on else "smaller"
    return (
        f"X: its values are about {factor:,.0f} times {how} "
        "than those that the network was trained on; scale both the same way, such as 0 to 255 or "
        "0 to 1"
    )
