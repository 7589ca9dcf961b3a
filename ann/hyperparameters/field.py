"""What there is to state about a hyperparameter, and how its values are checked and spelled."""

import math
import numbers
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, Protocol, TypeVar

MAX_LAYERS = 20
MAX_WEIGHTS = 25_000_000  # between hidden layers: 100 MB, five or six times that in training
MOST_SHOWN = 80  # characters of a bad value in a message; a forged one may be of any length
MOST_REASON = 200  # characters of a message of Python's own, which may quote a whole file

Kind = Literal["float", "int", "bool", "choice", "widths"]
KINDS: dict[type, Kind] = {
    float: "float",
    int: "int",
    bool: "bool",
    str: "choice",
    tuple: "widths",
}
T = TypeVar("T")


class Rule(Protocol):
    """What a choice stands for, such as an optimizer: its name, and the fields only it uses."""

    @property
    def label(self) -> str: ...
    @property
    def uses(self) -> tuple[str, ...]: ...


def hyperparameter(default: T, label: str, help: str, **facts: Any) -> T:
    """A dataclass field with a default and, in its metadata, the other facts of its `Field`."""
    return field(default=default, metadata={"label": label, "help": help, **facts})


@dataclass(frozen=True, eq=False)
class Field:
    """Every fact about one hyperparameter; its line states only those that it needs.

    `kind` follows from the default: a tuple is a list of widths, a string a choice.
    """

    name: str
    default: Any
    kind: Kind
    group: str
    label: str
    help: str
    low: float = 0
    high: float = math.inf
    off: bool = False  # 0 is allowed below `low` and turns the thing off
    log: bool = False  # factors matter, not differences
    names: Mapping[Any, str] = field(default_factory=dict)  # of all choices, or of special values
    only_if: tuple[str, tuple[str, ...]] | None = None  # a choice, and its values that use this
    live: bool = False  # may change during training, because no parameter changes its shape
    basic: bool = False  # always in view on a page, not under "More"
    step: float | None = None  # between the stops of its slider, if they are even
    stops: tuple[float, ...] = ()  # of its slider, if they are not
    offered: tuple[Any, ...] = ()  # values that a list offers, if they are not the stops
    contrast: Any = None  # a value that makes a visible difference in a race
    not_searched: str = ""  # why a sweep leaves it alone

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a choice."""
        return tuple(self.names) if self.kind == "choice" else ()

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers, which have an order."""
        return self.kind in ("int", "float")

    @property
    def allowed(self) -> str:
        """The allowed range, in words."""
        if self.kind == "bool":
            return "true or false"
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        span = f"{number_text(self.low)} to {number_text(self.high)}"
        if self.kind == "widths":
            return f"0 to {MAX_LAYERS} layers of {span} neurons"
        return f"0 (off) or {span}" if self.off else span

    def check(self, value: Any) -> Any:
        """The value as a plain Python object, or a `ValueError` with field, value and range."""
        if self.kind == "bool":
            return self._check_bool(value)
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.names:
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
        right = isinstance(value, numbers.Integral if whole else numbers.Real)
        if not right or isinstance(value, bool):
            kind = "whole number" if whole else "number"
            raise ValueError(f"{self.name}: {short(value)} is not a {kind}")
        try:
            number: int | float = int(value) if whole else float(value)
        except OverflowError:  # a whole number with hundreds of digits
            number = math.inf if value > 0 else -math.inf
        inside = self.low <= number <= self.high  # always false for NaN
        if not inside and not (self.off and number == 0):
            bad = f"{number:g}" if isinstance(number, float) else short(number)
            raise ValueError(f"{self.name}: {bad} is outside {self.allowed}")
        return number

    def _check_widths(self, value: Any) -> tuple[int, ...]:
        if isinstance(value, numbers.Integral) and not isinstance(value, bool):
            value = (value,)
        widths = value.tolist() if hasattr(value, "tolist") else value  # NumPy arrays
        if not isinstance(widths, Sequence) or isinstance(widths, (str, bytes)):
            raise ValueError(f"{self.name}: {short(value)} is not a list of widths")
        good = len(widths) <= MAX_LAYERS and all(
            isinstance(w, numbers.Integral)
            and not isinstance(w, bool)
            and self.low <= int(w) <= self.high
            for w in widths
        )
        if not good:
            raise ValueError(f"{self.name}: {short(value)} is outside {self.allowed}")
        widths = tuple(int(w) for w in widths)
        if sum(a * b for a, b in pairwise(widths)) > MAX_WEIGHTS:
            raise ValueError(f"{self.name}: {short(value)} has more than {MAX_WEIGHTS:,} weights")
        return widths

    def format(self, value: Any) -> str:
        """The value as it is written in a link or on a command line, for `parse` to read."""
        if self.kind == "widths":
            return "-".join(map(str, value)) or "none"
        return str(value).lower() if self.kind == "bool" else str(value)

    def parse(self, text: str) -> Any:
        """The checked value that `format` wrote; `ValueError` for any other text.

        >>> Field("hidden_sizes", (), "widths", "Network", "Widths", "", high=99).parse("20-7")
        (20, 7)
        """
        text = str(text).strip()[:200]  # a forged link may hold any amount of text
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
        # split before matching: one pattern for the whole text could take forever on a forged one
        parts = re.split("[-,x]", text.strip("[]() "))
        widths = [width for part in parts for width in part.split() or [""]]
        if not all(re.fullmatch("[0-9]{1,6}", width) for width in widths):
            raise ValueError(f"{self.name}: {short(text)} is not widths such as 128-64")
        return self._check_widths(tuple(map(int, widths)))


def number_text(value: float) -> str:
    """A number as people write it.

    >>> number_text(1000), number_text(0.50), number_text(5e-06)
    ('1,000', '0.5', '5e-6')
    """
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0 or abs(value) >= 1e-4:
        return f"{value:,.6f}".rstrip("0").rstrip(".")
    mantissa, power = f"{value:.6e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"


def short(value: Any) -> str:
    """A bad value in a message.

    >>> short("lots"), len(short("x" * 100_000))
    ("'lots'", 80)
    """
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def reason(error: BaseException) -> str:
    """Python's own message about a bad value or file, short enough to be part of ours.

    >>> len(reason(ValueError("x" * 100_000))), reason(EOFError())
    (200, 'EOFError')
    """
    return clipped(str(error) or type(error).__name__)


def clipped(text: str) -> str:
    """Text that is shown without quotes, such as the name of a file, cut to `MOST_REASON`."""
    return text if len(text) <= MOST_REASON else f"{text[: MOST_REASON - 1]}…"
