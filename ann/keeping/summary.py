"""A saved run without its weights and curves: what a list of runs shows."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from ann.coach.advice import advise
from ann.evaluation.cost import image_multiply_adds
from ann.hyperparameters.field import short
from ann.recipe import FIELDS, Recipe
from ann.run import Run
from ann.running.view import Status

INTERRUPTED: Final = "interrupted"  # the run was running when its server ended
SavedStatus = Status | Literal["interrupted"]

NAN = float("nan")
TEXTS = ("reason", "message", "finding")
MAX_METRIC = 1e9  # anything beyond says no more than "too large"


@dataclass(frozen=True)
class Summary:
    """A run in numbers. Accuracies and losses are NaN before the first epoch or without a set.

    `train_*` and `validation_*` are from the last whole epoch, `best_*` from the best one.
    """

    epochs: float  # done, with a fraction
    step: int
    seconds: float  # computing time
    images_seen: int
    parameters: int
    multiply_adds: float = NAN  # in its steps, without measuring
    train_loss: float = NAN
    train_accuracy: float = NAN
    validation_loss: float = NAN
    validation_accuracy: float = NAN
    best_validation_loss: float = NAN
    best_validation_accuracy: float = NAN
    reason: str = ""  # why the training ended, as in `ann.events.Finished`
    message: str = ""
    finding: str = ""  # the name of the coach's; see `ann.coach.findings`

    @classmethod
    def of(cls, run: Run) -> "Summary":
        """The summary of a run."""
        epochs = run.history.epochs
        last = {
            name: _sane(float(epochs[name][-1]) if len(epochs[name]) else NAN)
            for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
        }
        shape = run.recipe, run.n_features, run.n_classes
        return cls(
            epochs=_sane(run.history.epochs_done),
            step=run.step,
            seconds=run.seconds,
            images_seen=run.images_seen,
            parameters=run.parameters,
            multiply_adds=float(run.images_seen) * image_multiply_adds(*shape),
            best_validation_loss=_best(epochs["validation_loss"], np.nanmin),
            best_validation_accuracy=_best(epochs["validation_accuracy"], np.nanmax),
            reason=run.reason,
            message=run.message,
            finding=advised.finding.name if (advised := advise(run, run.history)) else "",
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
        found: dict[str, Any] = {k: v for k, v in json.loads(text).items() if k in known}
        values: dict[str, Any] = {k: NAN if v is None else v for k, v in found.items()}
        for name, value in values.items():
            texts = name in TEXTS
            if isinstance(value, bool) or not isinstance(value, str if texts else (int, float)):
                raise TypeError(f"{name}: {short(value)} has a wrong type")
        return cls(**values)


@dataclass(frozen=True)
class SavedRun:
    """One line of a visitor's list of runs."""

    id: int
    name: str
    note: str
    created: float  # seconds since 1970
    updated: float
    status: SavedStatus
    size: int  # bytes of its file and its state
    fingerprint: str  # of the data set it was trained on
    recipe: Recipe
    summary: Summary
    has_state: bool = False  # so its training can continue


def recipe_to_json(recipe: Recipe) -> str:
    """All fields of a recipe as text."""
    return json.dumps(asdict(recipe))


@lru_cache(maxsize=10_000)  # the same lists are read again and again
def recipe_from_json(text: str) -> Recipe:
    """What `recipe_to_json` wrote, in this version or an earlier one; else `ValueError`."""
    return Recipe(**{k: v for k, v in json.loads(text).items() if k in FIELDS})


def _best(values: npt.NDArray[np.float64], choose: Callable[..., Any]) -> float:
    return _sane(float(choose(values))) if np.isfinite(values).any() else NAN


def _sane(value: float) -> float:
    """The value, or NaN for one that only a diverged training or a forged file can have."""
    return float(value) if 0 <= value <= MAX_METRIC else NAN


def _unknown(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
