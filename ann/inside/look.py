"""One sample on its way through a network: every number that the forward pass computes for it.

All of them are the core's own: `look` runs `Network.forward` as prediction does, without dropout
and with batch norm's running averages, and `Network.backward` for the contributions. A layer is
counted from 1; the output layer is the last one. A unit is counted from 0 within its layer.
"""

from typing import NamedTuple

import numpy as np

from ann.inside import passes
from ann.layers import Layer, LayerTrace
from ann.losses import softmax
from ann.network import Network
from ann.run import Run
from ann.state import initial_theta


class Unit(NamedTuple):
    """One neuron: the number of its layer, from 1, and its own, from 0.

    >>> str(Unit(1, 17))
    '1-17'
    """

    layer: int
    number: int

    def __str__(self) -> str:
        return f"{self.layer}-{self.number}"

    def check(self, network: Network) -> "Unit":
        """This unit, if the network has it. `ValueError` with the allowed range if not."""
        last = len(network.sizes) - 1
        if not 1 <= self.layer <= last:
            raise ValueError(f"layer: {self.layer} is outside 1 to {last}")
        width = network.sizes[self.layer]
        if not 0 <= self.number < width:
            raise ValueError(
                f"unit: {self.number} is outside 0 to {width - 1} in layer {self.layer}"
            )
        return self


class Norm(NamedTuple):
    """Batch norm of a layer, each (width,): u = gamma · normalized + beta, in prediction."""

    normalized: np.ndarray  # (z - mean) / std
    mean: np.ndarray
    std: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray


class LayerLook(NamedTuple):
    """What one hidden layer computed for the sample, each (width,) but `inputs`."""

    inputs: np.ndarray  # (fan_in,)
    z: np.ndarray  # inputs · weights + bias
    norm: Norm | None
    u: np.ndarray  # input of the activation: z; with batch norm, gamma · normalized + beta
    a: np.ndarray  # activations
    contributions: np.ndarray  # a · (slope of the target's logit with respect to a)


class Look(NamedTuple):
    """One sample's way through a network.

    A contribution is a value times the slope of the target's logit with respect to it: of the
    logit's difference to that of `against`, if given. In the last hidden layer, the contributions
    and the output's bias add up to the logit. Further down they do so only as far as the network
    is linear around this sample: for small changes, in other words.
    """

    x: np.ndarray  # (D,) the scaled input
    pixels: np.ndarray  # (D,) contributions of the inputs
    layers: list[LayerLook]  # hidden layers
    logits: np.ndarray  # (C,)
    probabilities: np.ndarray  # (C,)
    target: int
    against: int | None

    @property
    def answer(self) -> int:
        """The class with the highest probability."""
        return int(self.logits.argmax())

    @property
    def finite(self) -> bool:
        """Whether all outputs are numbers; those of a diverged network may not be."""
        return bool(np.isfinite(self.logits).all())

    def inputs(self, layer: int) -> np.ndarray:
        """What enters a layer, (fan_in,)."""
        return self.x if layer == 1 else self.layers[layer - 2].a

    def values(self, layer: int) -> np.ndarray:
        """What leaves a layer, (width,): its activations, or the logits of the output layer."""
        return self.logits if layer > len(self.layers) else self.layers[layer - 1].a


class Terms(NamedTuple):
    """The sum that makes a unit's z: inputs · weights, each (fan_in,), and the bias."""

    inputs: np.ndarray
    weights: np.ndarray
    products: np.ndarray
    bias: float | None  # None: the layer has none, because batch norm's beta has the same effect
    z: float


class Change(NamedTuple):
    """A unit's weights (fan_in,) before the first step of the training, and now."""

    before: np.ndarray
    after: np.ndarray

    @property
    def change(self) -> np.ndarray:
        """W - W₀: what training did."""
        change: np.ndarray = self.after - self.before
        return change

    @property
    def share(self) -> float:
        """The length of the change as a share of the initial weights' length; NaN if that is 0."""
        start = float(np.linalg.norm(self.before))
        return float(np.linalg.norm(self.change)) / start if start else float("nan")


class ChangedWeight(NamedTuple):
    """One weight, from input `source` to `unit`, before the first step and now."""

    source: int
    unit: Unit
    before: float
    after: float


