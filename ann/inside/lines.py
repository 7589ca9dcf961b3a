"""The core's functions at work on one weight: the lines that run in a step, with its numbers.

Each function here calls the core's functions once more, on copies of what the step went through,
and returns them with their lines, in the order in which a step calls them. Of the numbers that are
watched, the last one named is what the function is for. Where a rule works on
each weight by itself, it is called with this weight alone.
"""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from ann.activations import ACTIVATIONS
from ann.inside.step import OneStep
from ann.inside.watch import Watched, watch
from ann.inside.weight_step import weight_position
from ann.layers import (
    LayerTrace,
    affine,
    affine_backward,
    draw_mask,
    normalize,
    normalize_backward,
    sum_columns,
)
from ann.losses import cross_entropy, softmax
from ann.network import Trace
from ann.optimizers import OPTIMIZERS, At, decay_weights, update
from ann.regularizers import add_penalty_gradient, clip_norm, limit_norm
from ann.train import average_weights


class WeightLines:
    """The lines of a step for the weight i -> j of a layer (from 1) and the sample in a row."""

    def __init__(self, one: OneStep, row: int, layer: int, i: int, j: int) -> None:
        self.one, self.row, self.layer, self.i, self.j = one, row, layer, i, j
        self.position = weight_position(one, layer, i, j)
        self.seen = one.layers[layer - 1]
        self.own = one.views(one.before.theta)[layer - 1]

    def forward(self) -> list[Watched]:
        """`affine`, and for a hidden layer batch norm, the activation and the dropout mask."""
        seen, own, at = self.seen, self.own, (self.row, self.j)
        places: dict[str, Any]
        z = _unfilled(seen.z)
        places = {"x": (self.row, self.i), "weights": (self.i, self.j), "bias": self.j, "out": at}
        found = [watch(affine, seen.x, own.weights, own.bias, out=z, at=places)]
        if seen.u is None:
            return found
        if seen.normalized:
            out, scratch = _unfilled(z), np.empty_like(z)
            places = {"z": at, "mean": self.j, "variance": self.j, "inverse_std": self.j, "out": at}
            found.append(watch(normalize, z, None, None, out=out, scratch=scratch, at=places))
        value = ACTIVATIONS[self.one.recipe.activation].value
        found.append(watch(value, seen.u, _unfilled(z), at={"z": at, "out": at}))
        if seen.mask is not None:
            rng = deepcopy(self.one.before.rng)
            for layer in self.one.layers[: self.layer - 1]:  # their masks are drawn first
                draw_mask(rng, self.one.recipe.dropout, out=np.empty_like(layer.z))
            places = {"draws": at, "out": at}
            mask = _unfilled(z)
            found.append(watch(draw_mask, rng, self.one.recipe.dropout, out=mask, at=places))
        return found

    def loss(self, chosen: int) -> list[Watched]:
        """`cross_entropy` for the class `chosen`, and `softmax`."""
        one, row = self.one, self.row
        logits, out = one.layers[-1].z, _unfilled(one.layers[-1].z)
        places: dict[str, Any] = dict.fromkeys(("predictions", "largest", "sums", "losses"), row)
        places |= {"target_logits": row, "logits": (row, chosen), "out": (row, chosen)}
        smoothing = one.recipe.label_smoothing
        at = {"logits": (row, chosen), "shifted": (row, chosen)}
        return [
            watch(cross_entropy, logits, one.y, smoothing, out=out, at=places),
            watch(softmax, logits, at=at),
        ]

    def backward(self) -> list[Watched]:
        """`Network.backward` until delta has reached this layer, and the functions it calls."""
        one, network, at = self.one, self.one.network, (self.row, self.j)
        layers, here = one.views(one.before.theta), self.layer - 1
        output = self.layer == len(layers)

        def delta(names: Any) -> float | None:
            where = names.get("i", len(layers) - 1)
            shape = names["delta"].shape
            fits = where == here and shape[1] == network.sizes[self.layer]
            return float(names["delta"][at]) if fits else None

        gradients = network.views(np.empty_like(one.loss_gradient))
        found = [
            watch(
                type(network).backward,
                network,
                layers,
                self._trace(),
                one.layers[-1].delta.copy(),
                gradients,
                at={"delta": delta},
            )
        ]
        if output:
            return found
        assert self.seen.u is not None and self.seen.a is not None
        back = np.dot(one.layers[self.layer].delta, layers[self.layer].weights.T)
        if self.seen.mask is not None:
            back *= self.seen.mask
        chain = ACTIVATIONS[one.recipe.activation].chain
        places: dict[str, Any] = {"z": at, "a": at, "delta": at}
        found.append(watch(chain, back, self.seen.u, self.seen.a, at=places))
        norm = self.own.norm
        if self.seen.normalized and norm:
            sums, scratch = (_unfilled(norm.gamma), _unfilled(norm.beta)), back.copy()
            places = {"gamma_gradient": self.j, "beta_gradient": self.j, "delta": at}
            normalized = self.seen.normalized
            found.append(
                watch(
                    normalize_backward,
                    back, normalized, norm.gamma, *sums, True, scratch,
                    at=places,
                )
            )  # fmt: skip
        return found

    def gradient(self) -> list[Watched]:
        """`affine_backward` and what changes the gradient before the optimizer gets it."""
        one, recipe, at = self.one, self.one.recipe, (self.i, self.j)
        own = one.views(_unfilled(one.loss_gradient))[self.layer - 1]
        places: dict[str, Any] = {"x": (self.row, self.i), "delta": (self.row, self.j)}
        places |= {"bias_gradient": self.j, "weights_gradient": at}
        delta = self.seen.delta
        found = [watch(affine_backward, delta, self.seen.x, *own[:2], at=places)]
        if own.bias is not None:
            total = _unfilled(own.bias)
            places = {"table": (self.row, self.j), "out": self.j}
            found.append(watch(sum_columns, delta, out=total, at=places))
        if recipe.l1 or recipe.l2:
            part = slice(self.position, self.position + 1)
            alone, weight = one.loss_gradient[part].copy(), one.before.theta[part]
            places = {"weights": 0, "gradient": 0}
            found.append(
                watch(add_penalty_gradient, alone, weight, recipe.l1, recipe.l2, at=places)
            )
        if recipe.clip_norm:
            whole = one.penalized.copy()
            places = {"gradient": self.position}
            with np.errstate(over="ignore", invalid="ignore"):
                found.append(watch(clip_norm, whole, recipe.clip_norm, at=places))
        return found

    def update(self) -> list[Watched]:
        """The optimizer's rule, and what else changes the weight in a step."""
        one, recipe, part = self.one, self.one.recipe, slice(self.position, self.position + 1)
        theta, g = one.before.theta[part].copy(), one.gradient[part].copy()
        memory = tuple(moment[part].copy() for moment in one.before.moments)
        found = []
        if recipe.applies("weight_decay") and recipe.weight_decay:
            amount = one.rate * recipe.weight_decay
            found.append(watch(decay_weights, theta, amount, at={"weights": 0}))
        at = dict.fromkeys(("g", "v", "M", "V", "theta"), 0)
        place = At(one.rate, one.after.step, recipe.momentum)
        rule = OPTIMIZERS[recipe.optimizer].rule
        found.insert(0, watch(rule, theta, g, memory, place, at=at))
        if recipe.max_norm and self.layer < len(one.layers):
            weights = one.views(one.moved.copy())[self.layer - 1].weights
            places: dict[str, Any] = {"lengths": self.j, "weights": (self.i, self.j)}
            found.append(watch(limit_norm, weights, recipe.max_norm, at=places))
        found.append(self._blocks())
        if recipe.ema:
            found.append(self._average())
        return found

    def _blocks(self) -> Watched:
        """`update`, which calls the rule for one block of theta after the other."""
        one, p = self.one, self.position
        theta, moments = one.before.theta.copy(), one.before.moments.copy()
        if one.recipe.applies("weight_decay"):
            decay_weights(theta[: one.network.n_weights], one.rate * one.recipe.weight_decay)
        at = {"gradient": p, "theta": p}
        return watch(
            update,
            one.recipe.optimizer, theta, one.gradient.copy(), moments, one.rate, one.after.step,
            one.recipe.momentum,
            at=at,
        )  # fmt: skip

    def _average(self) -> Watched:
        """`average_weights`, from the average before the step."""
        one, p = self.one, self.position
        state = replace(
            one.after,
            step=one.before.step,
            average=one.before.average.copy(),
            average_statistics=one.before.average_statistics.copy(),
        )
        at = {"average": lambda names: names["state"].average[p]}
        return watch(average_weights, state, np.empty_like(state.theta), at=at)

    def _trace(self) -> Trace:
        """What the step's forward pass left for the backward pass, in arrays of its own."""
        one = self.one
        hidden = []
        for layer, arrays in zip(one.layers[:-1], one.network.buffers(one.n), strict=False):
            assert layer.u is not None and layer.a is not None
            hidden.append(
                LayerTrace(layer.x, layer.u, layer.a, layer.mask, layer.normalized, arrays)
            )
        return Trace(hidden, one.layers[-1].x, one.layers[-1].z, batch_statistics=True)


def _unfilled(like: np.ndarray) -> np.ndarray:
    """An array to be filled, in which every number is a change: see `watch`."""
    return np.full_like(like, np.nan)
