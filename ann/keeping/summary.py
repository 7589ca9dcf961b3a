"""A kept run without its weights and curves: what a list of runs shows."""

import json
import math
from dataclasses import asdict, dataclass, fields
from functools import lru_cache

import numpy as np

from ann.evaluation.cost import image_multiply_adds
from ann.recipe import FIELDS, Recipe
from ann.run import Run

NAN = float("nan")
MOST = 1e9  # a metric beyond this says no more than "too much"


@dataclass(frozen=True)
class Summary:
    """A run in numbers. Accuracies and losses are NaN before the first epoch or without a set.

    `train_*` and `validation_*` are of the last whole epoch, `best_*` of the best one.
    """

    epochs: float  # done, with a fraction
    step: int
    seconds: float  # of computing
    images_seen: int
    parameters: int
    multiply_adds: float = NAN  # of its steps; measuring is not learning
    train_loss: float = NAN
    train_accuracy: float = NAN
    validation_loss: float = NAN
    validation_accuracy: float = NAN
    best_validation_loss: float = NAN
    best_validation_accuracy: float = NAN
    reason: str = ""  # why the training is over, as in `ann.events.Finished`
    message: str = ""

    @classmethod
    def of(cls, run: Run) -> "Summary":
        """A run in numbers."""
        epochs = run.history.epochs
        last = {
            name: _sane(float(epochs[name][-1]) if len(epochs[name]) else NAN)
            for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
        }
        shape = run.recipe, run.n_features, run.n_classes
        return cls(
            epochs=_sane(run.history.done(run.epoch)),
            step=run.step,
            seconds=run.seconds,
            images_seen=run.images_seen,
            parameters=run.parameters,
            multiply_adds=float(run.images_seen) * image_multiply_adds(*shape),
            best_validation_loss=_best(epochs["validation_loss"], np.nanmin),
            best_validation_accuracy=_best(epochs["validation_accuracy"], np.nanmax),
            reason=run.reason,
            message=run.message,
            **last,
        )

    def to_json(self) -> str:
        """As text; NaN becomes null."""
        values = asdict(self).items()
        return json.dumps({k: None if _unknown(v) else v for k, v in values})

    @classmethod
    def from_json(cls, text: str) -> "Summary":
        """What `to_json` wrote. `ValueError` or `TypeError` for anything else."""
        known = {f.name for f in fields(cls)}
        values = {k: v for k, v in json.loads(text).items() if k in known}
        return cls(**{k: NAN if v is None else v for k, v in values.items()})


INTERRUPTED = "interrupted"  # the status of a run whose server ended while it was running


@dataclass(frozen=True)
class SavedRun:
    """One line of a visitor's list of runs."""

    id: int
    name: str
    note: str
    created: float  # seconds since 1970
    updated: float
    status: str  # of `ann.running.view.Status`, or INTERRUPTED
    size: int  # bytes of its file, and of its state
    fingerprint: str  # of the data set it was trained on
    recipe: Recipe
    summary: Summary
    has_state: bool = False  # so that its training can go on


def recipe_to_json(recipe: Recipe) -> str:
    """All fields of a recipe as text."""
    return json.dumps(asdict(recipe))


@lru_cache(maxsize=10_000)  # the same lists are read again and again
def recipe_from_json(text: str) -> Recipe:
    """What `recipe_to_json` wrote, in this or an earlier version. `ValueError` if it is none."""
    return Recipe(**{k: v for k, v in json.loads(text).items() if k in FIELDS})


def _best(values: np.ndarray, choose) -> float:
    return _sane(float(choose(values))) if np.isfinite(values).any() else NAN


def _sane(value: float) -> float:
    """The value, or NaN where only a diverged training or a forged file has such a one."""
    return float(value) if 0 <= value <= MOST else NAN


def _unknown(value) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
