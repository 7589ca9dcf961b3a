"""The buttons of a training. Each can be pressed exactly when it does something."""

from collections.abc import Callable
from functools import partial

from ann.recipe import Recipe
from ann.recipes import wording
from ann.running.job import Job
from ann.running.more_epochs import obstacle
from ann.running.view import ENDED, Status
from pages.ui import buttons
from pages.ui.buttons import Button
from pages.ui.networks.training import MORE_EPOCHS, Training


def show(training: Training, status: Status | None, key: str, hold: str = "") -> None:
    """The buttons that act on a training, drawn for its `status`; their keys begin with `key`.

    `hold` may say why none of them may begin or continue a training yet, besides the teacher's
    pause.
    """
    training.drawn = status
    main = _main(training)
    shown = next((button for button in main if status in button.when), main[0])
    buttons.show(shown, key, status, main=True, hold=hold)
    for button in _others(training):
        buttons.show(button, key, status, hold=hold)


def more_epochs(training: Training, key: str, set_recipe: Callable[[Recipe], None]) -> None:
    """A button that continues a training that has done all its epochs, as the same run."""
    if training.job is None:
        return
    button = Button(
        "epochs",
        f"{MORE_EPOCHS} more epochs",
        "add",
        partial(training.extend, set_recipe),
        (Status.FINISHED,),
        _what_more_epochs_do(training.job),
    )
    buttons.show(button, f"{key}_more", training.status)


def _what_more_epochs_do(job: Job) -> str:
    recipe = job.view().recipe
    total = recipe.epochs + MORE_EPOCHS
    start = f"Continue this run: the same network and the same curves, up to epoch {total:,}."
    why = obstacle(recipe)
    if not why:
        return (
            f"{start} The result equals that of {total:,} epochs from the start, bit for bit, and "
            "so does its link."
        )
    reason = f"{wording.setting(why, getattr(recipe, why))} has put back other weights at the end"
    if why == "schedule":
        reason = (
            f"the schedule ({wording.value(why, recipe.schedule)}) ended with the last epoch; it "
            "is now stretched, so the learning rate jumps up again"
        )
    return (
        f"{start} It is not what {total:,} epochs from the start would give, because {reason}. So "
        "no link can repeat it."
    )


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
        buttons.stop(training.stop, "End the training here and keep the network as it is."),
        Button(
            "reset",
            "Reset",
            "replay",
            training.reset,
            (Status.RUNNING, Status.PAUSED, *ENDED),
            "Discard this network and its curves.",
        ),
    )
