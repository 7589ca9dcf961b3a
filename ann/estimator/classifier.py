"""The same network as a scikit-learn estimator: `fit`, `predict`, grid search, pipelines.

It adds nothing to the training: `fit` prepares the samples, runs the loop of `train` to its end and
keeps the resulting `Run`.
"""

import warnings
from copy import deepcopy
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from ann.augment import augments
from ann.coach.advice import advise
from ann.coach.signals import watched
from ann.estimator import samples
from ann.estimator.continuing import longer, take_up
from ann.estimator.fitted import DTYPES, Fitted
from ann.estimator.holdout import division
from ann.estimator.parameters import Parameters
from ann.estimator.samples import Samples
from ann.events import Epoch, Reason
from ann.finish import brings_back, restore
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.scaling import Scaling
from ann.state import start

TRIAL = 5  # epochs: who asks for fewer knows that there could be more steps
PREPARED = tuple[np.ndarray, np.ndarray, np.ndarray | None]  # samples, labels, weights


class ANNClassifier(ClassifierMixin, Fitted, Parameters):
    """A multilayer perceptron whose parameters are the fields of `ann.recipe.Recipe`.

    `ann.recipe.FIELDS` says what they mean. They are checked when `fit` is called, as scikit-learn
    requires: a `ValueError` names the field, the value and the allowed range. Three more are those
    of other estimators:

    - `random_state`: a number or a `RandomState` takes the place of `seed`, so that the members of
      an ensemble differ; with None, `seed` counts.
    - `warm_start`: a second `fit` continues the first, for `epochs` more. On the same samples, the
      network equals that of a single `fit`, bit for bit.
    - `verbose`: print a line after each epoch.

    The last `validation_fraction` of the samples, class by class, is held out to judge the network
    (and, with `patience`, to stop the training), unless that would be fewer samples than classes.
    If all samples fit in one batch, their order has no meaning, so a hash of each decides instead.
    If training diverges, `fit` ends with a `ConvergenceWarning` and usable weights. Where something
    else is wrong with the training, such a warning says what, and what to try (`ann.coach`).

    `scaling` goes by the values: with "unit" the smallest becomes 0 and the largest 1. Only bytes
    (uint8) are taken as gray levels from 0 to 255, unless none is above 127, such as black and
    white as 0 and 1. Values that are eight times smaller or larger than those in training get a
    warning. Sparse samples are made dense, for prediction 1,000 at a time.

    After `fit`: `classes_` (C,), `n_features_in_`, `n_iter_` (epochs), `loss_curve_` (mean
    cross-entropy on up to 5,000 training samples after each epoch, without dropout and penalty),
    `loss_` and `best_loss_` (the last of them and the lowest), `coefs_` and `intercepts_`,
    `history_` (all curves) and `run_` (everything, for `ann.saving.checkpoint.save_run`).

    >>> x, y = np.array([[0.0], [0.2], [0.8], [1.0]] * 8), np.array(["no", "no", "yes", "yes"] * 8)
    >>> model = ANNClassifier(hidden_sizes=(8,), learning_rate=0.05, epochs=60).fit(x, y)
    >>> model.predict([[0.1], [0.9]]).tolist()
    ['no', 'yes']
    """

    def fit(
        self, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> "ANNClassifier":
        """Train on X (N, D) numbers and y (N,) labels of any kind; returns self.

        The loss of each sample is multiplied by its `sample_weight` (N,), relative to their mean.
        A sample of weight 0 is left out.
        """
        recipe, begun = self.recipe(), self.warm_start and hasattr(self, "_state")
        x, labels, weights = self._prepared(X, y, sample_weight, reset=not begun)
        classes, codes = np.unique(labels, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y: needs two classes or more; got 1 class, {classes.tolist()[0]!r}")
        if begun and not np.array_equal(classes, self.classes_):
            raise ValueError(f"y: with warm_start, the classes must stay {self.classes_.tolist()}")
        self.classes_ = classes
        x, codes, weights = samples.in_any_order(x, codes, weights, recipe.batch_size)
        train_rows, held = division(recipe, codes)
        if recipe.patience and not len(held):
            warnings.warn(
                f"patience: {recipe.patience} has no effect, because no samples are held out; use "
                f"a validation_fraction above {recipe.validation_fraction:g}, or more samples",
                UserWarning,
                stacklevel=2,
            )
        if begun:
            recipe = longer(recipe, self._state)
        self._train(recipe, Samples(x, codes, weights, train_rows, held), begun)
        return self

    def partial_fit(
        self,
        X: Any,
        y: npt.ArrayLike,
        classes: npt.ArrayLike | None = None,
        sample_weight: npt.ArrayLike | None = None,
    ) -> "ANNClassifier":
        """Train for one epoch on these samples; nothing is held out, and `epochs` does not count.

        The first call needs all `classes` (C,) that will occur, and decides the scaling.
        """
        recipe, begun = self.recipe(), hasattr(self, "_state")
        if classes is None and not begun:
            raise ValueError("classes: the first call of partial_fit needs all labels that occur")
        x, labels, weights = self._prepared(X, y, sample_weight, reset=not begun)
        known = self.classes_ if classes is None else np.unique(np.asarray(classes))
        if begun and not np.array_equal(known, self.classes_):
            raise ValueError(f"classes: must stay {self.classes_.tolist()}")
        if len(strange := np.setdiff1d(labels, known)):
            raise ValueError(f"y: label {strange.tolist()[0]!r} is not among the classes")
        self.classes_, codes = known, np.searchsorted(known, labels)
        every = np.arange(len(x))
        self._train(recipe, Samples(x, codes, weights, every, every[:0]), begun, once=True)
        return self

    def _prepared(
        self, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None, reset: bool
    ) -> PREPARED:
        """Checked samples, labels and weights, without the samples that do not count."""
        x, labels = validate_data(self, X, y, dtype=DTYPES, accept_sparse="csr", reset=reset)
        check_classification_targets(labels)
        weights = samples.sample_weights(sample_weight, len(labels))
        if weights is not None and not weights.all():
            counts = weights > 0
            x, labels, weights = x[counts], labels[counts], weights[counts]
        x = x if isinstance(x, np.ndarray) else x.toarray()
        if not reset:
            self.warn_of_another_range(x)
        return x, labels, weights

    def _train(self, recipe: Recipe, given: Samples, begun: bool, once: bool = False) -> None:
        """Train to the end or through one epoch, and show what is left."""
        if begun:
            take_up(self._state, recipe)
        n_train = recipe.training_size(len(given.train))
        given = given._replace(train=given.train[:n_train])
        picked = samples.pick(given, augments(recipe))
        split, units = picked.split, picked.levels or 1
        if not begun:
            self._state, self.history_ = start(recipe, split, len(self.classes_)), History()
            found = samples.scaling_of(recipe.scaling, picked) or self._state.scaling
            self._scaling = Scaling(found.factor * units, found.shift)
            self._typical_value = samples.typical_value(given.x)
        state = self._state
        state.scaling = Scaling(self._scaling.factor / units, self._scaling.shift)
        counts = given.counts()
        for event in watched(state, split, counts):
            self.history_.add(event)
            if isinstance(event, Epoch):
                if self.verbose:
                    print(_line(event, "" if once else f" of {state.recipe.epochs}"))
                if state.reason != Reason.DIVERGED and (state.reason or once):
                    break  # before `train` puts other weights into the state, which may go on
        if once and state.reason == Reason.EPOCHS:
            state.reason = ""
        left = state
        if brings_back(state.recipe, state.reason):
            left = deepcopy(state)
            restore(left)
        self.run_ = replace(Run.of(left, self.history_), scaling=self._scaling)
        self.n_iter_ = state.epoch
        self.loss_curve_ = self.history_.epochs["train_loss"].tolist()
        if told := self._told(once):
            warnings.warn(told, ConvergenceWarning, stacklevel=3)

    def _told(self, once: bool) -> str:
        """What is wrong with the training; "" if nothing is, or after a call of `partial_fit`."""
        if self._state.reason == Reason.DIVERGED:
            return self.run_.message
        advised = None if once else advise(self._state, self.history_)
        name = advised.finding.name if advised else ""
        a_trial = name == "too_few_steps" and self.n_iter_ < TRIAL
        if advised is None or a_trial or name == "nothing_held_out":
            return ""
        return advised.text.replace("digit", "sample")

    def __sklearn_tags__(self) -> Tags:
        """Sparse samples are welcome."""
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _line(event: Epoch, of: str) -> str:
    """What `verbose` prints after an epoch."""
    text = f"Epoch {event.epoch}{of}: loss {event.train_loss:.4f}"
    if isfinite(event.validation_loss):
        text += f", validation loss {event.validation_loss:.4f}"
        text += f", accuracy {event.validation_accuracy:.1%}"
    return text
