"""A progress bar for a terminal."""

import shutil
import sys
from time import perf_counter
from typing import TextIO

from ann.events import Epoch, Event, Step
from ann.state import State

WIDTH = 20  # of the bar, in characters
PAUSE = 0.1  # seconds between two drawings


class Bar:
    """Draws one line on stderr again and again; nothing if stderr is not a terminal."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None):
        self._stream = stream or sys.stderr
        self._on = not quiet and self._stream.isatty()
        # time, epoch and images at the first step, from which the speed is measured
        self._first: tuple[float, float, int] | None = None
        self._drawn = 0.0
        self._accuracy = float("nan")

    def show(self, state: State, event: Event) -> None:
        """Take note of an event, and draw the line if it is time to."""
        if isinstance(event, Epoch):
            self._accuracy = event.validation_accuracy
        if not (self._on and isinstance(event, Step)):
            return
        now = perf_counter()
        if self._first is None:
            self._first = now, event.epoch, state.images_seen
        elif now - self._drawn > PAUSE:
            self._drawn = now
            text = self._line(state, self._first, event.epoch, now)
            room = shutil.get_terminal_size().columns - 1
            self._stream.write("\r" + text[:room].ljust(room))
            self._stream.flush()

    def close(self) -> None:
        """Clear the line."""
        if self._on:
            self._stream.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self._stream.flush()

    def _line(self, state: State, first: tuple[float, float, int], epoch: float, now: float) -> str:
        began, first_epoch, first_images = first
        epochs, seconds = state.recipe.epochs, now - began
        full = round(WIDTH * min(epoch / epochs, 1))
        rate = (state.images_seen - first_images) / seconds
        left = seconds * (epochs - epoch) / (epoch - first_epoch)
        parts = [
            f"epoch {min(state.epoch + 1, epochs)}/{epochs} [{'#' * full}{'.' * (WIDTH - full)}]",
            f"{rate:,.0f} images/s",
            f"{clock(left)} left",
        ]
        if self._accuracy == self._accuracy:  # not NaN
            parts.append(f"validation {self._accuracy:.1%}")
        return "  ".join(parts)


def clock(seconds: float) -> str:
    """Minutes and seconds, with hours if there are any.

    >>> clock(75), clock(7384)
    ('1:15', '2:03:04')
    """
    minutes, rest = divmod(round(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
