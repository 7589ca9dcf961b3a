"""Waiting for what other threads and processes do."""

import time
from collections.abc import Callable


def wait_until(
    condition: Callable[[], object],
    complaint: str = "waited too long",
    seconds: float = 60.0,
    pause: float = 0.01,
) -> None:
    """Ask again and again, with a `pause` in between, until the answer is yes."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(pause)
