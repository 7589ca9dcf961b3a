"""How much training a visitor may ask for, so that one browser never takes the lab from the others.

Each limit can be set by an environment variable when the server starts: `ANN_` and its name in
capitals, such as `ANN_MAX_TRAININGS=20` for a lecture hall or one person's own machine.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

GB = 1e9


def _limit(default: float, low: float, high: float, about: str) -> float:
    spec: float = field(default=default, metadata={"low": low, "high": high, "about": about})
    return spec


@dataclass(frozen=True)
class Limits:
    """The limits on training. Sizes are in GB (1e9 bytes), times in seconds.

    >>> Limits.read({"ANN_MAX_TRAININGS": "3"}).max_trainings
    3.0
    >>> Limits.read({"ANN_MAX_TRAININGS": "none"})
    Traceback (most recent call last):
    ValueError: ANN_MAX_TRAININGS: 'none' is not a number from 1 to 1,000
    """

    max_trainings: float = _limit(8, 1, 1_000, "trainings of a visitor at the same time")
    max_visitor_gb: float = _limit(2, 0.01, 1_000, "GB for the trainings of a visitor")
    max_address_gb: float = _limit(4, 0.01, 1_000, "GB for the trainings from an address")
    max_total_gb: float = _limit(6, 0.01, 10_000, "GB for the trainings of all visitors")
    max_step_gb: float = _limit(2, 0.01, 1_000, "GB for a training step")
    max_step_seconds: float = _limit(2, 0.01, 3_600, "seconds for a training step (estimated)")

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The limits that an environment sets. `ValueError` names a variable that can't be used."""
        values = {}
        for spec in fields(cls):
            low, high = spec.metadata["low"], spec.metadata["high"]
            variable, default = f"ANN_{spec.name.upper()}", getattr(cls, spec.name)
            values[spec.name] = number_in(environment, variable, default, low, high)
        return cls(**values)


def number_in(
    environment: Mapping[str, str], variable: str, default: float, low: float, high: float
) -> float:
    """The number in a variable of an environment, or the default if it is not set.

    `ValueError`, naming the variable, for anything but a number from `low` to `high`.
    """
    text = environment.get(variable, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:  # written so that NaN fails, too
        raise ValueError(f"{variable}: {text[:40]!r} is not a number from {low:,} to {high:,}")
    return value


LIMITS = Limits.read()
