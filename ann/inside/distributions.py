"""How the weights of each layer and its values over many samples are distributed."""

from typing import NamedTuple

import numpy as np

from ann.inside.passes import representations
from ann.run import Run

BINS = 60
WIDEST = 0.999  # the share of a layer's values that lie within the outermost bins
MOST = 200_000  # weights of a layer that are counted: with more, every second, third, ... one


class Spread(NamedTuple):
    """The values of a layer: how many lie in each bin, and what sums them up.

    Values of exactly 0, which ReLU makes many of, are in no bin. What lies beyond the first or the
    last bin is counted there.
    """

    counts: np.ndarray  # (B,)
    zeros: float  # the share of the values that are 0
    mean: float
    deviation: float  # standard deviation
    largest: float  # the largest |value|


class WeightSpreads(NamedTuple):
    """The weights of each layer before the first step and now, in the same bins."""

    edges: np.ndarray  # (B + 1,)
    before: list[Spread]
    after: list[Spread]


class ValueSpreads(NamedTuple):
    """What leaves each layer over many samples: activations, and logits from the last one."""

    edges: np.ndarray  # (B + 1,)
    layers: list[Spread]


def weight_spreads(run: Run, start: np.ndarray) -> WeightSpreads:
    """How each layer's weights are distributed; `start` (P,) is the initial theta."""
    before, after = (
        [_thinned(layer.weights.reshape(-1)) for layer in run.network.views(theta)]
        for theta in (start, run.theta)
    )
    edges = _edges([*before, *after])
    return WeightSpreads(edges, *([spread(w, edges) for w in ws] for ws in (before, after)))


def value_spreads(run: Run, x: np.ndarray) -> ValueSpreads:
    """How each layer's values are distributed over x (N, D), in the units of the data.

    Those that are not finite are left out.
    """
    found = [values[np.isfinite(values)] for values in representations(run, x)]
    edges = _edges(found)
    return ValueSpreads(edges, [spread(values, edges) for values in found])


def spread(values: np.ndarray, edges: np.ndarray) -> Spread:
    """How values (M,) are distributed over bins with these edges (B + 1,); all must be finite.

    >>> found = spread(np.array([0.0, 0.1, -0.6, 9.0]), np.array([-1.0, 0.0, 1.0]))
    >>> found.counts.tolist(), found.zeros, found.largest
    ([1, 2], 0.25, 9.0)
    """
    lit = values[values != 0]
    counts, _ = np.histogram(np.clip(lit, edges[0], edges[-1]), edges)
    if not len(values):
        return Spread(counts, 0.0, 0.0, 0.0, 0.0)
    precise = values.astype(np.float64, copy=False)
    return Spread(
        counts,
        1 - len(lit) / len(values),
        float(precise.mean()),
        float(precise.std()),
        float(np.abs(values).max()),
    )


def _edges(groups: list[np.ndarray]) -> np.ndarray:
    """Edges (B + 1,) that hold nearly all values of each group; one of them is 0."""
    low = min((float(np.quantile(g, 1 - WIDEST)) for g in groups if len(g)), default=0.0)
    high = max((float(np.quantile(g, WIDEST)) for g in groups if len(g)), default=0.0)
    low, high = min(low, 0.0), max(high, 0.0)
    width = (high - low) / (BINS - 1) or 1.0
    first = np.floor(low / width)
    edges: np.ndarray = (first + np.arange(BINS + 1)) * width
    return edges


def _thinned(values: np.ndarray) -> np.ndarray:
    return values[:: -(-len(values) // MOST)] if len(values) else values
