"""What a training costs, counted from its recipe: the same on every machine.

The time of a step has four parts, each proportional to something that can be counted: calls of
NumPy (a few dozen per step, however small the arrays), multiply-adds in the matrix products, values
of activations read and written, and parameters that the optimizer updates. How long each takes on
this machine is in `ann.evaluation.speed`.
"""

from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ann.activations import ACTIVATIONS
from ann.augment import AMOUNTS
from ann.batches import batch_length
from ann.history import History
from ann.measure import TRAIN_SAMPLES
from ann.network import Network
from ann.optimizers import OPTIMIZERS
from ann.recipe import Recipe


class Work(NamedTuple):
    """Counts of what takes time."""

    calls: float
    multiply_adds: float
    values: float
    parameters: float

    def times(self, n: float) -> "Work":
        """The work of doing it `n` times."""
        return Work(*(n * count for count in self))


def image_multiply_adds(recipe: Recipe, n_features: int = 784, n_classes: int = 10) -> int:
    """The multiply-adds in the matrix products for one training image, forward and backward.

    The backward pass takes two products of the size of the forward one: for the gradients of the
    weights and of the inputs. The gradient with respect to the pixels is not needed.

    >>> image_multiply_adds(Recipe(hidden_sizes=(128, 64)))
    227200
    """
    first, *rest = (a * b for a, b in Network.of(recipe, n_features, n_classes).shapes)
    return 2 * first + 3 * sum(rest)


class Spent(NamedTuple):
    """What a training has cost by the end of each of its E epochs; arrays (E,)."""

    multiply_adds: np.ndarray  # in its steps, without measuring
    images_seen: np.ndarray  # digits, each counted as often as it was seen
    seconds: np.ndarray  # computing time of the steps


def spent(
    recipe: Recipe, history: History, n_train: int, n_features: int = 784, n_classes: int = 10
) -> Spent:
    """What the epochs of `history` have cost; in each, every training digit was seen once."""
    epochs = history.epochs
    images = epochs["epoch"] * recipe.training_size(n_train)
    each = image_multiply_adds(recipe, n_features, n_classes)
    return Spent(images * each, images, np.cumsum(epochs["seconds"]))


def frontier(costs: npt.ArrayLike, scores: npt.ArrayLike) -> np.ndarray:
    """Which of N points are on the Pareto frontier, (N,) bool: no other is as good for as little.

    >>> frontier([1, 2, 3, 3], [0.8, 0.7, 0.9, 0.85]).tolist()
    [True, False, True, False]
    """
    cost, score = np.asarray(costs, float), np.asarray(scores, float)
    worth, best = np.zeros(len(cost), bool), -np.inf
    for i in np.lexsort((-score, cost)):  # the cheapest first; of equally cheap ones, the best
        if score[i] > best:
            worth[i], best = True, score[i]
    return worth


def step_work(recipe: Recipe, n_samples: int, n_features: int = 784, n_classes: int = 10) -> Work:
    """The work of one step: forward pass, backward pass and update for one batch.

    >>> recipe = Recipe(hidden_sizes=(128, 64), batch_size=10)
    >>> step_work(recipe, 5000).multiply_adds == 10 * (2 * 784 * 128 + 3 * (128 * 64 + 64 * 10))
    True
    """
    network = Network.of(recipe, n_features, n_classes)
    batch, hidden = batch_length(recipe, recipe.training_size(n_samples)), sum(recipe.hidden_sizes)
    warped = any(getattr(recipe, name) for name in AMOUNTS)
    looks = (12 if warped else 1) + 3 * bool(recipe.pixel_noise)  # at each pixel
    passes = 3 + (2 if recipe.dropout else 0) + (5 if recipe.batch_norm else 0)
    passes += ACTIVATIONS[recipe.activation].passes
    touches = 2 + 3 * OPTIMIZERS[recipe.optimizer].n_moments + 2 * bool(recipe.l1 or recipe.l2)
    return Work(
        calls=15 + len(network.shapes) * (6 + passes),
        multiply_adds=batch * image_multiply_adds(recipe, n_features, n_classes),
        values=batch * (n_features * looks + n_classes * 5 + hidden * passes),
        parameters=network.n_weights * (touches + 2 * bool(recipe.clip_norm or recipe.max_norm)),
    )


def measuring_work(
    recipe: Recipe, n_train: int, n_validation: int, n_features: int = 784, n_classes: int = 10
) -> Work:
    """The work of measuring the network at the end of an epoch: forward passes only."""
    samples = min(TRAIN_SAMPLES, recipe.training_size(n_train)) + n_validation
    network = Network.of(recipe, n_features, n_classes)
    return Work(
        calls=ceil(samples / 1000) * 8 * len(network.shapes),
        multiply_adds=samples * network.n_weights,
        values=samples * (n_features + 2 * sum(recipe.hidden_sizes) + 5 * n_classes),
        parameters=0,
    )
