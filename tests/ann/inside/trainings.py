"""Small networks, trained a little, with all kinds of recipes."""

import numpy as np

from ann.activations import ACTIVATIONS
from ann.events import Step
from ann.optimizers import OPTIMIZERS
from ann.recipe import Recipe
from ann.schedules import SCHEDULES
from ann.state import Split, State, start
from ann.train import train


def _split() -> Split:
    """90 pictures of 7x7 pixels for training and 30 for validation, in 4 classes."""
    rng = np.random.default_rng(0)
    y = np.arange(120) % 4
    x = rng.integers(0, 120, (120, 49)) * (rng.random((120, 49)) < 0.6) + 30 * y[:, None]
    return Split(x[:90].astype(np.uint8), y[:90], x[90:].astype(np.uint8), y[90:])


SPLIT = _split()


def random_recipe(seed: int) -> Recipe:
    """A recipe in which everything that changes a step is on or off at random."""
    rng = np.random.default_rng(seed)

    def maybe(*values: float) -> float:
        return float(rng.choice([0.0, *values]))

    return Recipe(
        hidden_sizes=tuple(map(int, rng.integers(3, 9, rng.integers(0, 4)))),
        activation=str(rng.choice(list(ACTIVATIONS))),
        batch_norm=bool(rng.integers(2)),
        optimizer=str(rng.choice(list(OPTIMIZERS))),
        learning_rate=float(rng.choice([0.001, 0.01])),
        schedule=str(rng.choice(list(SCHEDULES))),
        batch_size=int(rng.choice([1, 7, 32, 90])),
        epochs=100,
        dropout=maybe(0.3),
        l1=maybe(0.001),
        l2=maybe(0.01),
        max_norm=maybe(0.5),
        clip_norm=maybe(0.01, 1.0),
        ema=maybe(0.99),
        label_smoothing=maybe(0.1),
        weight_decay=maybe(0.01, 0.1),
        augment_shift=maybe(1.0),
        augment_rotation=maybe(12.0),
        pixel_noise=maybe(0.2),
        train_size=int(rng.choice([0, 60])),
        label_noise=maybe(0.5),
        scaling=str(rng.choice(["unit", "symmetric", "standard"])),
        seed=seed,
    )


def trained(recipe: Recipe, steps: int) -> State:
    """The state after some steps."""
    state = start(recipe, SPLIT)
    taken = 0
    events = train(state, SPLIT)
    while taken < steps:
        taken += isinstance(next(events), Step)
    return state
