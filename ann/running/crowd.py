"""Who came to an address one by one, and who came as a crowd.

A browser that keeps deleting its cookie looks like many visitors, and so does a class behind one
address: nobody can tell them apart. So neither is turned away, but visitors who come in a crowd
share their turns: together they get half where others want the rest (see `ann.running.fair_queue`).
So a few learners who came before the crowd, or after it, keep theirs whoever the crowd is; and in a
class, nobody gets less than half of an equal share.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

GAP = 5.0  # seconds; whoever comes sooner after somebody else has come together with them
ANOTHER = 60.0  # seconds after which one more may count alone
FORGET = 600.0  # seconds without a request after which a visitor is new again


@dataclass
class _Address:
    """When its visitors were last seen, who of them counts alone, and who came last together."""

    left: float  # how many more may count alone, and when that was so
    since: float
    vouched: float = float("-inf")  # when somebody was last made to count alone
    seen: dict[str, float] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)
    together: list[str] = field(default_factory=list)
    last_came: float = float("-inf")


class Crowds:
    """Sorts the visitors of addresses, as they come, into those who count alone and a crowd.

    The first `most` visitors of an address count alone, then one more per minute, in all four times
    `most`. The others are its crowd, and so is everybody in a group of more than `most` who came
    within GAP of each other.

    >>> crowds = Crowds(most=2, now=iter([0, 20, 40, 43, 47, 48, 107]).__next__)
    >>> [crowds.see("school", name) for name in ("ann", "bob", "x", "y", "z", "ann", "eve")]
    [[], [], ['x'], ['y'], ['x', 'y', 'z'], [], []]
    """

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._now = most, now
        self._addresses: dict[str, _Address] = {}
        self._cleaned = float("-inf")

    def see(self, address: str, name: str) -> list[str]:
        """Note that a visitor wants something; returns who turns out to belong to the crowd."""
        now = self._now()
        if now - self._cleaned > FORGET / 10:
            self._forget(now)
        place = self._addresses.setdefault(address, _Address(self._most, now))
        known = name in place.seen
        place.seen[name] = now
        if known:
            return []
        near = now - place.last_came <= GAP
        place.together, place.last_came = [*(place.together if near else []), name], now
        place.left = min(self._most, place.left + (now - place.since) / ANOTHER)
        place.since = now
        if len(place.together) > self._most:
            crowd = list(place.together)
            place.left += len(place.single.intersection(crowd))
            place.single.difference_update(crowd)
            return crowd
        if place.left < 1 or len(place.single) >= 4 * self._most:
            return [name]
        place.left -= 1
        place.single.add(name)
        return []

    def vouch(self, address: str, name: str) -> bool:
        """Let a known visitor count alone, such as a teacher who arrived with the class.

        At most one per address and minute, and never more than could come to count alone anyway.
        Returns whether the visitor counts alone now.
        """
        place, now = self._addresses.get(address), self._now()
        if place is None or name not in place.seen:
            return False
        if name not in place.single:
            if now - place.vouched < ANOTHER or len(place.single) >= 4 * self._most:
                return False
            place.vouched = now
            place.single.add(name)
        place.together = [one for one in place.together if one != name]
        return True

    def is_single(self, address: str, name: str) -> bool:
        """Whether a visitor who has been seen counts alone."""
        place = self._addresses.get(address)
        return place is not None and name in place.single

    def _forget(self, now: float) -> None:
        """Forget who has not been seen for long."""
        self._cleaned = now
        for address, place in list(self._addresses.items()):
            place.seen = {name: at for name, at in place.seen.items() if now - at < FORGET}
            place.single &= place.seen.keys()
            if not place.seen:
                del self._addresses[address]
