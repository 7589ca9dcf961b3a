"""Initializers: how the weights of a layer are drawn before training.

A neuron adds up `fan_in` products. If its weights have variance 1/fan_in, the sum has the same
variance as the inputs. The first three rules are this idea, each with a factor for its activation.
"""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

import numpy as np


class Initializer(NamedTuple):
    """A rule: its name for people, and a weight's standard deviation.

    `deviation` is a function of fan_in, fan_out and the recipe's `init_scale`.
    """

    label: str
    deviation: Callable[[int, int, float], float]
    uses: tuple[str, ...] = ()  # hyperparameters that have an effect only with this rule


INITIALIZERS = {
    # He et al. (2015): ReLU halves the variance
    "he": Initializer("He", lambda fan_in, fan_out, scale: sqrt(2 / fan_in)),
    # Glorot and Bengio (2010)
    "xavier": Initializer(
        "Xavier (Glorot)", lambda fan_in, fan_out, scale: sqrt(2 / (fan_in + fan_out))
    ),
    # LeCun et al. (1998)
    "lecun": Initializer("LeCun", lambda fan_in, fan_out, scale: sqrt(1 / fan_in)),
    "normal": Initializer("Plain normal", lambda fan_in, fan_out, scale: scale, ("init_scale",)),
    # All neurons of a layer are alike, get the same gradient and stay alike forever.
    "zeros": Initializer("Zeros", lambda fan_in, fan_out, scale: 0.0),
}


def draw_weights(
    rng: np.random.Generator, initializer: str, shape: tuple[int, int], scale: float = 0.01
) -> np.ndarray:
    """Weights (fan_in, fan_out), normally distributed around 0, float64.

    >>> rng = np.random.default_rng(0)
    >>> float(draw_weights(rng, "he", (784, 128)).std().round(3))  # sqrt(2 / 784) = 0.0505
    0.051
    """
    deviation = INITIALIZERS[initializer].deviation(*shape, scale)
    if deviation == 0:
        return np.zeros(shape)
    return deviation * rng.standard_normal(shape)
