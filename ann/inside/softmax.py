"""The softmax in its steps: subtract the largest logit, exponentiate, divide by the sum."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ann.inside.watch import watch
from ann.losses import softmax

VARIABLE = "shifted"  # the array that `softmax` works in


class SoftmaxSteps(NamedTuple):
    """Each (C,), for one sample: what `softmax` holds after each of its steps."""

    scaled: np.ndarray  # logits / temperature: what it starts with
    shifted: np.ndarray
    exponentials: np.ndarray
    probabilities: np.ndarray


def softmax_steps(logits: np.ndarray, temperature: float = 1.0) -> SoftmaxSteps:
    """The steps of the core's own `softmax` for logits (C,), divided by a temperature first.

    Training and prediction have the temperature 1. A higher one makes the probabilities more alike,
    a lower one makes the largest one larger (Hinton, Vinyals and Dean 2015).

    >>> steps = softmax_steps(np.array([1.0, 1.0, 1.0]), temperature=2.0)
    >>> steps.shifted.tolist(), steps.exponentials.tolist()
    ([0.0, 0.0, 0.0], [1.0, 1.0, 1.0])
    """
    if not temperature > 0:
        raise ValueError(f"temperature: {temperature} is not above 0")
    scaled = logits / logits.dtype.type(temperature)
    steps = []

    def note(names: Mapping[str, Any]) -> None:
        if VARIABLE in names:
            steps.append(names[VARIABLE][0].copy())

    watch(softmax, scaled[None], at={VARIABLE: note})
    return SoftmaxSteps(scaled, *steps[:3])
