"""How much training a visitor may ask for, so that one browser never takes the lab from the others.

Each limit can be set by an environment variable when the server starts: `ANN_` and its name in
capitals, such as `ANN_MAX_TRAININGS=20` for one person's own machine. Where several server
processes share the machine (`ANN_PROCESSES`), each takes an equal part of what is for all visitors.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

GB = 1e9
MOST_PROCESSES = 64


def _limit(default: float, low: float, high: float, about: str, *, for_all: bool = False) -> float:
    """With `for_all`, it is a limit on what all visitors of the machine take."""
    facts = {"low": low, "high": high, "about": about, "for_all": for_all}
    spec: float = field(default=default, metadata=facts)
    return spec


@dataclass(frozen=True)
class Limits:
    """The limits on training. Sizes are in GB (1e9 bytes), times in seconds.

    >>> Limits.read({"ANN_MAX_TRAININGS": "3"}).max_trainings
    3.0
    >>> Limits.read({"ANN_MAX_TRAININGS": "none"})
    Traceback (most recent call last):
    ValueError: ANN_MAX_TRAININGS: 'none' is not a number from 1 to 1,000
    >>> Limits.read({"ANN_MAX_TOTAL_GB": "8", "ANN_PROCESSES": "4"}).max_total_gb
    2.0
    """

    max_trainings: float = _limit(8, 1, 1_000, "trainings of a visitor at the same time")
    max_single: float = _limit(4, 1, 1_000, "visitors of an address who are no crowd")
    max_visitor_gb: float = _limit(2, 0.01, 1_000, "GB for the trainings of a visitor")
    max_address_gb: float = _limit(
        4, 0.01, 1_000, "GB for the trainings from an address", for_all=True
    )
    max_total_gb: float = _limit(
        6, 0.01, 10_000, "GB for the trainings of all visitors", for_all=True
    )
    max_step_gb: float = _limit(2, 0.01, 1_000, "GB for a training step", for_all=True)
    max_step_seconds: float = _limit(2, 0.01, 3_600, "seconds for a training step (estimated)")
    max_replay_gb: float = _limit(0.128, 0.001, 1_000, "GB for what a tab keeps of a run's past")

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The limits that an environment sets. `ValueError` names a variable that can't be used."""
        values, processes = {}, processes_of(environment)
        for spec in fields(cls):
            low, high = spec.metadata["low"], spec.metadata["high"]
            variable, default = f"ANN_{spec.name.upper()}", getattr(cls, spec.name)
            values[spec.name] = number_in(environment, variable, default, low, high)
            if spec.metadata["for_all"]:
                values[spec.name] /= processes
        return cls(**values)


def processes_of(environment: Mapping[str, str]) -> int:
    """How many server processes share this machine: the environment variable ANN_PROCESSES."""
    return int(number_in(environment, "ANN_PROCESSES", 1, 1, MOST_PROCESSES))


def workers_of(environment: Mapping[str, str], cores: int) -> int:
    """How many worker processes a server starts: ANN_WORKERS, or its part of the cores.

    >>> workers_of({}, cores=8), workers_of({"ANN_PROCESSES": "3"}, cores=8)
    (8, 3)
    """
    part = math.ceil(cores / processes_of(environment))
    return int(number_in(environment, "ANN_WORKERS", part, 1, 1_000))


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
PROCESSES = processes_of(os.environ)
WORKERS = workers_of(os.environ, os.cpu_count() or 1)
