"""The progress bar."""

import io
from types import SimpleNamespace

from ann.cli.progress import Bar
from ann.events import Step
from ann.recipes.presets import PRESETS


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drawn(stream, quiet=False):
    """What the bar draws on `stream` in the first steps of epoch 6 of 20."""
    state = SimpleNamespace(recipe=PRESETS["keras-classic"].recipe, epoch=5, images_seen=0)
    bar = Bar(quiet, stream)
    for part in (0.1, 0.2, 0.3):
        state.images_seen += 640
        bar.show(state, Step(1, 5 + part, 0.5, 0.9, 0.0, 0.01))
    return stream.getvalue()


def test_the_bar_shows_epoch_speed_and_time_left_on_a_terminal_only():
    line = drawn(Terminal())
    assert "epoch 6/20 [#####....." in line
    assert "images/s" in line
    assert "left" in line
    assert drawn(Terminal(), quiet=True) == ""
    assert drawn(io.StringIO()) == ""
