"""Whose turn is next, so that all owners get the same time however much they ask for.

This is start-time fair queueing (Goyal, Vin and Cheng 1996) on two levels: first among groups, then
among the owners of a group. Each has a clock that advances by the seconds its turns took, and the
next turn goes to the clock that is furthest behind. Long turns are thus paid for: whoever takes
them waits longer. An owner that was idle starts at the time of the others, since idling earns no
credit.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from ann.running.budget import Owner

T = TypeVar("T")
EXPECTED = 0.25  # seconds that a turn is charged until it is known how long it took


@dataclass
class _Clock:
    time: float = 0.0  # seconds
    under_way: int = 0  # turns that have begun and not ended


@dataclass
class _Line(_Clock, Generic[T]):
    """An owner's clock and waiting items."""

    items: deque[T] = field(default_factory=deque)

    @property
    def count(self) -> int:
        return len(self.items) + self.under_way


@dataclass
class _Group(_Clock, Generic[T]):
    """A group's clock and its owners."""

    lines: dict[str, _Line[T]] = field(default_factory=dict)
    now: float = 0.0  # the clock of the owner that had the last turn

    @property
    def waits(self) -> bool:
        return any(line.items for line in self.lines.values())


class Turn(NamedTuple, Generic[T]):
    """An item whose turn it is."""

    item: T
    group: _Group[T]
    line: _Line[T]


class FairQueue(Generic[T]):
    """Items of many owners. Belongs to one thread at a time."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group[T]] = {}
        self._now = 0.0  # the clock of the group that had the last turn

    def push(self, owner: Owner, item: T) -> None:
        """Let an item wait behind the owner's others."""
        group = self._groups.setdefault(owner.group, _Group(self._now))
        line = group.lines.setdefault(owner.name, _Line(group.now))
        if not group.waits and not group.under_way:
            group.time = max(group.time, self._now)
        if not line.count:
            line.time = max(line.time, group.now)
        line.items.append(item)

    def pop(self) -> Turn[T] | None:
        """The item whose turn is next, charged in advance; None if none waits."""
        groups = [group for group in self._groups.values() if group.waits]
        if not groups:
            return None
        group = min(groups, key=lambda one: one.time)
        line = min((one for one in group.lines.values() if one.items), key=lambda one: one.time)
        self._now, group.now = group.time, line.time
        for clock in (group, line):
            clock.under_way += 1
            clock.time += EXPECTED
        return Turn(line.items.popleft(), group, line)

    def end(self, turn: Turn[T], seconds: float) -> None:
        """A turn has ended, after this many seconds."""
        for clock in (turn.group, turn.line):
            clock.under_way -= 1
            clock.time += seconds - EXPECTED
        self._forget_idle()

    def load(self, owner: Owner) -> tuple[int, int]:
        """How many other owners have items that wait or are under way; how many this one has."""
        counts = {
            Owner(group_name, name): line.count
            for group_name, group in self._groups.items()
            for name, line in group.lines.items()
        }
        mine = counts.pop(owner, 0)
        return sum(map(bool, counts.values())), mine

    @property
    def waiting(self) -> int:
        """How many items wait."""
        return sum(
            len(line.items) for group in self._groups.values() for line in group.lines.values()
        )

    def _forget_idle(self) -> None:
        """Forget owners that are idle and not ahead of the others: they would start like new."""
        for group_name, group in list(self._groups.items()):
            for name, line in list(group.lines.items()):
                if not line.count and line.time <= group.now:
                    del group.lines[name]
            if not group.lines and group.time <= self._now:
                del self._groups[group_name]
