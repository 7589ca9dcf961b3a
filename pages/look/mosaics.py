"""The layers as mosaics: which cells there are, in which order, how bright, and in which words."""

from collections.abc import Sequence
from math import ceil, log2, sqrt
from typing import Any

import numpy as np

from ann.activations import ACTIVATIONS
from ann.inside.look import Look, Unit, strongest
from ann.run import Run
from pages.ui.inside.numbers import three, with_sign
from pages.ui.words import counted, percent

INDEX, CONTRIBUTION = "index", "contribution"  # orders of the cells
MOST_CELLS = 256  # of a layer; of a wider one, those that contribute most
STRONGEST = 100  # of a stripe's color, in percent


def mosaic(run: Run, seen: Look, layer: int, order: str, chosen: Unit) -> dict[str, Any]:
    """A hidden layer, counted from 1, for the browser: each list has an entry for each cell."""
    one = seen.layers[layer - 1]
    units = cells(one.contributions, order, chosen.number if chosen.layer == layer else None)
    low, high = min(0.0, float(one.a.min())), max(0.0, float(one.a.max()))
    grays = np.rint(255 * (one.a[units] - low) / ((high - low) or 1)).astype(int)
    largest = float(np.abs(one.contributions).max()) or 1.0
    stripes = np.rint(STRONGEST * one.contributions[units] / largest).astype(int)
    others = np.delete(one.contributions, units)
    together = with_sign(float(others.sum(dtype=np.float64)))
    return {
        "number": layer,
        "name": f"Layer {layer}",
        "detail": f"{counted(len(one.a), 'unit')}, {ACTIVATIONS[run.recipe.activation].label}",
        "columns": columns(len(units)),
        "units": units.tolist(),
        "grays": grays.tolist(),
        "stripes": stripes.tolist(),
        "activations": list(map(three, one.a[units])),
        "contributions": list(map(with_sign, one.contributions[units])),
        "more": f"{len(others):,} more: their sum {together}" if len(others) else "",
        "range": f"black {three(low)}, white {three(high)}" if high > low else "all 0",
    }


def cells(contributions: np.ndarray, order: str, keep: int | None) -> np.ndarray:
    """The units (K,) that have a cell, in the order of their cells; `keep` is one of them.

    Ordered by contribution, the first one speaks most for the answer, the last one most against.
    """
    units = np.arange(len(contributions))
    if len(units) > MOST_CELLS:
        units = strongest(contributions, MOST_CELLS)
        if keep is not None and keep not in units:
            units[-1] = keep
        units = np.sort(units)
    if order == CONTRIBUTION:
        units = units[np.argsort(-contributions[units], kind="stable")]
    return units


def columns(width: int) -> int:
    """How many columns a mosaic of `width` cells has: a power of two, never less than rows.

    >>> [columns(width) for width in (1, 2, 8, 10, 64, 128, 256)]
    [1, 2, 4, 4, 8, 16, 16]
    """
    return 2 ** ceil(log2(sqrt(width)))


def output(seen: Look, names: Sequence[str], label: int | None) -> dict[str, Any]:
    """The output layer for the browser: a bar for each class."""
    number = len(seen.layers) + 1
    rows = []
    for c, (name, share) in enumerate(zip(names, seen.probabilities, strict=True)):
        role = ""
        if c == label:
            role = "true"
        elif c == seen.answer:
            role = "wrong" if label is not None else "answer"
        said = {"true": ", the true class", "wrong": ", the network's answer"}.get(role, "")
        logit, probability = three(float(seen.logits[c])), percent(float(share))
        rows.append(
            {
                "name": str(name),
                "width": round(100 * float(share), 1),
                "percent": probability,
                "logit": logit,
                "mark": role,
                "label": f"{name}: logit {logit}, probability {probability}{said}",
            }
        )
    return {
        "number": number,
        "name": "Output",
        "detail": f"{len(names):,} classes, softmax",
        "rows": rows,
    }
