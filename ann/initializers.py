"""Initializers: how the weights of a layer are drawn before training.

A layer adds up `fan_in` products. If its weights have variance 1/fan_in, the sum keeps the variance
of what goes in; each rule below is that thought with a factor for the activation.
"""

import numpy as np

# Name in the recipe -> variance of a weight, given fan_in and fan_out.
VARIANCES = {
    "he": lambda fan_in, fan_out: 2 / fan_in,  # He et al. (2015): ReLU halves the variance
    "xavier": lambda fan_in, fan_out: 2 / (fan_in + fan_out),  # Glorot and Bengio (2010)
    "lecun": lambda fan_in, fan_out: 1 / fan_in,  # LeCun et al. (1998)
}


def draw_weights(
    rng: np.random.Generator, initializer: str, shape: tuple[int, int], scale: float = 0.01
) -> np.ndarray:
    """Weights (fan_in, fan_out), normally distributed around 0, float64.

    "normal" has the standard deviation `scale` whatever the layer's size; "zeros" draws nothing:
    then all neurons of a layer are alike, get the same gradient and stay alike for ever.

    >>> rng = np.random.default_rng(0)
    >>> float(draw_weights(rng, "he", (784, 128)).std().round(3))  # sqrt(2 / 784) = 0.0505
    0.051
    """
    if initializer == "zeros":
        return np.zeros(shape)
    if initializer == "normal":
        return scale * rng.standard_normal(shape)
    return np.sqrt(VARIANCES[initializer](*shape)) * rng.standard_normal(shape)
