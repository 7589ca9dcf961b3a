"""What a hyperparameter may be: its kind, its bounds, how it is checked, written and read."""

import math
import numbers
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

MAX_LAYERS = 20
MAX_WEIGHTS = 25_000_000  # between hidden layers: 100 MB, and five or six times that in training
MOST_SHOWN = 80  # characters of a bad value in a message; a forged one may have any number


def setting(default: Any, kind: str, group: str, label: str, **spec: Any) -> Any:
    """A dataclass field with a default and, in its metadata, the rest of its `Field`."""
    return field(default=default, metadata={"kind": kind, "group": group, "label": label, **spec})


@dataclass(frozen=True)
class Field:
    """One hyperparameter: what it may be and what to tell a learner about it.

    `kind` is "float", "int", "bool", "choice" or "widths" (a tuple of widths). `off` says that
    0 is allowed below `low` and turns the thing off. `log` says that factors matter, not
    differences. `only_if` is (another field's name, its values with which this one has an effect).
    """

    name: str
    default: Any
    kind: str
    group: str
    label: str
    help: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    log: bool = False
    off: bool = False
    only_if: tuple[str, tuple[str, ...]] | None = None

    @property
    def allowed(self) -> str:
        """The allowed range, in words."""
        if self.kind == "bool":
            return "true or false"
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        span = f"{_number(self.low)} to {_number(self.high)}"
        if self.kind == "widths":
            return f"0 to {MAX_LAYERS} layers of {span} neurons"
        return f"0 (off) or {span}" if self.off else span

    def check(self, value: Any) -> Any:
        """The value as a plain Python object, or a `ValueError` with field, value and range."""
        if self.kind == "bool":
            return self._check_bool(value)
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.choices:
                raise ValueError(f"{self.name}: {short(value)} is not {self.allowed}")
            return str(value)
        if self.kind == "widths":
            return self._check_widths(value)
        return self._check_number(value)

    def _check_bool(self, value: Any) -> bool:
        if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
            return bool(value)
        raise ValueError(f"{self.name}: {short(value)} is not true or false")

    def _check_number(self, value: Any) -> int | float:
        whole = self.kind == "int"
        wanted = numbers.Integral if whole else numbers.Real
        if isinstance(value, bool) or not isinstance(value, wanted):
            kind = "whole number" if whole else "number"
            raise ValueError(f"{self.name}: {short(value)} is not a {kind}")
        try:
            value = int(value) if whole else float(value)
        except OverflowError:  # a whole number with hundreds of digits
            value = math.inf if value > 0 else -math.inf
        inside = self.low <= value <= self.high  # which NaN never is
        if not inside and not (self.off and value == 0):
            raise ValueError(f"{self.name}: {_number(value)} is outside {self.allowed}")
        return value

    def _check_widths(self, value: Any) -> tuple[int, ...]:
        if isinstance(value, numbers.Integral) and not isinstance(value, bool):
            value = (value,)
        widths = value.tolist() if hasattr(value, "tolist") else value  # as NumPy's arrays have
        if not isinstance(widths, Sequence) or isinstance(widths, (str, bytes)):
            raise ValueError(f"{self.name}: {short(value)} is not a list of widths")
        good = len(widths) <= MAX_LAYERS and all(
            isinstance(w, numbers.Integral)
            and not isinstance(w, bool)
            and self.low <= w <= self.high
            for w in widths
        )
        if not good:
            raise ValueError(f"{self.name}: {short(value)} is outside {self.allowed}")
        widths = tuple(int(w) for w in widths)
        if sum(a * b for a, b in pairwise(widths)) > MAX_WEIGHTS:
            raise ValueError(f"{self.name}: {short(value)} has more than {MAX_WEIGHTS:,} weights")
        return widths

    def format(self, value: Any) -> str:
        """The value as it stands in a link or on a command line."""
        if self.kind == "widths":
            return "-".join(map(str, value)) or "none"
        return str(value).lower() if self.kind == "bool" else str(value)

    def parse(self, text: str) -> Any:
        """The checked value of `format`'s text; `ValueError` where it is none.

        >>> Field("hidden_sizes", (), "widths", "network", "Widths", low=1, high=99).parse("20-7")
        (20, 7)
        """
        text = str(text).strip()[:200]  # a forged link may carry any amount of text
        if self.kind == "bool":
            named = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}
            return self.check(named.get(text.lower(), text))
        if self.kind == "choice":
            return self.check(text.lower())
        if self.kind == "widths":
            return self._parse_widths(text)
        try:
            return self.check(int(text) if self.kind == "int" else float(text))
        except ValueError as error:
            if str(error).startswith(self.name):
                raise
            whole = "whole " if self.kind == "int" else ""
            raise ValueError(f"{self.name}: {short(text)} is not a {whole}number") from None

    def _parse_widths(self, text: str) -> tuple[int, ...]:
        if text.lower() in ("none", "[]", "()"):
            return ()
        # cut before it is matched: one pattern for the whole takes for ever over a forged one
        parts = re.split("[-,x]", text.strip("[]() "))
        widths = [width for part in parts for width in part.split() or [""]]
        if not all(re.fullmatch("[0-9]{1,6}", width) for width in widths):
            raise ValueError(f"{self.name}: {short(text)} is not widths such as 128-64")
        return self.check(tuple(map(int, widths)))


def _number(value: float) -> str:
    """A number in a message: a whole one with all its digits, within reason."""
    return f"{value:g}" if isinstance(value, float) else short(value)


def short(value: Any) -> str:
    """A bad value in a message.

    >>> short("lots"), len(short("x" * 100_000))
    ("'lots'", 80)
    """
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
