"""Whose turn is next, so that all owners get the same time however much they ask for.

This is start-time fair queueing (Goyal, Vin and Cheng 1996) on three levels: first among groups,
then between the group's crowd and its other owners (see `ann.running.crowd`), then among owners.
Each has a clock that advances by the seconds its turns took, and the next turn goes to the clock
that is furthest behind. Long turns are thus paid for: whoever takes them waits longer. An owner
that was idle starts at the time of the others, since idling earns no credit.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Generic, NamedTuple, TypeVar

from ann.running.budget import Owner
from ann.running.crowd import Crowds

T = TypeVar("T")
EXPECTED = 0.25  # seconds that an owner's first turn is charged until it is known how long it took
CREDIT = 2.0  # seconds that an owner with a turn under way may fall behind and still catch up
SINGLE, CROWD = "single", "crowd"  # the two parties of a group


@dataclass
class _Node(Generic[T]):
    """The clock of a group, a party or an owner. Only an owner's has items, the others have parts.

    A weight of 2 means that a second costs half as much.
    """

    time: float = 0.0  # seconds
    waiting: int = 0  # items, of the parts, too
    under_way: int = 0  # turns that have begun and not ended
    expected: float = EXPECTED  # seconds that the next turn will take, to judge by the last ones
    items: deque[T] = field(default_factory=deque)
    parts: "dict[str, _Node[T]]" = field(default_factory=dict)
    now: float = 0.0  # the clock of the part that had the last turn

    @property
    def active(self) -> int:
        """How many parts have items that wait or are under way."""
        return sum(1 for part in self.parts.values() if part.under_way or part.waiting)

    def enter(self, name: str) -> "_Node[T]":
        """The part of this name, which is about to get an item."""
        part = self.parts.setdefault(name, _Node(self.now))
        if not part.waiting:
            part.time = max(part.time, self.now - CREDIT * bool(part.under_way))
        return part

    def has(self, longest: float) -> bool:
        """Whether an item waits here whose turn is expected to take no longer than that."""
        if not self.waiting or longest == inf:
            return bool(self.waiting)
        if self.items:
            return self.expected <= longest
        return any(part.has(longest) for part in self.parts.values())

    def next(self, spare: bool, longest: float) -> "_Node[T] | None":
        """The part whose turn it is; if it is to be `spare`, none whose clock is ahead."""
        part = min(
            (one for one in self.parts.values() if one.has(longest)),
            key=lambda one: one.time,
            default=None,
        )
        if part and spare:
            behind = min((one.time for one in self.parts.values() if one.under_way), default=inf)
            if part.time > behind + EXPECTED:
                return None
        return part

    def forget_idle(self) -> None:
        """Forget parts that are idle and not ahead of the others: they would start like new."""
        for name, part in list(self.parts.items()):
            part.forget_idle()
            idle = not (part.under_way or part.waiting or part.parts)
            if idle and part.time <= self.now:
                del self.parts[name]


class Turn(NamedTuple, Generic[T]):
    """An item whose turn it is, who is charged, with which weight, and how much in advance."""

    item: T
    charged: tuple[tuple[_Node[T], float], ...]
    expected: float


class FairQueue(Generic[T]):
    """Items of many owners. Belongs to one thread at a time.

    `crowds` says who of a group came in a crowd; by default nobody.
    """

    def __init__(self, crowds: Crowds | None = None) -> None:
        self._root: _Node[T] = _Node()
        self._crowds = crowds

    def push(self, owner: Owner, item: T) -> None:
        """Let an item wait behind the owner's others."""
        group = self._root.enter(owner.group)
        party = SINGLE
        if self._crowds:
            for name in self._crowds.see(*owner):
                self._move_to_crowd(group, name)
            party = SINGLE if self._crowds.is_single(*owner) else CROWD
        line = group.enter(party).enter(owner.name)
        line.items.append(item)
        for node in (self._root, group, group.parts[party], line):
            node.waiting += 1

    def pop(self, spare: bool = False, longest: float = inf) -> Turn[T] | None:
        """The item whose turn is next, charged in advance; None if none waits.

        A `spare` one does not begin yet, so it need not be taken: if everybody who waits has had
        more than somebody who will soon want another turn, it is None, too. Turns that are expected
        to take more than `longest` seconds are left waiting.
        """
        group = self._root.next(spare, longest)
        party = group and group.next(spare, longest)
        line = party and party.next(spare, longest)
        if not (group and party and line):
            return None
        charged = ((group, 1.0), (party, _weight(group, party)), (line, 1.0))
        turn = Turn(line.items.popleft(), charged, line.expected)
        self._root.waiting -= 1
        for above, part in ((self._root, group), (group, party), (party, line)):
            above.now = part.time
        for node, weight in charged:
            node.waiting -= 1
            node.under_way += 1
            node.time += turn.expected / weight
        return turn

    def end(self, turn: Turn[T], seconds: float) -> None:
        """A turn has ended, after this many seconds."""
        for node, weight in turn.charged:
            node.under_way -= 1
            node.time += (seconds - turn.expected) / weight
        line, _ = turn.charged[-1]
        line.expected = max(seconds, line.expected / 2)
        self._root.forget_idle()

    def charge(self, owner: Owner, seconds: float) -> None:
        """Let an owner who waits here, or is under way, pay for time that was spent elsewhere."""
        group = self._root.parts.get(owner.group)
        for party in group.parts.values() if group else ():
            if group and (line := party.parts.get(owner.name)):
                group.time += seconds
                party.time += seconds / _weight(group, party)
                line.time += seconds

    def vouch(self, owner: Owner) -> None:
        """Let an owner's next items count as those of somebody who came alone."""
        if self._crowds:
            self._crowds.vouch(*owner)

    def load(self, owner: Owner) -> tuple[int, int]:
        """How many other owners have items that wait or are under way; how many this one has."""
        counts = {found: line.waiting + line.under_way for found, line in self._lines()}
        mine = counts.pop(owner, 0)
        return sum(map(bool, counts.values())), mine

    @property
    def waiting(self) -> int:
        """How many items wait."""
        return self._root.waiting

    def _lines(self) -> Iterator[tuple[Owner, _Node[T]]]:
        for group_name, group in self._root.parts.items():
            for party in group.parts.values():
                for name, line in party.parts.items():
                    yield Owner(group_name, name), line

    @staticmethod
    def _move_to_crowd(group: _Node[T], name: str) -> None:
        """Somebody who seemed to come alone has come with a crowd."""
        single = group.parts.get(SINGLE)
        line = single.parts.pop(name, None) if single else None
        if single and line and line.waiting:
            crowd = group.enter(CROWD)
            line.time = crowd.now + max(line.time - single.now, 0.0)
            crowd.parts[name] = line
            single.waiting -= line.waiting
            crowd.waiting += line.waiting


def _weight(group: _Node[T], party: _Node[T]) -> float:
    """How many owners a party counts for: the crowd for no more than there are others."""
    others = group.parts.get(SINGLE)
    if party is others:
        return max(party.active, 1)
    return max(min(party.active, others.active if others else 0), 1)
