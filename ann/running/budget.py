"""How much memory the trainings of a visitor, and of all visitors, take."""

import threading
from collections import Counter
from typing import NamedTuple

SMALL = 16e6  # bytes; a [512, 256] network takes 9 MB
RESERVE = 0.25  # of an address's memory, for visitors who take no more than SMALL


class Owner(NamedTuple):
    """Whose training it is: a visitor's, who comes from an address or belongs to another group."""

    group: str = ""
    name: str = ""


class NoRoomError(RuntimeError):
    """A training is too large to begin beside those that are there."""


class Claim:
    """Memory that is taken until it is released, at the latest when the claim is forgotten."""

    def __init__(self, size: int, owner: Owner = Owner(), budget: "Budget | None" = None) -> None:  # noqa: B008, immutable
        self.size, self._owner, self._budget = size, owner, budget

    def release(self) -> None:
        """Give the memory back; again has no effect."""
        budget, self._budget = self._budget, None
        if budget:
            budget.release(self._owner, self.size)

    def __del__(self) -> None:
        self.release()


class Budget:
    """The memory that is claimed, in bytes, with limits for an owner, for a group and in all.

    Without the limit for a group, a browser that throws its cookie away could take all of it. It
    could still take all that is for its address: so where several visitors share one, the last
    quarter is only for those who take little.
    """

    def __init__(self, most_each: float, most_group: float, most: float) -> None:
        self._most_each, self._most_group, self._most = most_each, most_group, most
        self._lock = threading.RLock()  # a claim may be forgotten while another one is made
        self._owners: Counter[Owner] = Counter()
        self._groups: Counter[str] = Counter()

    def claim(self, owner: Owner, size: int) -> Claim:
        """Take `size` bytes. `NoRoomError` says what would fit."""
        with self._lock:
            mine, ours = self._owners[owner], self._groups[owner.group]
            whose, most_ours = "The trainings from your address", self._most_group
            if ours > mine and mine + size > SMALL:
                whose = "Large trainings from your address"
                most_ours *= 1 - RESERVE
            limits = (
                ("Your trainings", self._most_each, mine),
                (whose, most_ours, ours),
                ("All trainings", self._most, self._owners.total()),
            )
            for whose, most, taken in limits:
                if size > most - taken:
                    raise NoRoomError(_refusal(size, whose, most, taken))
            self._owners[owner] += size
            self._groups[owner.group] += size
        return Claim(size, owner, self)

    def release(self, owner: Owner, size: int) -> None:
        """For a claim: give its bytes back."""
        with self._lock:
            self._owners[owner] -= size
            self._groups[owner.group] -= size
            self._owners += Counter()  # forget those who have nothing
            self._groups += Counter()


def _refusal(size: int, whose: str, most: float, taken: float) -> str:
    advice = "Choose smaller layers"
    if size <= most:
        advice += ", or try again when other trainings have ended and their pages are closed"
    return (
        f"Training this network takes {_mb(size)} of memory. {whose} may take {_mb(most)} "
        f"together, and {_mb(most - taken)} of that are free. {advice}."
    )


def _mb(size: float) -> str:
    return f"{max(size, 0) / 1e6:,.0f} MB"
