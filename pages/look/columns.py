"""Which units the picture of the way through a network shows, and where."""

from typing import NamedTuple

import numpy as np

from ann.inside.look import Look, strongest
from pages.ui.inside.numbers import three, with_sign
from pages.ui.words import percent

UNITS, LINES, CLASSES = 5, 6, 3  # that are shown: of a layer, between two columns, of the output
HEAD, TAIL = 2, 2  # hidden layers that are shown, of more than fit
WIDTH, ROW, TOP = 150, 46, 30  # pixels of a column and of a unit; where the first unit is
RADIUS, PICTURE = 15, 84
MIDDLE = TOP + ROW * UNITS / 2


class Node(NamedTuple):
    """A unit or a class in the picture."""

    number: int  # in its layer
    y: float
    fill: float  # from 0 to 1
    contribution: float  # to the answer
    title: str


class Column(NamedTuple):
    """A layer in the picture."""

    layer: int  # from 1
    x: float
    nodes: list[Node]
    name: str
    rest: str  # what is not shown


def columns_of(seen: Look, names: tuple[str, ...], label: int | None) -> list[Column]:
    layers = list(range(1, len(seen.layers) + 1))
    if len(layers) > HEAD + TAIL:
        layers = [*layers[:HEAD], *layers[-TAIL:]]
    columns = [_hidden(seen, layer, k) for k, layer in enumerate(layers)]
    x = PICTURE + WIDTH * (len(layers) + 0.75)
    order = [int(c) for c in np.argsort(-seen.logits, kind="stable")]
    shown = order[:CLASSES]
    if label is not None and label not in shown:
        shown[-1] = label
    rows = (UNITS - len(shown)) / 2
    nodes = [
        Node(
            c,
            TOP + ROW * (rows + k + 0.5),
            float(seen.probabilities[c]),
            0.0,
            f"{names[c]}: {percent(float(seen.probabilities[c]))}",
        )
        for k, c in enumerate(shown)
    ]
    more = len(names) - len(shown)
    rest = f"{more:,} other classes" if more > 1 else "1 other class" if more else ""
    return [*columns, Column(len(seen.layers) + 1, x, nodes, "output", rest)]


def _hidden(seen: Look, layer: int, k: int) -> Column:
    """The column of a hidden layer, the k-th in the picture."""
    found = seen.layers[layer - 1]
    places = sorted(map(int, strongest(found.contributions, UNITS)))
    largest = float(np.abs(found.a).max(initial=0)) or 1.0
    rows = (UNITS - len(places)) / 2
    nodes = [
        Node(
            i,
            TOP + ROW * (rows + row + 0.5),
            abs(float(found.a[i])) / largest,
            float(found.contributions[i]),
            f"unit {layer}-{i}: activation {three(float(found.a[i]))}, "
            f"contribution {with_sign(float(found.contributions[i]))}",
        )
        for row, i in enumerate(places)
    ]
    more = len(found.a) - len(places)
    rest = found.contributions.sum(dtype=np.float64) - sum(n.contribution for n in nodes)
    text = f"{more:,} other{'s' * (more > 1)}: {with_sign(float(rest))}" if more else "all units"
    x = PICTURE + WIDTH * (k + 0.75)
    return Column(layer, x, nodes, f"layer {layer}", text)
