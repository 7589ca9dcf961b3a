"""`train --resume`: continuing from a checkpoint, and what may change on the way."""

import argparse
from dataclasses import replace
from typing import Any

from ann.cli.inputs import DataSet, Mistake, changes_of, read, split_of
from ann.events import Reason
from ann.recipe import LIVE_FIELDS
from ann.recipes.presets import PRESETS
from ann.saving.checkpoint import Progress, load_progress
from ann.state import Split

MAY_CHANGE = ("epochs", *LIVE_FIELDS)


def load_checkpoint(args: argparse.Namespace) -> tuple[Progress, dict[str, Any]]:
    """The training in the checkpoint, and what the command line changes in its recipe."""
    if not args.checkpoint:
        raise Mistake("resume: needs --checkpoint STATE.npz to continue from")
    begun = read(args.checkpoint, load_progress)
    return begun, _allowed_changes(args, begun)


def continue_on(data: DataSet, begun: Progress, changes: dict[str, Any], checkpoint: str) -> Split:
    """Split the data as the training did, and apply the changes to its recipe."""
    if begun.fingerprint != data.fingerprint:
        raise Mistake(f"{checkpoint}: was trained on another data set than {data.name}")
    split = split_of(data, begun.state.recipe)
    _apply(begun, changes, len(split.train_x))
    return split


def _allowed_changes(args: argparse.Namespace, begun: Progress) -> dict[str, Any]:
    state = begun.state
    wanted = changes_of(args)
    if args.preset:
        wanted = PRESETS[args.preset].recipe.differences(state.recipe) | wanted
    changes = replace(state.recipe, **wanted).differences(state.recipe)
    for name, value in changes.items():
        if name not in MAY_CHANGE:
            old = getattr(state.recipe, name)
            raise Mistake(
                f"{name}: {old} in {args.checkpoint} cannot become {value} midway; "
                f"only {', '.join(MAY_CHANGE)} can change"
            )
    longer = changes.get("epochs", 0) > state.epoch
    if "epochs" in changes and not longer:
        raise Mistake(
            f"epochs: {changes['epochs']} is too few, because {state.epoch} are already done in "
            f"{args.checkpoint}"
        )
    # else a training that has ended would claim settings with which it was never trained
    if changes and state.reason and not (state.reason == Reason.EPOCHS and longer):
        name = next(iter(changes))
        raise Mistake(
            f"{name}: cannot change any more, because the training in {args.checkpoint} has ended "
            f"({state.reason})"
        )
    return changes


def _apply(begun: Progress, changes: dict[str, Any], n_train: int) -> None:
    """Change the recipe of the training, and note the changes in its history."""
    state = begun.state
    epoch = state.epochs_done(n_train)
    for name, value in changes.items():
        begun.history.add_change(state.step, epoch, name, getattr(state.recipe, name), value)
    state.recipe = replace(state.recipe, **changes)
    if state.reason == Reason.EPOCHS and state.epoch < state.recipe.epochs:
        state.reason = ""
