"""What a unit does over many samples, and what the network does without it.

Edits are made on a copy: they never touch the run that they are given.
"""

from dataclasses import replace
from typing import Literal, NamedTuple, get_args

import numpy as np

from ann.inside import passes
from ann.inside.look import Unit
from ann.run import Run

EDGE = 0.05  # a sigmoid or tanh within this of its end, as a share of its range, is saturated
MOST_EXCITING = 9

EditKind = Literal["off", "shift", "scale"]


class Silence(NamedTuple):
    """When a unit with some activation counts as silent: what its a is then, in words."""

    words: str
    low: float  # silent if a <= low ...
    high: float = float("inf")  # ... or a >= high


# Only ReLU has an exact 0. The others are silent where their slope is far below its largest value,
# which is why a unit there learns slowly, or where they pass a negative value on, made small.
SILENCES = {
    "relu": Silence("0", 0.0),
    "leaky_relu": Silence("0 or below", 0.0),
    "elu": Silence("0 or below", 0.0),
    "gelu": Silence("0 or below", 0.0),
    "sigmoid": Silence("saturated: within 0.05 of 0 or 1", EDGE, 1 - EDGE),
    "tanh": Silence("saturated: within 0.1 of -1 or 1", 2 * EDGE - 1, 1 - 2 * EDGE),
    "identity": Silence("0 or below", 0.0),
}


class UnitSummary(NamedTuple):
    """A unit's values over N samples: of a hidden unit its activations, of an output its logits.

    `class_means` (C,) has NaN for a class without samples. `exciting` are the places of up to nine
    samples with the highest value, the highest first. `silent` is the share of the samples for
    which the unit is silent as its `silence` says, and for an output unit, for which the network
    gives another answer.
    """

    values: np.ndarray  # (N,)
    class_means: np.ndarray
    exciting: np.ndarray
    silent: float
    silence: str


class Edit(NamedTuple):
    """A change to some units of one layer.

    "off" sets the weights that leave them to 0, so that the next layer does not see them. "shift"
    adds `amount` to their biases (with batch norm, to their betas). "scale" multiplies the weights
    that enter them by `amount`.
    """

    kind: EditKind
    layer: int
    units: tuple[int, ...]
    amount: float = 0.0


class Effect(NamedTuple):
    """What an edit did to the answers: places of samples (K,), in order.

    `lost` were classified correctly before, `won` are now, `changed` have another answer, right or
    wrong. `before` and `after` (N,) are the answers.
    """

    lost: np.ndarray
    won: np.ndarray
    changed: np.ndarray
    before: np.ndarray
    after: np.ndarray


def activations(run: Run, images: np.ndarray, layer: int) -> np.ndarray:
    """What leaves a layer, counted from 1, for each image (N, D): (N, width), logits for the last.

    Images are in the units of the data.
    """
    Unit(layer, 0).check(run.network)
    return np.concatenate([_leaving(run, part, layer) for part in passes.blocks(images)])


def summarize_unit(run: Run, values: np.ndarray, labels: np.ndarray, unit: Unit) -> UnitSummary:
    """A unit over many samples, from its layer's `activations` (N, width) and the labels (N,)."""
    unit.check(run.network)
    own = values[:, unit.number].copy()
    counts = np.bincount(labels, minlength=run.n_classes)
    sums = np.bincount(labels, weights=own.astype(np.float64), minlength=run.n_classes)
    with np.errstate(invalid="ignore"):
        means = sums / np.where(counts, counts, np.nan)
    order = np.argsort(-own, kind="stable")[:MOST_EXCITING]
    if unit.layer == len(run.network.sizes) - 1:
        silent, words = values.argmax(axis=1) != unit.number, "not the network's answer"
        exciting = order
    else:
        silence = SILENCES[run.recipe.activation]
        silent, words = (own <= silence.low) | (own >= silence.high), silence.words
        exciting = (
            order[own[order] > own.min()] if len(own) else order
        )  # nothing excites a dead one
    share = float(silent.mean()) if len(own) else float("nan")
    return UnitSummary(own, means, exciting, share, words)


def rank(run: Run, values: np.ndarray, layer: int) -> np.ndarray:
    """The units of a hidden layer (width,), that with the most influence on the next layer first.

    The influence is the mean |activation| over the samples times the length of the weights that
    leave the unit. `values` (N, width) are the layer's `activations`.
    """
    _check_hidden(run, layer)
    leaving = np.linalg.norm(run.network.views(run.theta)[layer].weights, axis=1)
    return np.argsort(-np.abs(values).mean(axis=0) * leaving, kind="stable")


def all_but(run: Run, layer: int, keep: np.ndarray) -> Edit:
    """The edit that switches off a whole hidden layer except for the units in `keep`."""
    _check_hidden(run, layer)
    kept = set(map(int, keep))
    return Edit("off", layer, tuple(i for i in range(run.network.sizes[layer]) if i not in kept))


def edited(run: Run, edits: list[Edit]) -> Run:
    """A copy of the run with these edits made one after the other; the run itself stays as it is.

    `ValueError` if a layer or unit does not exist, or an output unit is to be switched off.
    """
    copy = replace(run, theta=run.theta.copy(), statistics=run.statistics.copy())
    layers = run.network.views(copy.theta)
    for edit in edits:
        for number in edit.units:
            Unit(edit.layer, number).check(run.network)
        layer, units = layers[edit.layer - 1], list(edit.units)
        match edit.kind:
            case "off":
                _check_hidden(run, edit.layer)
                layers[edit.layer].weights[units] = 0
            case "shift":
                shifted = layer.norm.beta if layer.norm else layer.bias
                assert shifted is not None, "a layer without batch norm has a bias"
                shifted[units] += edit.amount
            case "scale":
                layer.weights[:, units] *= edit.amount
            case _:
                raise ValueError(f"kind: {edit.kind!r} is none of {', '.join(get_args(EditKind))}")
    return copy


def effect(before: Run, after: Run, images: np.ndarray, labels: np.ndarray) -> Effect:
    """Which images (N, D) with labels (N,) are classified differently after an edit."""
    was, now = (run.predict_proba(images).argmax(axis=1) for run in (before, after))
    lost, won = (was == labels) & (now != labels), (was != labels) & (now == labels)
    lost_at, won_at, changed = map(np.flatnonzero, (lost, won, was != now))
    return Effect(lost_at, won_at, changed, was, now)


def _leaving(run: Run, images: np.ndarray, layer: int) -> np.ndarray:
    seen = passes.trace(run, images)
    return seen.logits if layer > len(seen.hidden) else seen.hidden[layer - 1].a


def _check_hidden(run: Run, layer: int) -> None:
    last = len(run.network.sizes) - 2
    if not 1 <= layer <= last:
        allowed = f"allowed are 1 to {last}" if last else "there is none"
        raise ValueError(f"layer: {layer} is not a hidden layer; {allowed}")
