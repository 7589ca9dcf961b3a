"""The state of a training: all that is needed to continue it, here or in another process."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ann.network import Network
from ann.optimizers import OPTIMIZERS
from ann.recipe import Recipe
from ann.scaling import Scaling, fit_scaling
from ann.version import digest


class Split(NamedTuple):
    """Training and validation samples: x (N, D) uint8 or float, y (N,) integers."""

    train_x: np.ndarray
    train_y: np.ndarray
    validation_x: np.ndarray
    validation_y: np.ndarray


class Weights(NamedTuple):
    """How much each sample counts: of the training samples (N,), with mean 1, and validation."""

    train: np.ndarray
    validation: np.ndarray


# Each seed has independent streams of random numbers, one for each purpose.
WEIGHTS, DROPOUT, ORDER, WARPS, LABELS = range(5)


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """The random numbers of a seed for one purpose, the same for every recipe with that seed."""
    return np.random.default_rng([seed, *purpose])


@dataclass
class State:
    """Everything that changes while a network trains, in plain arrays and numbers.

    theta and best_theta are (P,), moments (K, P), statistics and best_statistics (S,), all float32.
    average (P,) and average_statistics (S,) are empty unless the recipe has `ema`. `step` counts
    updates, `epoch` completed epochs, and `position` the samples of the current epoch that have
    been used. Their order is drawn from (seed, epoch), so the state holds no permutation.
    """

    recipe: Recipe
    n_features: int
    n_classes: int
    scaling: Scaling
    theta: np.ndarray
    moments: np.ndarray
    statistics: np.ndarray
    rng: np.random.Generator  # for dropout
    best_theta: np.ndarray
    best_statistics: np.ndarray
    average: np.ndarray
    average_statistics: np.ndarray
    best_loss: float = float("inf")  # lowest validation loss so far
    best_epoch: int = 0  # the epoch with that loss, from 1; 0 if there is none yet
    step: int = 0
    epoch: int = 0
    position: int = 0
    decays: int = 0  # plateaus so far, for the schedule
    plateau_epoch: int = 0  # epoch of the last improvement or decay
    batch_sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])  # loss, correct, seen
    epoch_seconds: float = 0.0
    seconds: float = 0.0  # computing time so far, including measuring
    images_seen: int = 0
    reason: str = ""  # why the training is over, a `Reason`; empty while it is not
    version: str = ""  # of the code that took the steps; several if it was continued by another

    @property
    def network(self) -> Network:
        """The shape of the network that this state trains."""
        return Network.of(self.recipe, self.n_features, self.n_classes)

    def epochs_done(self, n_train: int) -> float:
        """Epochs done, with a fraction, given the number of training samples."""
        return self.epoch + self.position / self.recipe.training_size(n_train)

    @property
    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        """The theta and the statistics that are measured and saved: averages, with `ema`."""
        if self.recipe.ema:
            return self.average, self.average_statistics
        return self.theta, self.statistics

    @property
    def digest(self) -> str:
        """A hash of the weights that are measured and saved."""
        return digest([self.judged[0]])


def initial_theta(recipe: Recipe, network: Network) -> np.ndarray:
    """The initial parameters (P,); of all random numbers, they depend on the seed alone."""
    return network.initial(stream(recipe.seed, WEIGHTS), recipe.initializer, recipe.init_scale)


def start(recipe: Recipe, split: Split, n_classes: int | None = None) -> State:
    """The state before the first step.

    C is `n_classes`, or one more than the largest label. `ValueError` if there are no samples, the
    shapes do not fit, or a value cannot be learned from.
    """
    x = split.train_x
    if x.ndim != 2 or len(x) == 0:
        raise ValueError(f"train_x: shape {x.shape}; needs (N, D), N > 0")
    n_classes = n_classes or int(split.train_y.max()) + 1
    _check("train", x, split.train_y, x.shape[1], n_classes)
    if len(split.validation_x):
        _check("validation", split.validation_x, split.validation_y, x.shape[1], n_classes)
    network = Network.of(recipe, x.shape[1], n_classes)
    theta = initial_theta(recipe, network)
    statistics = network.initial_statistics()
    n_moments = OPTIMIZERS[recipe.optimizer].n_moments
    return State(
        recipe=recipe,
        n_features=x.shape[1],
        n_classes=n_classes,
        scaling=fit_scaling(recipe.scaling, x[: recipe.training_size(len(x))]),
        theta=theta,
        moments=np.zeros((n_moments, len(theta)), np.float32),
        statistics=statistics,
        rng=stream(recipe.seed, DROPOUT),
        best_theta=theta.copy(),
        best_statistics=statistics.copy(),
        average=theta.copy() if recipe.ema else theta[:0],
        average_statistics=statistics.copy() if recipe.ema else statistics[:0],
    )


def _check(part: str, x: np.ndarray, y: np.ndarray, n_features: int, n_classes: int) -> None:
    """Refuse what would be noticed late or, like a negative label, never."""
    if x.shape != (len(y), n_features):
        shape = f"shape {x.shape} with {len(y)} labels"
        raise ValueError(f"{part}_x: {shape}; needs (N, {n_features}) with N labels")
    check_classes(f"{part}_y", y, n_classes)
    if x.dtype.kind == "f" and not np.isfinite([x.min(), x.max()]).all():
        raise ValueError(f"{part}_x: holds NaN or infinity")


def check_classes(name: str, classes: np.ndarray, n_classes: int) -> None:
    """Raise an error unless these are whole numbers in range(C); `name` is for its message."""
    if classes.dtype.kind not in "iu":
        raise ValueError(f"{name}: got dtype {classes.dtype}, allowed are whole numbers")
    if classes.min() < 0 or classes.max() >= n_classes:
        raise ValueError(
            f"{name}: got classes from {classes.min()} to {classes.max()}, "
            f"allowed is 0 to {n_classes - 1}"
        )
