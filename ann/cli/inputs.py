"""What a user typed, turned into recipes, data and numbers, or into a `Mistake` of one line."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

import numpy as np

from ann.evaluation.metrics import Evaluation, evaluate
from ann.hyperparameters.field import clipped, short
from ann.recipe import FIELDS, Recipe
from ann.recipes.presets import PRESETS
from ann.run import Run
from ann.state import Split

T = TypeVar("T")


class DataSet(Protocol):
    """What the commands need of a data set, such as `data.Dataset`."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def class_names(self) -> Sequence[str]: ...
    @property
    def test_images(self) -> np.ndarray: ...
    @property
    def test_labels(self) -> np.ndarray: ...
    def split(self, validation_fraction: float, /) -> Iterable[np.ndarray]:
        """Images and labels for training, then images and labels for validation."""


Load = Callable[[str | None], DataSet]  # by name or folder; None for the default one
Outcome = tuple[dict[str, Any], str]  # of a command: for JSON, and for people


class Mistake(Exception):  # noqa: N818, it is the user's, not the program's
    """What a user can correct; the message is all that is shown."""


@contextmanager
def blaming(what: str = "") -> Iterator[None]:
    """Turn errors about values and files into a `Mistake` that starts with `what`."""
    try:
        yield
    except OSError as error:
        name, why = error.filename or what, error.strerror or error
        raise Mistake(f"{clipped(str(name))}: {why}") from error
    except ValueError as error:
        raise Mistake(f"{clipped(what)}: {error}" if what else str(error)) from error


def read(path: str, load: Callable[[BinaryIO], T]) -> T:
    """What `load` returns for the open file."""
    with blaming(path), Path(path).open("rb") as file:
        return load(file)


def open_data(name: str | None, load: Load) -> DataSet:
    """The data set that `load` finds under `name`."""
    with blaming():
        return load(name)


def split_of(data: DataSet, recipe: Recipe) -> Split:
    """The data set's training digits, split as the recipe says."""
    with blaming():
        return Split(*(np.asarray(array) for array in data.split(recipe.validation_fraction)))


def changes_of(args: argparse.Namespace) -> dict[str, Any]:
    """The fields given on the command line, checked."""
    changes = {}
    for name, field in FIELDS.items():
        text = getattr(args, name)
        if text is not None:
            with blaming():
                changes[name] = field.parse(" ".join(text) if isinstance(text, list) else text)
    return changes


def recipe_of(args: argparse.Namespace) -> Recipe:
    """The recipe: flags override the preset, which overrides the defaults."""
    if args.preset is not None and args.preset not in PRESETS:
        raise Mistake(f"preset: {short(args.preset)} is not one of {', '.join(PRESETS)}")
    base = PRESETS[args.preset].recipe if args.preset else Recipe()
    return replace(base, **changes_of(args))


def probabilities_of(run: Run, images: np.ndarray) -> np.ndarray:
    """The run's probabilities (N, C) for images (N, D)."""
    with blaming():
        probabilities = run.predict_proba(np.asarray(images))
    if not np.isfinite(probabilities).all():
        raise Mistake("theta: the network's weights are not finite, so it cannot predict anything")
    return probabilities


def measured(run: Run, images: np.ndarray, labels: np.ndarray) -> Evaluation:
    """The evaluation of a run on images (N, D) and labels (N,)."""
    probabilities = probabilities_of(run, images)
    with blaming():
        return evaluate(probabilities, np.asarray(labels))
