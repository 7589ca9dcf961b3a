"""Wait for other threads and processes."""

import time
from collections.abc import Callable


def wait_until(
    condition: Callable[[], object],
    complaint: str = "waited too long",
    seconds: float = 60.0,
    pause: float = 0.01,
) -> None:
    """Check again and again, with a `pause` in between, until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(pause)
