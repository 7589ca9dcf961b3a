"""What a user typed, turned into recipes, data and numbers, or into a `Mistake` of one line."""

import argparse
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from math import isfinite
from pathlib import Path

import numpy as np

from ann.evaluation.metrics import Evaluation, evaluate
from ann.recipe import FIELDS, Recipe
from ann.recipes.presets import PRESETS
from ann.run import Run
from ann.state import Split


class Mistake(Exception):  # noqa: N818, it is the user's, not the program's
    """What a user can put right; the message is all that is shown."""


@contextmanager
def blaming(what: str = ""):
    """Turn errors about values and files into a `Mistake` that begins with `what`."""
    try:
        yield
    except OSError as error:
        name, reason = error.filename or what, error.strerror or error
        raise Mistake(f"{name}: {reason}") from error
    except ValueError as error:
        raise Mistake(f"{what}: {error}" if what else str(error)) from error


def read(path: str, load: Callable):
    """What `load` makes of the open file."""
    with blaming(path), Path(path).open("rb") as file:
        return load(file)


def open_data(name: str | None, load: Callable):
    """The data set that `load` finds under `name`."""
    with blaming():
        return load(name)


def split_of(data, recipe: Recipe) -> Split:
    """The data set's training digits, divided as the recipe asks for."""
    with blaming():
        return Split(*(np.asarray(array) for array in data.split(recipe.validation_fraction)))


def changes_of(args: argparse.Namespace) -> dict:
    """The fields that the command line names, checked."""
    changes = {}
    for name, field in FIELDS.items():
        text = getattr(args, name)
        if text is not None:
            with blaming():
                changes[name] = field.parse(" ".join(text) if isinstance(text, list) else text)
    return changes


def recipe_of(args: argparse.Namespace) -> Recipe:
    """The recipe that the command line asks for: its flags over its preset over the defaults."""
    if args.preset is not None and args.preset not in PRESETS:
        raise Mistake(f"preset: {args.preset!r} is not one of {', '.join(PRESETS)}")
    base = PRESETS[args.preset].recipe if args.preset else Recipe()
    return replace(base, **changes_of(args))


def probabilities_of(run: Run, images: np.ndarray) -> np.ndarray:
    """What a run reads in images (N, D), as probabilities (N, C)."""
    with blaming():
        probabilities = run.predict_proba(np.asarray(images))
    if not np.isfinite(probabilities).all():
        raise Mistake("theta: this network's weights are beyond all numbers; it reads nothing")
    return probabilities


def measured(run: Run, images: np.ndarray, labels: np.ndarray) -> Evaluation:
    """The `Evaluation` of a run on images (N, D) and labels (N,)."""
    probabilities = probabilities_of(run, images)
    with blaming():
        return evaluate(probabilities, np.asarray(labels))


def for_json(number: float) -> float | None:
    """NaN and infinity are no JSON."""
    return float(number) if isfinite(number) else None
