"""The lines of a function as they run, with the numbers after each.

A learner can then read the very lines that made a number. The source is read from the function's
own file, and the function is not changed: Python reports each line to `sys.settrace`, as it does to
a debugger, in this thread alone.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import numpy as np

Read = Callable[[Mapping[str, Any]], float | None]  # a number from a function's local variables
ROOT = Path(__file__).parents[2]


class Line(NamedTuple):
    """A line that ran, and the numbers that it changed, by name."""

    number: int  # in the file, from 1
    changed: dict[str, float]


class Watched(NamedTuple):
    """A function with the lines of it that ran, in order."""

    name: str
    file: str  # its path from the project's root
    first: int  # the number of its first line
    source: str  # as it stands in the file
    docstring: str
    names: tuple[str, ...]  # of the numbers that were asked for, in order
    lines: list[Line]

    def last(self, name: str) -> int:
        """The position in `lines` of the last one that changed this number; -1 if none did."""
        changes = [k for k, line in enumerate(self.lines) if name in line.changed]
        return changes[-1] if changes else -1


def watch(function: Callable[..., Any], /, *args: Any, at: Mapping[str, Any], **kw: Any) -> Watched:
    """Call the function, and note each line that runs and the numbers that it changes.

    `at` says which numbers: the name of a local variable and the index of an element in it, such as
    {"out": (0, 3)}, or a name of one's own and a function of the local variables. Local variables
    that are Python numbers are noted without being named. An array that the function fills should
    hold NaN before, so that any number in it is a change.
    """
    lines: list[Line] = []
    known: dict[str, float] = {}

    def note(frame: FrameType) -> None:
        now = dict(_numbers(frame.f_locals, at))
        if lines:
            lines[-1].changed.update({n: v for n, v in now.items() if _differs(v, known.get(n))})
        known.clear()
        known.update(now)

    def local(frame: FrameType, event: str, _: Any) -> Any:
        if event in ("line", "return"):
            note(frame)
        if event == "line":
            lines.append(Line(frame.f_lineno, {}))
        return local

    body = inspect.unwrap(function)
    with _traced(body.__code__, local):
        function(*args, **kw)
    source, first = inspect.getsourcelines(body)
    file = Path(inspect.getsourcefile(body) or "").resolve().relative_to(ROOT).as_posix()
    docstring = inspect.getdoc(body) or ""
    return Watched(body.__qualname__, file, first, "".join(source), docstring, tuple(at), lines)


def _differs(value: float, before: float | None) -> bool:
    return value != before and not np.isnan(value)


def _numbers(names: Mapping[str, Any], at: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, where in at.items():
        if callable(where):
            found = where(names)
            if found is not None:
                yield name, float(found)
        elif isinstance(names.get(name), np.ndarray):
            yield name, float(names[name][where])
    for name, value in names.items():
        if type(value) in (int, float) and name not in at:
            yield name, float(value)


@contextmanager
def _traced(code: CodeType, local: Callable[..., Any]) -> Iterator[None]:
    """Report the lines of this code alone; whoever traced before goes on afterwards."""

    def calls(frame: FrameType, event: str, _: Any) -> Any:
        return local if frame.f_code is code else None

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        yield
    finally:
        sys.settrace(before)
