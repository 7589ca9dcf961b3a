"""The same network as a scikit-learn estimator: `fit`, `predict`, grid search, pipelines.

The only module that imports scikit-learn. It adds nothing to the training: `fit` prepares the
samples, runs the loop of `train` to its end and keeps the resulting `Run`.
"""

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ann.events import Reason
from ann.history import History
from ann.measure import predict_proba
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from ann.train import train

# Types of samples that are not copied; uint8 keeps its fixed range of 0 to 255 in `Scaling`.
DTYPES = (np.float64, np.float32, np.uint8)


class ANNClassifier(ClassifierMixin, BaseEstimator):
    """A multilayer perceptron whose parameters are the fields of `ann.recipe.Recipe`.

    `ann.recipe.FIELDS` says what they mean. They are checked when `fit` is called, as scikit-learn
    requires: a `ValueError` names the field, the value and the allowed range.

    The last `validation_fraction` of the samples, class by class, is held out to judge the network
    (and, with `patience`, to stop the training), unless that would be fewer samples than classes.
    If training diverges, `fit` ends with a `ConvergenceWarning` and usable weights.

    After `fit`: `classes_` (C,), `n_features_in_`, `n_iter_` (epochs), `loss_curve_` (mean
    cross-entropy on up to 5,000 training samples after each epoch, without dropout and penalty),
    `history_` (all curves) and `run_` (everything, for `ann.saving.checkpoint.save_run`).

    >>> x, y = np.array([[0.0], [0.2], [0.8], [1.0]] * 8), np.array(["no", "no", "yes", "yes"] * 8)
    >>> model = ANNClassifier(hidden_sizes=(8,), learning_rate=0.05, epochs=60).fit(x, y)
    >>> model.predict([[0.1], [0.9]]).tolist()
    ['no', 'yes']
    """

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
        scaling: str = "unit",
        validation_fraction: float = 0.15,
        seed: int = 0,
    ) -> None:
        # Written out because scikit-learn reads the signature; a test compares it with Recipe.
        self.__dict__.update({name: value for name, value in locals().items() if name != "self"})

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> "ANNClassifier":
        """Train on X (N, D) numbers and y (N,) labels of any kind; returns self."""
        recipe = Recipe(**self.get_params(deep=False))
        samples, labels = validate_data(self, X, y, dtype=DTYPES)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y: needs two classes or more; got 1 class, {self.classes_[0]!r}")
        split = held_out(samples, codes, recipe.validation_fraction)
        state, self.history_ = start(recipe, split, len(self.classes_)), History()
        for event in train(state, split):
            self.history_.add(event)
        self.run_ = Run.of(state, self.history_)
        self.n_iter_ = state.epoch
        self.loss_curve_ = self.history_.epochs["train_loss"].tolist()
        if state.reason == Reason.DIVERGED:
            warnings.warn(self.run_.message, ConvergenceWarning, stacklevel=2)
        return self

    def predict_proba(self, X: npt.ArrayLike) -> np.ndarray:
        """Probabilities (N, C) in the order of `classes_`."""
        check_is_fitted(self)
        samples, run = validate_data(self, X, dtype=DTYPES, reset=False), self.run_
        # in float64, so that not even the seventh digit of a sample's probabilities depends on the
        # other samples in the call
        theta, statistics = run.theta.astype(np.float64), run.statistics.astype(np.float64)
        return predict_proba(run.network, theta, statistics, run.scaling, samples)

    def predict_log_proba(self, X: npt.ArrayLike) -> np.ndarray:
        """Logarithms (N, C) of the probabilities."""
        with np.errstate(divide="ignore"):  # a probability below 1e-45 is 0, its logarithm -inf
            logarithms: np.ndarray = np.log(self.predict_proba(X))
        return logarithms

    def predict(self, X: npt.ArrayLike) -> np.ndarray:
        """The most likely label of each sample (N,)."""
        most_likely = self.predict_proba(X).argmax(axis=1)
        labels: np.ndarray = self.classes_[most_likely]
        return labels


def held_out(x: np.ndarray, y: np.ndarray, fraction: float) -> Split:
    """Divide samples x (N, D) with class numbers y (N,) into training and validation samples.

    Each class is spread evenly over the whole, in the given order, so that every stretch holds the
    classes in their proportions; then the last round(fraction · N) are held out. The only sample of
    a class comes first, for training. Nothing is random: all seeds get the same division.

    >>> split = held_out(np.zeros((10, 1)), np.array([0] * 5 + [1] * 5), 0.4)
    >>> split.train_y.tolist(), split.validation_y.tolist()
    ([0, 1, 0, 1, 0, 1], [0, 1, 0, 1])
    """
    place = np.empty(len(y))
    counts = np.bincount(y)
    for label, count in enumerate(counts):
        place[y == label] = (np.arange(count) + 0.5) / count if count > 1 else 0
    order = np.argsort(place, kind="stable")
    held = round(fraction * len(y))
    cut = len(y) - (held if held >= len(counts) else 0)
    return Split(x[order[:cut]], y[order[:cut]], x[order[cut:]], y[order[cut:]])
