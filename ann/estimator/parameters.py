"""The estimator's parameters, and the recipe that they make."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state

from ann.estimator.names import explain_foreign_names, in_our_words
from ann.recipe import FIELDS, Recipe


class Parameters(BaseEstimator):
    """The fields of a `Recipe`, and three parameters that other estimators have."""

    @explain_foreign_names
    def __init__(
        self,
        hidden_sizes: Sequence[int] | int = (128, 64),
        *,
        activation: str = "relu",
        initializer: str = "he",
        init_scale: float = 0.01,
        batch_norm: bool = False,
        optimizer: str = "adam",
        learning_rate: float = 0.001,
        schedule: str = "constant",
        decay: float = 0.5,
        decay_every: int = 5,
        warmup: float = 0.3,
        momentum: float = 0.9,
        batch_size: int = 64,
        epochs: int = 10,
        patience: int = 0,
        clip_norm: float = 0.0,
        ema: float = 0.0,
        dropout: float = 0.0,
        l2: float = 0.0,
        l1: float = 0.0,
        max_norm: float = 0.0,
        weight_decay: float = 0.01,
        label_smoothing: float = 0.0,
        augment_shift: float = 0.0,
        augment_rotation: float = 0.0,
        augment_scale: float = 0.0,
        augment_shear: float = 0.0,
        augment_elastic: float = 0.0,
        pixel_noise: float = 0.0,
        scaling: str = "unit",
        validation_fraction: float = 0.15,
        train_size: int = 0,
        label_noise: float = 0.0,
        seed: int = 0,
        random_state: int | np.random.RandomState | None = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        # Written out because scikit-learn reads the signature; a test compares it with Recipe.
        self.__dict__.update({name: value for name, value in locals().items() if name != "self"})

    def set_params(self, **params: Any) -> "Parameters":
        """Set parameters; the names of scikit-learn's MLPClassifier are answered with ours."""
        if told := in_our_words(params.keys() - self.get_params(deep=False)):
            raise ValueError(told)
        super().set_params(**params)
        return self

    def recipe(self) -> Recipe:
        """The recipe of these parameters, which are checked here.

        A `random_state` takes the place of `seed`: a number as it is, where it may be a seed, and
        a `RandomState` by the next number that it draws.
        """
        values = self.get_params(deep=False)
        recipe, seed = Recipe(**{name: values[name] for name in FIELDS}), self.random_state
        if seed is None:
            return recipe
        most = int(FIELDS["seed"].high)
        if not (isinstance(seed, int | np.integer) and 0 <= seed <= most):
            try:
                seed = check_random_state(seed).randint(most)
            except ValueError as error:
                raise ValueError(f"random_state: {error}") from error
        return replace(recipe, seed=int(seed))
