"""The buttons of a training. Each can be pressed exactly when it does something."""

from ann.running.view import ENDED, Status
from pages.ui import buttons
from pages.ui.buttons import Button
from pages.ui.networks.training import Training


def show(training: Training, status: Status | None, key: str) -> None:
    """The buttons that act on a training, drawn for its `status`; their keys begin with `key`."""
    training.drawn = status
    main, others = _main(training), _others(training)
    shown = next((button for button in main if status in button.when), main[0])
    buttons.show(shown, key, status, main=True)
    for button in others:
        buttons.show(button, key, status)


def _main(training: Training) -> tuple[Button, ...]:
    """Start, Pause and Resume: one of them at a time, in the same place."""
    return (
        Button(
            "start",
            "Start",
            "play_arrow",
            lambda: training.request("start"),
            (None, *ENDED),
            "Start from new random weights and train with the settings on this page.",
        ),
        buttons.pause(training.pause, "the training"),
        buttons.resume(lambda: training.request("start"), "the training"),
    )


def _others(training: Training) -> tuple[Button, ...]:
    return (
        Button(
            "step",
            "Step",
            "skip_next",
            lambda: training.request("step"),
            (None, Status.PAUSED),
            "One step: look at one batch, adjust every weight once, then pause.",
        ),
        Button(
            "epoch",
            "Epoch",
            "fast_forward",
            lambda: training.request("epoch"),
            (None, Status.PAUSED),
            "One epoch: go once through all training digits, measure, then pause.",
        ),
        Button(
            "stop",
            "Stop",
            "stop",
            training.stop,
            (Status.RUNNING, Status.PAUSED),
            "End the training here and keep the network as it is.",
        ),
        Button(
            "reset",
            "Reset",
            "replay",
            training.reset,
            (Status.RUNNING, Status.PAUSED, *ENDED),
            "Discard this network and its curves.",
        ),
    )
