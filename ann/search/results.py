"""The results of a sweep, as plain values and as text: enough for another sweep to continue from.

Training is deterministic, so half-finished trainings need not be saved: they start again and arrive
at the same result. What is saved are the trainings that have ended or reached a comparison.
"""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from ann.events import Reason
from ann.hyperparameters.field import reason
from ann.search import halving as halve
from ann.search.plan import Plan
from ann.search.view import TrialStatus

NAN = float("nan")
STATUSES = (TrialStatus.WAITING, TrialStatus.PAUSED, TrialStatus.FINISHED, TrialStatus.FAILED)
REASONS = ("", *Reason)
DIGEST = re.compile(r"([0-9a-f]{64})?")
MOST_SECONDS = 1e9
MOST_MESSAGE = 300  # characters


class Result(NamedTuple):
    """How far one training of a trial had come when it was last at rest."""

    status: TrialStatus = TrialStatus.WAITING  # one of STATUSES
    epochs: float = 0.0
    accuracy: float = NAN  # on the validation digits
    seconds: float = 0.0  # of computing time
    reason: str = ""  # why it ended, as in `ann.events.Finished`
    message: str = ""
    weights: str = ""  # their digest


class Results(NamedTuple):
    """How far a whole sweep had come."""

    trials: Sequence[Sequence[Result]]  # in the order of the plan, by seed
    dropped: Sequence[int]  # which trials were given up, from 0
    rung: int  # the comparison that they train for, from 0
    seconds: float  # for which it has been running
    made: str = ""  # the version or versions of the lab that trained them, as in `ann.version`

    def to_json(self) -> str:
        """As text; NaN becomes null."""
        rows = [
            [[None if v != v else v for v in result] for result in trial] for trial in self.trials
        ]
        return json.dumps([rows, list(self.dropped), self.rung, self.seconds, self.made])

    @classmethod
    def from_json(cls, text: str, plan: Plan) -> "Results":
        """What `to_json` wrote of a sweep of this plan. `ValueError` for anything else."""
        try:
            rows, dropped, rung, seconds, made = json.loads(text)
            trials = [[_result(*row) for row in trial] for trial in rows]
            _check(trials, dropped, rung, plan)
            seconds = _number("seconds", seconds, MOST_SECONDS)
            return cls(trials, sorted(dropped), rung, seconds, str(made)[:MOST_MESSAGE])
        except (TypeError, OverflowError, RecursionError) as error:
            raise ValueError(f"results: not the results of a sweep ({reason(error)})") from error


def _result(
    status: str,
    epochs: object,
    accuracy: object,
    seconds: object,
    reason: str,
    message: object,
    weights: str,
) -> Result:
    """A row of such a text, checked: a file may hold anything."""
    for name, value, allowed in (("status", status, STATUSES), ("reason", reason, REASONS)):
        if value not in allowed:
            raise ValueError(f"{name}: {str(value)[:20]!r} is not one of {', '.join(allowed)}")
    if not DIGEST.fullmatch(weights):
        raise ValueError("weights: not a digest")
    return Result(
        TrialStatus(status),
        _number("epochs", epochs, MOST_SECONDS),
        NAN if accuracy is None else _number("accuracy", accuracy, 1.0),
        _number("seconds", seconds, MOST_SECONDS),
        reason,
        str(message)[:MOST_MESSAGE],
        weights,
    )


def _number(name: str, value: object, most: float) -> float:
    is_bool = isinstance(value, bool)  # which is an int to Python
    if isinstance(value, int | float) and not is_bool and 0 <= value <= most:  # NaN is not
        return float(value)
    raise ValueError(f"{name}: {str(value)[:20]} is outside 0 to {most:g}")


def _check(trials: list[list[Result]], dropped: list[int], rung: int, plan: Plan) -> None:
    """`ValueError` if these can't be results of this plan."""
    n, indices = len(plan.recipes), set(dropped)
    if [len(trial) for trial in trials] != [plan.seeds] * n:
        raise ValueError(f"results: not those of {n} trials with {plan.seeds} seeds")
    for recipe, trial in zip(plan.recipes, trials, strict=True):
        if any(result.epochs > recipe.epochs for result in trial):
            raise ValueError(f"epochs: more than the {recipe.epochs} of the trial")
    if type(rung) is not int or not 0 <= rung < len(plan.rungs):
        raise ValueError(f"rung: {str(rung)[:20]} is outside 0 to {len(plan.rungs) - 1}")
    if any(type(i) is not int for i in dropped) or not indices <= set(range(n)):
        raise ValueError(f"dropped: not among the trials 0 to {n - 1}")
    if n - len(indices) != halve.left(n, rung):
        raise ValueError(f"dropped: {len(indices)} of {n} trials before comparison {rung + 1}")
