"""Cures: for each finding, the recipe to try instead, changed as little as will do."""

from collections.abc import Callable
from dataclasses import replace
from math import isqrt
from typing import Any

from ann.batches import steps_per_epoch
from ann.coach.evidence import Evidence
from ann.recipe import FIELDS, Recipe
from ann.recipes import wording

# Learning rates that suit the lab's default network.
USUAL = {
    "sgd": 0.3,
    "momentum": 0.03,
    "nesterov": 0.03,
    "rmsprop": 0.001,
    "adam": 0.001,
    "adamw": 0.001,
}
SUITS = {"relu": "he", "leaky_relu": "he", "elu": "he", "gelu": "he", "identity": "lecun"}
ENOUGH_STEPS, SMALL_BATCH = 500, 64
WIDE = (128, 64)
AUGMENTED = {"augment_shift": 1.5, "augment_rotation": 9.0, "augment_scale": 0.1}
SMALL_PICTURE = 20 * 20  # pixels: in one that is smaller, a pixel is a long way


def cure(name: str, e: Evidence) -> Recipe | None:
    """The recipe to try where this was found; None if there is none that would differ."""
    changes = CURES[name](e)
    changed = replace(e.recipe, **changes)
    return changed if changed.differences(e.recipe) else None


def in_words(before: Recipe, after: Recipe) -> str:
    """What a cure changes.

    >>> in_words(Recipe(learning_rate=0.5), Recipe())
    'learning rate 0.001 instead of 0.5'
    """
    return ", ".join(
        f"{wording.setting(name, value)} instead of {wording.value(name, getattr(before, name))}"
        for name, value in after.differences(before).items()
    )


def _initializer(e: Evidence) -> dict[str, Any]:
    return {"initializer": SUITS.get(e.recipe.activation, "xavier")}


def _slower(e: Evidence) -> dict[str, Any]:
    rate = e.recipe.learning_rate
    usual = USUAL[e.recipe.optimizer]
    return {"learning_rate": usual if rate > 2 * usual else max(rate / 10, _lowest())}


def _faster(e: Evidence) -> dict[str, Any]:
    rate = e.recipe.learning_rate
    usual = USUAL[e.recipe.optimizer]
    return {"learning_rate": usual if rate < usual / 2 else rate * 10}


def _lowest() -> float:
    return float(FIELDS["learning_rate"].low or 0)


def _revive(e: Evidence) -> dict[str, Any]:
    """ReLU passes gradients on undiminished, and He's initial weights keep their size."""
    saturates = e.recipe.activation in ("sigmoid", "tanh")
    activation = "relu" if saturates else e.recipe.activation
    return {"activation": activation, "initializer": SUITS[activation]}


def _relax(e: Evidence) -> dict[str, Any]:
    """Weaken what holds it back: what the evidence speaks of, and nothing else."""
    recipe, changes = e.recipe, dict[str, Any]()
    if recipe.dropout >= 0.5:
        changes["dropout"] = 0.2
    if e.recipe.l1 or e.recipe.l2 > 1e-3:
        changes |= {"l1": 0.0, "l2": min(recipe.l2, 1e-4)}
    for name, usual in MILD.items():
        if getattr(recipe, name) > usual:
            changes[name] = usual
    if not changes and recipe.dropout:
        changes["dropout"] = 0.0
    return changes


MILD = {
    "augment_shift": 2.0,
    "augment_rotation": 12.0,
    "augment_scale": 0.12,
    "augment_shear": 0.1,
    "augment_elastic": 1.2,
    "label_smoothing": 0.1,
    "pixel_noise": 0.0,
}


def _more_steps(e: Evidence) -> dict[str, Any]:
    """Smaller batches first, which cost nothing; then more epochs."""
    recipe, n = e.recipe, max(e.n_train, 1)
    batch = min(recipe.batch_size, SMALL_BATCH, max(n // 10, 1))
    steps = steps_per_epoch(replace(recipe, batch_size=batch), n)
    needed = -(-ENOUGH_STEPS // steps)
    if e.steps > ENOUGH_STEPS // 2:
        needed = 3 * recipe.epochs
    most = int(FIELDS["epochs"].high or needed)
    return {"batch_size": batch, "epochs": min(max(recipe.epochs, needed), most)}


def _larger(e: Evidence) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if e.recipe.activation == "identity":
        changes |= {"activation": "relu", "initializer": "he"}
    if min(e.recipe.hidden_sizes, default=0) < 16:
        wide = tuple(max(size, 64) for size in e.recipe.hidden_sizes)
        changes["hidden_sizes"] = wide or WIDE
    return changes


def _alive(e: Evidence) -> dict[str, Any]:
    return {"activation": "leaky_relu"} | _slower(e)


def _augment(e: Evidence) -> dict[str, Any]:
    """More digits, and right ones, where there are any; else changed ones."""
    if e.recipe.train_size or e.recipe.label_noise:
        return {"train_size": 0, "label_noise": 0.0}
    if isqrt(e.n_features) ** 2 != e.n_features:  # no picture
        return {"dropout": max(e.recipe.dropout, 0.2), "patience": 5}
    if e.n_features < SMALL_PICTURE:
        return {"augment_shift": 0.5, "augment_rotation": 6.0}
    return {n: max(value, getattr(e.recipe, n)) for n, value in AUGMENTED.items()}


def _hold_out(e: Evidence) -> dict[str, Any]:
    return {"validation_fraction": 0.15}


CURES: dict[str, Callable[[Evidence], dict[str, Any]]] = {
    "zero_initialization": _initializer,
    "initialization_too_large": _initializer,
    "batch_of_one": lambda e: {"batch_size": SMALL_BATCH},
    "learning_rate_too_large": _slower,
    "vanishing_gradients": _revive,
    "learning_rate_too_small": _faster,
    "too_much_regularization": _relax,
    "too_few_steps": _more_steps,
    "network_too_small": _larger,
    "dead_neurons": _alive,
    "overfitting": _augment,
    "nothing_held_out": _hold_out,
}
