"""How many bytes a visitor, and all visitors from one address, may add within an hour.

Cookies are free: without this bound, one browser that throws its cookie away again and again could
fill the archive in minutes. What has been added is counted in memory only, so no address is ever
written anywhere, and a restarted server begins anew.
"""

import threading
import time
from collections.abc import Callable

from ann.keeping import limits
from ann.keeping.database import UnusableError

MINUTES = 60
Key = tuple[str, str]  # what it is, and which one


class HastyError(UnusableError):
    """Too much was added within an hour; it can be tried again later."""


class Allowance:
    """The bytes that were added in the last hour, minute by minute."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic):
        self._seconds, self._lock = seconds, threading.Lock()
        self._added: dict[Key, dict[int, int]] = {}
        self._tidied = 0  # the minute in which what is over was last thrown away

    def check(self, owner: str, address: str, size: int) -> None:
        """`HastyError` if the owner, or the address, may not add that many bytes now."""
        if size <= 0:
            return
        for key, limit in self._limits(owner, address):
            if (spent := self.spent(key)) + size > limit:
                whose = "This browser" if key[0] == "owner" else "Your network address"
                raise HastyError(
                    f"{whose} has saved {limits.in_mb(spent)} within an hour, and this would add "
                    f"{limits.in_mb(size)}; the limit is {limits.in_mb(limit)}. Try again later"
                )

    def add(self, owner: str, address: str, size: int) -> None:
        """Note that bytes were added; fewer than none if a run shrank, as it does at its end."""
        with self._lock:
            minute = self._minute()
            if minute != self._tidied:
                self._tidied = minute
                for key in list(self._added):
                    self._added[key] = {
                        m: n for m, n in self._added[key].items() if m > minute - MINUTES
                    }
                    if not self._added[key]:
                        del self._added[key]
            for key, _ in self._limits(owner, address):
                by_minute = self._added.setdefault(key, {})
                by_minute[minute] = by_minute.get(minute, 0) + size

    def spent(self, key: Key) -> int:
        """The bytes that were added in the last hour."""
        with self._lock:
            first = self._minute() - MINUTES
            by_minute = self._added.get(key, {})
            return max(0, sum(size for minute, size in by_minute.items() if minute > first))

    def _minute(self) -> int:
        return int(self._seconds() // 60)

    @staticmethod
    def _limits(owner: str, address: str) -> tuple[tuple[Key, int], ...]:
        """Who has to stay within which limit."""
        return (
            (("owner", owner), limits.MAX_VISITOR_HOUR_BYTES),
            (("address", address), limits.MAX_ADDRESS_HOUR_BYTES),
        )
