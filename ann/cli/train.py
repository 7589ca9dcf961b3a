"""The command `train`: train a network, save it, and test it."""

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

from ann.cli.inputs import (
    DataSet,
    Outcome,
    Source,
    changes_of,
    measured,
    open_data,
    recipe_of,
    split_of,
)
from ann.cli.messages import tell
from ann.cli.outputs import check_outputs, for_json, write
from ann.cli.progress import Bar
from ann.cli.resume import continue_on, load_checkpoint
from ann.coach.advice import advise, healthy
from ann.coach.signals import watched
from ann.events import Epoch, Reason, Signals
from ann.history import History
from ann.measure import measure
from ann.recipe import Recipe
from ann.recipes import advice
from ann.run import Run
from ann.saving.checkpoint import Progress, save_run, save_state
from ann.state import Split, State, start

CHECKPOINT_SECONDS = 10  # between two checkpoints: what a crash can cost


class Stopped(Exception):  # noqa: N818, nothing went wrong
    """Ctrl-C; the message says what is saved."""


def train_command(args: argparse.Namespace, source: Source) -> Outcome:
    """Train to the end, save the run if `--out` is given, and evaluate it on the test set."""
    check_outputs(args)
    recipe = recipe_of(args)  # so a mistake in it is reported before anything is read
    resumed = load_checkpoint(args) if args.resume else None
    data = open_data(args.data, source)
    if resumed:
        begun, changes = resumed
        split = continue_on(data, begun, changes, args.checkpoint)
    else:
        split = split_of(data, recipe)
        state = start(recipe, split, len(data.class_names))
        begun = Progress(state, History(), data.fingerprint)
    recipe = begun.state.recipe
    for reason in advice.without_effect(recipe, {**changes_of(args), **recipe.differences()}):
        tell("warning", reason)
    train_to_the_end(begun, split, args)
    run = Run.of(begun.state, begun.history, data.fingerprint)
    if args.out:
        write(args.out, lambda file: save_run(run, file))
    return report(args, begun, run, split, data)


def train_to_the_end(begun: Progress, split: Split, args: argparse.Namespace) -> None:
    """Run the loop and save checkpoints; `Stopped` at Ctrl-C, after a complete step."""
    state, history, fingerprint = begun

    def checkpoint() -> None:
        if args.checkpoint:
            write(args.checkpoint, lambda file: save_state(state, file, history, fingerprint))

    bar, saved = Bar(args.quiet), monotonic()
    with noticing_interrupts() as interrupts:
        try:
            for event in watched(state, split):
                history.add(event)
                if isinstance(event, Signals):
                    continue  # the step that they were measured at comes next
                bar.show(state, event)
                if interrupts and not state.reason:
                    checkpoint()
                    raise Stopped(stopped_message(state, split, args.checkpoint))
                ended = isinstance(event, Epoch) and state.reason
                if ended or monotonic() - saved > CHECKPOINT_SECONDS:
                    checkpoint()  # at the end, before averages or best weights replace the last
                    saved = monotonic()
        finally:
            bar.close()
    if state.reason == Reason.DIVERGED:
        checkpoint()


def stopped_message(state: State, split: Split, checkpoint: str | None) -> str:
    """Where Ctrl-C stopped the training, and how to continue."""
    where = f"stopped at epoch {state.epochs_done(len(split.train_x)):.2f}"
    if checkpoint:
        return f"{where}; to continue, use --checkpoint {checkpoint} --resume"
    return f"{where}; nothing was saved, because there was no --checkpoint"


@contextmanager
def noticing_interrupts() -> Iterator[list[int]]:
    """A list that Ctrl-C adds to, instead of breaking off a step; a second one acts at once."""
    interrupts: list[int] = []

    def notice(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, notice)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


def report(
    args: argparse.Namespace, begun: Progress, run: Run, split: Split, data: DataSet
) -> Outcome:
    """The results with the final weights, without dropout and penalties."""
    tested = measured(run, data.test_images, data.test_labels)
    validated = measure(begun.state, split.validation_x, split.validation_y)
    advised = advise(run, run.history)
    result = {
        "test_accuracy": tested.accuracy,
        "test_interval": list(tested.interval),
        "test_loss": tested.loss,
        "validation_accuracy": for_json(validated.accuracy),
        "validation_loss": for_json(validated.loss),
        "epochs": run.epoch,
        "best_epoch": run.history.best_epoch,
        "steps": run.step,
        "seconds": round(run.seconds, 3),
        "images_per_second": round(run.images_per_second, 1),
        "parameters": run.parameters,
        "reason": run.reason,
        "message": run.message,
        "findings": [advised.finding.name] if advised else [],
        "preset": args.preset,
        "recipe": run.recipe.differences(Recipe()),
        "data": data.name,
        "fingerprint": data.fingerprint,
        "out": args.out,
    }
    low, high = tested.interval
    lines = [
        f"{data.title}: {run.parameters:,} parameters, {run.epoch:,} epochs in "
        f"{run.seconds:.1f} s, {run.images_per_second:,.0f} images/s",
        f"test accuracy {tested.accuracy:.2%} (95% interval {low:.2%} to {high:.2%}), "
        f"loss {tested.loss:.4f}",
    ]
    if run.reason == Reason.DIVERGED:
        tell("warning", run.message)
    else:
        lines.insert(1, run.message)
    if advised:
        tell("warning", advised.text)
    elif told := healthy(run, run.history):
        lines.append(told)
    if len(split.validation_y):
        lines.insert(-1, f"validation accuracy {validated.accuracy:.2%}, loss {validated.loss:.4f}")
    if args.out:
        lines.append(f"saved in {args.out}")
    return result, "\n".join(lines)
