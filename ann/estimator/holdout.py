"""Which samples are held out for validation, where a data set does not say so itself."""

import numpy as np

from ann.recipe import Recipe
from ann.state import Split


def division(recipe: Recipe, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The positions of the training and of the validation samples with class numbers y (N,).

    Each class is spread evenly over the whole, in the given order, so that every stretch holds the
    classes in their proportions; then the last round(validation_fraction · N) are held out. The
    only sample of a class comes first, for training. Nothing is random: all seeds get the same.
    """
    place = np.empty(len(y))
    counts = np.bincount(y)
    for label, count in enumerate(counts):
        place[y == label] = (np.arange(count) + 0.5) / count if count > 1 else 0
    order = np.argsort(place, kind="stable")
    held = round(recipe.validation_fraction * len(y))
    cut = len(y) - (held if held >= len(counts) else 0)
    return order[:cut], order[cut:]


def held_out(x: np.ndarray, y: np.ndarray, fraction: float) -> Split:
    """Divide samples x (N, D) with class numbers y (N,) as `division` says.

    >>> split = held_out(np.zeros((10, 1)), np.array([0] * 5 + [1] * 5), 0.4)
    >>> split.train_y.tolist(), split.validation_y.tolist()
    ([0, 1, 0, 1, 0, 1], [0, 1, 0, 1])
    """
    train, held = division(Recipe(validation_fraction=fraction), y)
    return Split(x[train], y[train], x[held], y[held])
