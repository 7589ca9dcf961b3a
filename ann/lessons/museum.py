"""The museum of failures: a dozen trainings that went wrong, each with its cause.

A cause is the name of one of the coach's findings; a test trains each of them and asks the coach.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ann.recipe import Recipe


class Exhibit(NamedTuple):
    """A sick training: what its owner complains of, its settings, and its cause."""

    name: str
    complaint: str
    cause: str
    settings: Mapping[str, Any]

    @property
    def recipe(self) -> Recipe:
        """The settings with all defaults."""
        return Recipe(**self.settings)


SGD = {"optimizer": "sgd", "hidden_sizes": (64,)}
DEEP = (64, 64, 64, 64)
EXHIBITS = (
    Exhibit(
        "wild",
        "It was wild for a moment, and since then nothing moves.",
        "learning_rate_too_large",
        SGD | {"learning_rate": 2.0},
    ),
    Exhibit(
        "patient",
        "It gets better, I think. I have been waiting for a while.",
        "learning_rate_too_small",
        SGD,
    ),
    Exhibit(
        "twins",
        "Each of its neurons does what all the others do.",
        "zero_initialization",
        {"initializer": "zeros"},
    ),
    Exhibit(
        "certain",
        "It had not seen a single digit, and was certain of everything.",
        "initialization_too_large",
        SGD
        | {"hidden_sizes": (64, 64), "initializer": "normal", "init_scale": 10.0}
        | {"learning_rate": 0.1},
    ),
    Exhibit(
        "tower",
        "I gave it more layers, and now it learns nothing at all.",
        "vanishing_gradients",
        SGD | {"hidden_sizes": DEEP, "activation": "sigmoid", "learning_rate": 0.1},
    ),
    Exhibit(
        "thorough",
        "It looks at everything before it moves. Its curve is so smooth!",
        "too_few_steps",
        {"hidden_sizes": (64,), "batch_size": 5_000},
    ),
    Exhibit(
        "narrow",
        "Thirty epochs, and the same digits are still mixed up, even those it learns from.",
        "network_too_small",
        {"hidden_sizes": (4,), "epochs": 30},
    ),
    Exhibit(
        "careful",
        "I wanted to keep its weights small, so that it does not overfit.",
        "too_much_regularization",
        {"epochs": 20, "l2": 0.1},
    ),
    Exhibit(
        "forgetful",
        "In each step, most of its neurons are asleep. It never gets far.",
        "too_much_regularization",
        {"epochs": 20, "dropout": 0.8},
    ),
    Exhibit(
        "parrot",
        "It knows its hundred digits by heart. Others it does not know so well.",
        "overfitting",
        {"train_size": 100, "epochs": 100},
    ),
    Exhibit(
        "giant",
        "Adam was supposed to find the right step size by itself. It doesn't seem to.",
        "learning_rate_too_large",
        {"learning_rate": 0.1},
    ),
    Exhibit(
        "snail",
        "Adam again, and the curve hardly bends.",
        "learning_rate_too_small",
        {"learning_rate": 1e-5},
    ),
)


def exhibit(name: str) -> Exhibit | None:
    """The exhibit of this name."""
    return next((one for one in EXHIBITS if one.name == name), None)
