"""More epochs for a training that has done all of its own, as the same training.

Where nothing so far depended on the planned number of epochs, ten epochs and ten more equal twenty
in one go, bit for bit. Three settings do depend on it: a cosine or one-cycle schedule, which ends
with the last epoch and is now stretched, so that the learning rate rises again; `patience` and
`ema`, with which the end has put the best or the averaged weights in place of the latest ones.
"""

from copy import copy
from dataclasses import replace

from ann.events import Reason
from ann.recipe import FIELDS, Recipe
from ann.schedules import SCHEDULES
from ann.state import State

MOST = int(FIELDS["epochs"].high)


def can_continue(state: State) -> bool:
    """Whether this training has done all its epochs, and a recipe may have more."""
    return state.reason == Reason.EPOCHS and state.epoch < MOST


def more_epochs(state: State, more: int) -> State:
    """A finished state that continues for `more` epochs, or fewer if a recipe allows no more."""
    state = copy(state)  # a view may still hold the old one
    state.recipe = replace(state.recipe, epochs=min(state.epoch + more, MOST))
    state.reason = ""
    return state


def obstacle(recipe: Recipe) -> str:
    """Which setting makes it another training than one with all epochs from the start; or "".

    >>> obstacle(Recipe(schedule="cosine")), obstacle(Recipe(patience=3)), obstacle(Recipe())
    ('schedule', 'patience', '')
    """
    if SCHEDULES[recipe.schedule].planned:
        return "schedule"
    return next((name for name in ("ema", "patience") if getattr(recipe, name)), "")
