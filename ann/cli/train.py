"""The command `train`: train, watch, keep, test."""

import argparse
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

from ann.cli.inputs import (
    Mistake,
    blaming,
    changes_of,
    for_json,
    measured,
    open_data,
    read,
    recipe_of,
    split_of,
)
from ann.cli.progress import Bar
from ann.events import Epoch
from ann.history import History
from ann.measure import measure
from ann.recipe import LIVE_FIELDS, Recipe
from ann.recipes.presets import PRESETS
from ann.run import Run
from ann.saving.checkpoint import Progress, load_progress, save_run, save_state
from ann.state import Split, State, start
from ann.train import train

CHECKPOINT_SECONDS = 10  # what a crash can cost
MAY_CHANGE = ("epochs", *LIVE_FIELDS)  # with --resume
PLACES = ("out", "checkpoint")  # flags that name a file to write


class Stopped(Exception):  # noqa: N818, nothing went wrong
    """Ctrl-C; the message says what is saved."""


def train_command(args: argparse.Namespace, load: Callable) -> tuple[dict, str]:
    """Train to the end, save what was asked for, and measure on the test set."""
    check_places(args)
    recipe = recipe_of(args)  # a mistake in it is told before anything is read
    resumed = load_checkpoint(args) if args.resume else None
    data = open_data(args.data, load)
    if resumed:
        begun, changes = resumed
        if begun.fingerprint != data.fingerprint:
            raise Mistake(f"{args.checkpoint}: was made with other data than {data.name}")
        split = split_of(data, begun.state.recipe)
        change(begun, changes, len(split.train_x))
    else:
        split = split_of(data, recipe)
        state = start(recipe, split, len(data.class_names))
        begun = Progress(state, History(), data.fingerprint)
    train_to_the_end(begun, split, args)
    run = Run.of(begun.state, begun.history, data.fingerprint)
    if args.out:
        write(args.out, lambda file: save_run(run, file))
    return report(args, begun, run, split, data)


def train_to_the_end(begun: Progress, split: Split, args: argparse.Namespace) -> None:
    """Run the loop, keeping the checkpoint fresh; `Stopped` at Ctrl-C, after a complete step."""
    state, history, fingerprint = begun

    def keep():
        if args.checkpoint:
            write(args.checkpoint, lambda file: save_state(state, file, history, fingerprint))

    bar, kept = Bar(args.quiet), monotonic()
    with noticing_interrupts() as interrupts:
        try:
            for event in train(state, split):
                history.add(event)
                bar.show(state, event)
                if interrupts and not state.reason:
                    keep()
                    raise Stopped(parting_words(state, split, args.checkpoint))
                at_the_end = isinstance(event, Epoch) and state.reason
                if at_the_end or monotonic() - kept > CHECKPOINT_SECONDS:
                    keep()  # at the end, too, before averages or best weights take their place
                    kept = monotonic()
        finally:
            bar.close()
    if state.reason == "diverged":
        keep()


def parting_words(state: State, split: Split, checkpoint: str | None) -> str:
    """What Ctrl-C leaves behind."""
    where = f"It was at epoch {state.epochs_done(len(split.train_x)):.2f}"
    if checkpoint:
        return f"{where}; go on with --checkpoint {checkpoint} --resume"
    return f"{where}; nothing is saved without --checkpoint"


@contextmanager
def noticing_interrupts() -> Iterator[list]:
    """A list that Ctrl-C adds to instead of cutting a step in half; a second one acts at once."""
    interrupts = []

    def notice(number, frame):
        interrupts.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, notice)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


def load_checkpoint(args: argparse.Namespace) -> tuple[Progress, dict]:
    """The training that the checkpoint holds, and what the command line changes of its recipe."""
    if not args.checkpoint:
        raise Mistake("resume: needs --checkpoint STATE.npz to go on from")
    begun = read(args.checkpoint, load_progress)
    state = begun.state
    wanted = changes_of(args)
    if args.preset:
        wanted = PRESETS[args.preset].recipe.differences(state.recipe) | wanted
    changes = replace(state.recipe, **wanted).differences(state.recipe)
    for name, value in changes.items():
        old = getattr(state.recipe, name)
        if name not in MAY_CHANGE:
            raise Mistake(f"{name}: {old} in {args.checkpoint}; cannot become {value} midway")
    longer = changes.get("epochs", 0) > state.epoch
    if "epochs" in changes and not longer:
        raise Mistake(f"epochs: {state.epoch} are done in {args.checkpoint}; more are needed")
    # what is over would be told as if it had been trained with settings that it never saw
    if changes and state.reason and not (state.reason == "epochs" and longer):
        name = next(iter(changes))
        raise Mistake(f"{name}: too late, {args.checkpoint} is at its end ({state.reason})")
    return begun, changes


def change(begun: Progress, changes: dict, n_train: int) -> None:
    """Let the training go on with what the command line changes of its recipe, and note it."""
    state = begun.state
    epoch = state.epochs_done(n_train)
    for name, value in changes.items():
        begun.history.add_change(state.step, epoch, name, getattr(state.recipe, name), value)
    state.recipe = replace(state.recipe, **changes)
    if state.reason == "epochs" and state.epoch < state.recipe.epochs:
        state.reason = ""


def check_places(args: argparse.Namespace) -> None:
    """Find out before the training whether what comes of it can be written."""
    places = {name: Path(getattr(args, name)) for name in PLACES if getattr(args, name) is not None}
    for name, place in places.items():
        try:
            if (place.exists() and not place.is_file()) or not place.absolute().parent.is_dir():
                raise Mistake(
                    f"{name}: {place} is no plain file, or there is no such folder for it"
                )
            part_of(place).unlink(missing_ok=True)  # refused where the name is too long
            TemporaryFile(dir=place.absolute().parent).close()
        except OSError as error:
            raise Mistake(f"{name}: {place} can't be written ({error.strerror})") from error
    if len({place.resolve() for place in places.values()}) < len(places):
        raise Mistake(f"out: {args.out} is the checkpoint, too; each needs a file of its own")


def part_of(place: Path) -> Path:
    """Where a file is written until it is whole."""
    return place.with_name(f"{place.name}.part")


def write(path: str, save: Callable) -> None:
    """Let `save` write a file, and put it in its place only when it is whole."""
    whole = Path(path).resolve()  # the file that a link names, not the link
    part = part_of(whole)
    with blaming(path):
        try:
            with part.open("wb") as file:
                save(file)
            part.replace(whole)
        finally:
            part.unlink(missing_ok=True)


def report(
    args: argparse.Namespace, begun: Progress, run: Run, split: Split, data
) -> tuple[dict, str]:
    """What came of it: test digits with the final weights, dropout off, penalty out."""
    tested = measured(run, data.test_images, data.test_labels)
    validated = measure(begun.state, split.validation_x, split.validation_y)
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
        run.message,
        f"test accuracy {tested.accuracy:.2%} (95% interval {low:.2%} to {high:.2%}), "
        f"loss {tested.loss:.4f}",
    ]
    if len(split.validation_y):
        lines.insert(2, f"validation accuracy {validated.accuracy:.2%}, loss {validated.loss:.4f}")
    if args.out:
        lines.append(f"saved in {args.out}")
    return result, "\n".join(lines)
