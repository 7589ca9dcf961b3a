"""A training before its first step, whose initial weights a worker draws.

For the largest networks that takes most of a second and hundreds of megabytes, which a server with
many pages cannot spare: workers stand back behind it and take turns.
"""

from dataclasses import dataclass

import numpy as np

from ann.recipe import Recipe
from ann.scaling import Scaling
from ann.state import DROPOUT, Split, State, start, stream


@dataclass
class Blank:
    """What is sent instead of a state. The answer goes to a file in `folder`, if there is one."""

    recipe: Recipe
    n_classes: int
    folder: str | None

    def draw(self, split: Split) -> State:
        """The state before the first step."""
        return start(self.recipe, split, self.n_classes)


def blank_state(recipe: Recipe, n_features: int, n_classes: int) -> State:
    """A state in which nothing has been drawn yet: all its arrays are empty."""
    empty = np.empty(0, np.float32)
    return State(
        recipe=recipe,
        n_features=n_features,
        n_classes=n_classes,
        scaling=Scaling(1.0, 0.0),
        theta=empty,
        moments=empty,
        statistics=empty,
        rng=stream(recipe.seed, DROPOUT),
        best_theta=empty,
        best_statistics=empty,
        average=empty,
        average_statistics=empty,
    )


def is_blank(state: State) -> bool:
    """Whether nothing has been drawn yet."""
    return not state.theta.size
