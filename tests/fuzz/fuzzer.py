"""Feed damaged and forged inputs to whatever reads them, and watch what it does.

Each input comes from a generator with a seed of its own, so the one that failed can be made again.
The reader must return a right value or refuse the input in the words of its domain. Any other
exception is a finding, and so are taking too long, taking too much memory and echoing the input.
"""

import contextlib
import itertools
import resource
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any, NamedTuple

BUSY = 10  # times as long by the clock as in processor time: the machine may do other things
LONGEST_MESSAGE = 500  # characters; several values, each shortened to 80, and the words around them


class Hang(BaseException):  # not an Exception: no reader may catch it
    """An input kept its reader busy for too long."""


class FindingError(AssertionError):
    """An input to which a reader answered wrongly; the cause says how."""


@dataclass(frozen=True)
class Fuzzer:
    """One reader and how to make inputs for it.

    `read` raises one of `refusals` for an input that it refuses, and `AssertionError` if what it
    returns is not right.
    """

    name: str
    make: Callable[[Random], Any]
    read: Callable[[Any], object]
    refusals: tuple[type[Exception], ...] = ()
    inputs: int = 100  # in the short round
    seconds: float = 2.0  # of processor time for one input; most take milliseconds
    megabytes: int = 1_000  # beyond what the process has before the first input


class Tally(NamedTuple):
    """What came of a round."""

    refused: int
    accepted: int
    slowest: float  # seconds


def fuzz(fuzzer: Fuzzer, seed: int = 0, seconds: float | None = None, first: int = 0) -> Tally:
    """A short round, or one of so many seconds, from input `first` on. `FindingError` ends it."""
    refused = accepted = 0
    slowest, began = 0.0, time.monotonic()
    for number in itertools.count(first):
        if seconds is None and number >= first + fuzzer.inputs:
            break
        if seconds is not None and time.monotonic() - began > seconds:
            break
        started = time.monotonic()
        if _try(fuzzer, seed, number):
            accepted += 1
        else:
            refused += 1
        slowest = max(slowest, time.monotonic() - started)
    return Tally(refused, accepted, slowest)


def limit_memory(megabytes: int) -> None:
    """Let this process take so much more memory than it has; beyond it comes a MemoryError."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _try(fuzzer: Fuzzer, seed: int, number: int) -> bool:
    """Whether the reader accepts the input with this number; `FindingError` for anything else."""
    given = fuzzer.make(Random(f"{fuzzer.name} {seed} {number}"))
    try:
        with _at_most(fuzzer.seconds):
            fuzzer.read(given)
        return True
    except fuzzer.refusals as refusal:
        length = len(str(refusal))
        if 0 < length <= LONGEST_MESSAGE:
            return False
        problem: BaseException = refusal
        why = f"its message has {length:,} characters" if length else "it has no message"
    except (Exception, Hang) as error:
        problem, why = error, f"{type(error).__name__}: {error}"
    raise FindingError(
        f"{fuzzer.name}, seed {seed}, input {number}: {why[:300]}\n"
        f"again: python -m tests.fuzz {fuzzer.name} --seed {seed} --first {number}\n"
        f"the input: {repr(given)[:300]}"
    ) from problem


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def too_long(number: int, frame: FrameType | None) -> None:
        raise Hang(f"longer than {seconds:g} s")

    timers = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, BUSY * seconds),
    )
    before = [signal.signal(number, too_long) for number, _, _ in timers]
    for _, timer, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for (number, timer, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)
