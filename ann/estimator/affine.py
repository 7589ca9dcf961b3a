"""The weights of a run as matrices that act on the samples themselves."""

import numpy as np

from ann.layers import EPSILON
from ann.run import Run

Maps = list[tuple[np.ndarray, np.ndarray]]


def affine_maps(run: Run) -> Maps:
    """(coefficients (fan_in, width), intercepts (width,)) of each layer, in float64.

    The scaling of the samples and batch norm are affine, too, so they are multiplied in: what an
    activation gets is x @ coefficients + intercepts, beginning with the samples as they were given.
    """
    layers = run.network.views(run.theta.astype(np.float64))
    running = run.network.statistics_views(run.statistics.astype(np.float64))
    maps = []
    for i, layer in enumerate(layers):
        weights, bias = layer.weights, np.zeros(layer.weights.shape[1])
        if layer.bias is not None:
            bias = layer.bias
        if layer.norm:
            mean, variance = running[i]
            factor = layer.norm.gamma / np.sqrt(variance + EPSILON)
            weights, bias = weights * factor, layer.norm.beta - mean * factor
        if i == 0:
            bias = bias + run.scaling.shift * weights.sum(axis=0)
            weights = weights * run.scaling.factor
        maps.append((weights, bias))
    return maps
