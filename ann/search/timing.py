"""What a sweep does at the moment, and for how long it has been at work in all."""

import time


class Phase:
    """The `status` of a `SweepView` with its message, and a clock that runs while it is "running".

    `revision` grows with every turn to another status, and whenever `changed` says so.
    """

    def __init__(self):
        self.status, self.message, self.revision = "ready", "", 0
        self._ran, self._since = 0.0, 0.0

    @property
    def running(self) -> bool:
        """Whether work is being sent out."""
        return self.status == "running"

    def turn(self, status: str, message: str = "") -> None:
        """From now on another status holds."""
        self._ran, self._since = self.seconds(), time.monotonic()
        self.status, self.message = status, message
        self.changed()

    def changed(self) -> None:
        """The sweep has come to something else."""
        self.revision += 1

    def seconds(self) -> float:
        """For how long it has been running."""
        return self._ran + (time.monotonic() - self._since if self.running else 0.0)

    def has_run(self, seconds: float) -> None:
        """Before the first turn: so long it has been running in another place."""
        self._ran = seconds
