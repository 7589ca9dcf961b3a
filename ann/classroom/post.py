"""What a class sees of a finished run: settings, curve, score and mistakes, but no weights.

Only the server makes one, from a training that it has computed itself. It is kept as text, and read
as if a stranger had written it.
"""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from ann.coach.advice import advise
from ann.evaluation.cost import image_multiply_adds
from ann.recipe import FIELDS, Recipe
from ann.run import Run

MOST_BYTES = 60_000
MOST_POINTS = 100  # of the curve
MOST_CLASSES, MOST_TEXT, MOST_METRIC = 100, 100, 1e24
NAN = float("nan")


@dataclass(frozen=True)
class RunPost:
    """What a class is told of one run. Accuracies are shares of 1; NaN where nothing is known."""

    number: int  # of the saved run
    recipe: Recipe
    fingerprint: str  # of the data set
    epochs: float
    seconds: float  # of computing
    multiply_adds: float  # of all its steps, without measuring
    validation_accuracy: float = NAN  # at the last epoch's end, as all that follows
    validation_loss: float = NAN
    reason: str = ""  # why the training ended
    finding: str = ""  # the name of the coach's
    curve: tuple[tuple[float, float, float], ...] = ()  # epoch, validation loss and accuracy
    confusion: tuple[tuple[int, ...], ...] = ()  # (C, C): true class, answer
    wrong: str = ""  # which of the validation digits got a wrong answer; see `wrong_digits`

    @classmethod
    def of(cls, run: Run, number: int, labels: npt.NDArray[np.integer] | None) -> "RunPost":
        """The post of a run; `labels` (N,) are those of its validation digits, if known."""
        history, answers = run.history, run.history.answers
        epochs = history.epochs
        rows = list(zip(*(epochs[k] for k in CURVE), strict=True))
        advised = advise(run, history)
        wrong = ""
        if labels is not None and answers is not None and len(answers) == len(labels):
            wrong = _packed(np.not_equal(answers, labels))
        last = rows[-1] if rows else (NAN, NAN, NAN)
        each = image_multiply_adds(run.recipe, run.n_features, run.n_classes)
        return cls(
            number=number,
            recipe=run.recipe,
            fingerprint=run.fingerprint,
            epochs=float(history.epochs_done),
            seconds=float(run.seconds),
            multiply_adds=float(run.images_seen) * each,
            validation_accuracy=float(last[2]),
            validation_loss=float(last[1]),
            reason=str(run.reason),
            finding=advised.finding.name if advised else "",
            curve=tuple((float(a), float(b), float(c)) for a, b, c in _thinned(rows)),
            confusion=() if history.confusion is None else _rows(history.confusion),
            wrong=wrong,
        )

    def wrong_digits(self, n: int) -> npt.NDArray[np.bool_]:
        """Which of the N validation digits this network got wrong, as (N,); all False if unknown.

        >>> wrong = _packed(np.array([True, False]))
        >>> RunPost(1, Recipe(), "", 1, 1, 1, wrong=wrong).wrong_digits(2)
        array([ True, False])
        """
        try:
            bits = np.frombuffer(base64.b64decode(self.wrong, validate=True), np.uint8)
        except (binascii.Error, ValueError):
            bits = np.zeros(0, np.uint8)
        if len(bits) != (n + 7) // 8:
            return np.zeros(n, bool)
        return np.unpackbits(bits, count=n).astype(bool)

    def to_json(self) -> str:
        """As text."""
        values = asdict(self) | {"recipe": asdict(self.recipe)}
        return json.dumps(_without_nan(values))

    @classmethod
    def from_json(cls, text: str) -> "RunPost | None":
        """What `to_json` wrote; None for anything else."""
        try:
            found: Any = json.loads(text) if len(text) <= MOST_BYTES else None
            recipe = Recipe(**{k: v for k, v in found["recipe"].items() if k in FIELDS})
            values = {f.name: _read(f.name, found[f.name]) for f in fields(cls)[2:]}
            number = found["number"]
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                return None
            return cls(number, recipe, **values)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


CURVE = ("epoch", "validation_loss", "validation_accuracy")
TEXTS = ("fingerprint", "reason", "finding")


def _read(name: str, value: Any) -> Any:
    """The value of a field from its JSON form; TypeError or ValueError if it is none."""
    if name in TEXTS or name == "wrong":
        if not isinstance(value, str) or (name != "wrong" and len(value) > MOST_TEXT):
            raise TypeError(name)
        return value
    if name == "curve":
        rows = tuple(tuple(map(_number, row)) for row in value[: MOST_POINTS + 1])
        if any(len(row) != len(CURVE) for row in rows):
            raise ValueError(name)
        return rows
    if name == "confusion":
        pairs = tuple(tuple(int(_number(v)) for v in row) for row in value[:MOST_CLASSES])
        if any(len(row) != len(pairs) or min(row) < 0 for row in pairs):
            raise ValueError(name)
        return pairs
    return _number(value)


def _number(value: Any) -> float:
    if value is None:
        return NAN
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(value)
    return float(value) if abs(value) <= MOST_METRIC else NAN


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nan(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _thinned(rows: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """At most MOST_POINTS rows, the last one among them."""
    every = -(-len(rows) // MOST_POINTS) or 1
    return [row for k, row in enumerate(rows) if (len(rows) - 1 - k) % every == 0]


def _rows(counts: npt.NDArray[np.integer]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(v) for v in row) for row in counts)


def _packed(wrong: npt.NDArray[np.bool_]) -> str:
    return base64.b64encode(np.packbits(wrong).tobytes()).decode()