def look(run: Run, x: np.ndarray, target: int | None = None, against: int | None = None) -> Look:
    """What `run` computes for one sample x (D,), in the units of the data.

    The contributions are those to the logit of class `target`, by default the network's answer;
    with `against`, to the difference of the two logits. `ValueError` if the shape or a class is
    wrong.
    """
    if x.shape != (run.n_features,):
        raise ValueError(f"x: shape {x.shape}; needs ({run.n_features},)")
    network, layers = run.network, run.network.views(run.theta)
    with np.errstate(over="ignore", invalid="ignore"):  # a diverged network gives NaN
        seen = passes.trace(run, x[None])
        target = int(seen.logits[0].argmax()) if target is None else target
        delta = np.zeros_like(seen.logits)
        for name, number, sign in (("target", target, 1), ("against", against, -1)):
            if number is not None and not 0 <= number < run.n_classes:
                raise ValueError(f"{name}: {number} is outside 0 to {run.n_classes - 1}")
            if number is not None:
                delta[0, number] += sign
        # the backward pass writes over z if there is batch norm
        before = [one.buffers.z[0].copy() for one in seen.hidden]
        norms = [_norm(layer, one) for layer, one in zip(layers, seen.hidden, strict=False)]
        pixels, *slopes = passes.slopes(network, layers, seen, delta)
        hidden = [
            LayerLook(one.x[0], z, norm, one.u[0], one.a[0], one.a[0] * slope[0])
            for one, z, norm, slope in zip(seen.hidden, before, norms, slopes, strict=True)
        ]
        scaled = seen.hidden[0].x[0] if seen.hidden else seen.last_input[0]
        probabilities = softmax(seen.logits)[0]
    return Look(scaled, scaled * pixels[0], hidden, seen.logits[0], probabilities, target, against)


def terms(run: Run, seen: Look, unit: Unit) -> Terms:
    """The inputs of a unit times its weights, for the sample that was `seen` in this run."""
    unit.check(run.network)
    layer, column = run.network.views(run.theta)[unit.layer - 1], unit.number
    inputs, weights = seen.inputs(unit.layer), layer.weights[:, column].copy()
    bias = None if layer.bias is None else float(layer.bias[column])
    output = unit.layer > len(seen.layers)
    z = seen.logits[column] if output else seen.layers[unit.layer - 1].z[column]
    return Terms(inputs, weights, inputs * weights, bias, float(z))


def sent(run: Run, seen: Look, unit: Unit) -> np.ndarray:
    """What a hidden unit adds to each z of the next layer, (next width,): its a · each weight."""
    unit.check(run.network)
    if unit.layer > len(seen.layers):
        raise ValueError(f"layer: {unit.layer} is the output layer, which feeds no other layer")
    weights = run.network.views(run.theta)[unit.layer].weights[unit.number]
    products: np.ndarray = seen.layers[unit.layer - 1].a[unit.number] * weights
    return products


def weight_change(run: Run, unit: Unit, start: np.ndarray | None = None) -> Change:
    """A unit's weights before the training and now.

    `start` (P,) is the initial theta, if the caller has it: it is drawn again from the seed.
    """
    unit.check(run.network)
    start = initial_theta(run.recipe, run.network) if start is None else start
    before, after = (
        run.network.views(theta)[unit.layer - 1].weights[:, unit.number].copy()
        for theta in (start, run.theta)
    )
    return Change(before, after)


def most_changed(run: Run, n: int, start: np.ndarray | None = None) -> list[ChangedWeight]:
    """The `n` weights of the whole network that training moved furthest, the furthest first."""
    start = initial_theta(run.recipe, run.network) if start is None else start
    moved = np.abs(run.theta - start)[: run.network.n_weights]
    found, ends = [], np.cumsum([fan_in * width for fan_in, width in run.network.shapes])
    for at in map(int, strongest(moved, n)):
        layer = int(np.searchsorted(ends, at, side="right"))
        source, index = divmod(
            at - int(ends[layer - 1] if layer else 0), run.network.sizes[layer + 1]
        )
        unit = Unit(layer + 1, index)
        found.append(ChangedWeight(source, unit, float(start[at]), float(run.theta[at])))
    return found


def dark_pixels(images: np.ndarray) -> np.ndarray:
    """Which pixels (D,) none of these images (N, D) lights: their weights can learn nothing.

    >>> dark_pixels(np.array([[0, 0, 9], [0, 5, 0]], np.uint8)).tolist()
    [True, False, False]
    """
    lit = np.zeros(images.shape[1], bool)
    for i in range(0, len(images), 4096):  # the images may be a file, mapped into memory
        lit |= (images[i : i + 4096] != 0).any(axis=0)
    return ~lit


def strongest(values: np.ndarray, n: int) -> np.ndarray:
    """The places of the `n` values (M,) furthest from 0, the furthest first; ties in order.

    >>> strongest(np.array([1, -3, 2, 0]), 2).tolist()
    [1, 2]
    """
    sizes = np.abs(values)
    few = np.arange(len(sizes))
    if n < len(sizes):  # sorting all weights of a network would take a second
        few = np.flatnonzero(sizes >= np.partition(sizes, -n)[-n]) if n else few[:0]
    return few[np.argsort(-sizes[few], kind="stable")][:n]


def _norm(layer: Layer, seen: LayerTrace) -> Norm | None:
    n = seen.normalized
    if n is None or layer.norm is None:
        return None
    gamma, beta = (array.copy() for array in layer.norm)
    return Norm(n.values[0].copy(), n.mean.copy(), 1 / n.inverse_std, gamma, beta)
