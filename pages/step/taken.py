"""The step that the page shows: taken on a copy, within a bound of work and memory."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ann.batches import batch_length
from ann.inside.step import Batch, OneStep, one_step, with_sample
from ann.running.memory import state_bytes, step_bytes
from ann.state import Split, State
from pages.step.place import StepPlace, Weight
from pages.ui import session
from pages.ui.inside.subject import Digit, Subject

MOST_BYTES = 250e6  # that a step may need with all its copies
MOST_WORK = 3e9  # and multiply-adds: about 0.3 seconds on one core
MOST_KEPT, KEPT_BYTES = 2, 12e6  # steps that are remembered for a visitor, if they are small


class Taken(NamedTuple):
    """A step, the row of the batch that is looked at, and the weight."""

    one: OneStep
    row: int
    weight: Weight
    key: tuple[Any, ...]  # the same for the same step


@dataclass
class Steps:
    """The last steps that a visitor has looked at, if they are small."""

    known: OrderedDict[tuple[Any, ...], OneStep] = field(default_factory=OrderedDict)


def split_of(subject: Subject) -> Split:
    """The training and validation samples of the subject's run."""
    return Split(*subject.digits.split(subject.run.recipe.validation_fraction))


def take(subject: Subject, digit: Digit, state: State, here: StepPlace) -> Taken:
    """The step from this state. `ValueError` says why there is none, for a learner."""
    split = split_of(subject)
    size = state.recipe.training_size(len(split.train_x))
    n = batch_length(state.recipe, size - state.position) or batch_length(state.recipe, size)
    alone = not here.whole and not state.recipe.batch_norm
    _check(state, 1 if alone else n, alone)
    label = here.label if digit.label is None else digit.label
    own: tuple[Any, ...] = () if here.whole else (digit.code, digit.image.tobytes(), label)
    key = (subject.weights, state.recipe, state.step, state.reason, here.whole, *own)
    known = session.keep(Steps).known
    if key in known:
        known.move_to_end(key)
        one = known[key]
    else:
        one = one_step(state, split, _batch(state, split, digit, label, here.whole))
        if not np.isfinite(one.after.theta).all():
            raise ValueError("After this step some weights are no longer finite: it diverges.")
        if _bytes(state, n) < KEPT_BYTES:
            known[key] = one
            while len(known) > MOST_KEPT:
                known.popitem(last=False)
    row = _row(one, digit, here)
    weight = here.weight or Weight(*one.largest(row))
    return Taken(one, row, weight, key)


def _batch(state: State, split: Split, digit: Digit, label: int, whole: bool) -> Batch | None:
    if whole:
        return None
    if state.recipe.batch_norm:
        return with_sample(state, split, digit.image, label)
    return Batch(digit.image[None], np.array([label]))


def _row(one: OneStep, digit: Digit, here: StepPlace) -> int:
    """Which row of the batch is looked at: the digit's own, if it is there."""
    if not here.whole:
        return 0
    if here.row is not None:
        return min(here.row, one.n - 1)
    found = holds(one, digit)
    return 0 if found is None else found


def holds(one: OneStep, digit: Digit) -> int | None:
    """The row of this digit in a batch of the training; None if it is not there."""
    if one.samples is None or not digit.code.startswith("t"):
        return None
    rows = np.flatnonzero(one.samples == int(digit.code[1:]))
    return int(rows[0]) if len(rows) else None


def _bytes(state: State, n: int) -> int:
    whole = state_bytes(state.recipe, state.n_features, state.n_classes)
    return 2 * whole + 4 * 4 * len(state.theta) + 3 * step_bytes(state, n)


def _check(state: State, n: int, alone: bool) -> None:
    """`ValueError` if a step on n samples is too much for a page."""
    work, needed = 3.0 * n * len(state.theta), _bytes(state, n)
    if work <= MOST_WORK and needed <= MOST_BYTES:
        return
    size = f"{len(state.theta):,} parameters"
    if alone:
        raise ValueError(
            f"A step of this network takes {needed / 1e6:,.0f} MB with all its copies, because it "
            f"has {size}; this page shows steps up to {MOST_BYTES / 1e6:,.0f} MB. Try a smaller "
            "network."
        )
    raise ValueError(
        f"A step on {n:,} digits in a network of {size} is too much for this page. Choose *This "
        "digit*, or a smaller batch size or network."
    )
