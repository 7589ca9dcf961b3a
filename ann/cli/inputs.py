"""What a user typed, turned into recipes, data and numbers, or into a `Mistake` of one line."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

import numpy as np

from ann.cli.messages import tell
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
    def notes(self) -> Sequence[str]:
        """What was taken for what when files were read, a sentence each."""

    @property
    def warnings(self) -> Sequence[str]:
        """What seems to be wrong with the images and how to mend it, a sentence each."""

    @property
    def test_images(self) -> np.ndarray: ...
    @property
    def test_labels(self) -> np.ndarray: ...
    def split(self, validation_fraction: float, /) -> Iterable[np.ndarray]:
        """Images and labels for training, then images and labels for validation."""


class Images(Protocol):
    """Images from files of any kind, prepared for a network, such as `data.Images`."""

    @property
    def pixels(self) -> np.ndarray: ...  # (N, D) uint8
    @property
    def labels(self) -> np.ndarray | None: ...  # (N,), numbers or words, if the files have any
    @property
    def names(self) -> Sequence[str]: ...  # (N,), of the file of each, and which one in it
    @property
    def notes(self) -> Sequence[str]: ...  # what was done to prepare them


class Source(Protocol):
    """Where data sets and images come from: the package `data`.

    Both raise `ValueError` or `OSError` with a message for people.
    """

    def load(self, name_or_folder: str | None, /) -> DataSet:
        """The data set; None stands for the default one."""

    def read_images(self, file_or_folder: str, /) -> Images:
        """The images in one file or folder."""


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


def open_data(name: str | None, source: Source) -> DataSet:
    """The data set under `name`, with its notes and warnings on stderr."""
    with blaming():
        data = source.load(name)
    for note in data.notes:
        tell("note", f"{data.name}: {note}")
    for warning in data.warnings:
        tell("warning", f"{data.name}: {warning}")
    return data


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
