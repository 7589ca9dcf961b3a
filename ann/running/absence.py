"""Whether the page that something trains for is still open, asked again and again."""

import time

AWAY_SECONDS = 5.0  # a page that has been gone this long is not coming back
CLOSED = "Paused because the page was closed."


class Absence:
    """For how long nobody has been at the page, counted from the first time it was found closed.

    Counting from when it was last seen open would be wrong: in a full class, all the others may
    have had a turn since then.
    """

    def __init__(self) -> None:
        self._since: float | None = None

    def lasts(self, attended: bool) -> bool:
        """Whether the page, which is open now (`attended`) or not, has been closed for good."""
        if attended:
            self._since = None
            return False
        now = time.monotonic()
        self._since = self._since or now
        return now - self._since > AWAY_SECONDS
