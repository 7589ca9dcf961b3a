"""The same network as a scikit-learn estimator: `fit`, `predict`, grid search, pipelines.

The only module that imports scikit-learn. It adds nothing to the training: `fit` prepares the
samples, runs the loop of `train` to its end and keeps the `Run`.
"""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ann.history import History
from ann.measure import predict_proba
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from ann.train import train

# What samples may be without a copy; uint8 keeps its fixed range of 0 to 255 in `Scaling`.
DTYPES = (np.float64, np.float32, np.uint8)


class ANNClassifier(ClassifierMixin, BaseEstimator):
    """A multilayer perceptron whose parameters are the fields of `ann.recipe.Recipe`.

    Read what they mean there, or in `ann.recipe.FIELDS`. They are checked when `fit` is called, as
    scikit-learn asks for: `ValueError` names the field, the value and the allowed range.

    The last `validation_fraction` of the samples, class by class, is kept aside to judge the
    network (with `patience`, to stop by); where that would be fewer samples than classes, nothing
    is. A loss that is not finite ends the fit with a `ConvergenceWarning` and usable weights.

    After `fit`: `classes_` (C,), `n_features_in_`, `n_iter_` (epochs), `loss_curve_` (mean
    cross-entropy on up to 5,000 training samples after each epoch, dropout off, penalty out),
    `history_` (all curves) and `run_` (everything, for `ann.saving.checkpoint.save_run`).

    >>> x, y = np.array([[0.0], [0.2], [0.8], [1.0]] * 8), np.array(["no", "no", "yes", "yes"] * 8)
    >>> model = ANNClassifier(hidden_sizes=(8,), learning_rate=0.05, epochs=60).fit(x, y)
    >>> model.predict([[0.1], [0.9]]).tolist()
    ['no', 'yes']
    """

    def __init__(
        self,
        hidden_sizes=(128, 64),
        *,
        activation="relu",
        initializer="he",
        init_scale=0.01,
        batch_norm=False,
        optimizer="adam",
        learning_rate=0.001,
        schedule="constant",
        decay=0.5,
        decay_every=5,
        warmup=0.3,
        momentum=0.9,
        batch_size=64,
        epochs=10,
        patience=0,
        clip_norm=0.0,
        ema=0.0,
        dropout=0.0,
        l2=0.0,
        l1=0.0,
        max_norm=0.0,
        weight_decay=0.01,
        label_smoothing=0.0,
        augment_shift=0.0,
        augment_rotation=0.0,
        augment_scale=0.0,
        augment_shear=0.0,
        augment_elastic=0.0,
        scaling="unit",
        validation_fraction=0.15,
        seed=0,
    ):
        # Written out because scikit-learn reads the signature; a test compares it with Recipe.
        vars(self).update({name: value for name, value in locals().items() if name != "self"})

    def fit(self, X, y):
        """Train on X (N, D) numbers and y (N,) labels of any kind; returns self."""
        recipe = Recipe(**self.get_params(deep=False))
        X, y = validate_data(self, X, y, dtype=DTYPES)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y: needs two classes or more; got 1 class, {self.classes_[0]!r}")
        split = held_out(X, codes, recipe.validation_fraction)
        state, self.history_ = start(recipe, split, len(self.classes_)), History()
        for event in train(state, split):
            self.history_.add(event)
        self.run_ = Run.of(state, self.history_)
        self.n_iter_ = state.epoch
        self.loss_curve_ = self.history_.epochs["train_loss"].tolist()
        if state.reason == "diverged":
            warnings.warn(self.run_.message, ConvergenceWarning, stacklevel=2)
        return self

    def predict_proba(self, X):
        """Probabilities (N, C) in the order of `classes_`."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=DTYPES, reset=False)
        run = self.run_
        # In float64, so that a sample's probabilities do not depend, in their seventh digit, on
        # which samples are asked about together with it.
        theta, statistics = run.theta.astype(np.float64), run.statistics.astype(np.float64)
        return predict_proba(run.network, theta, statistics, run.scaling, X)

    def predict_log_proba(self, X):
        """Logarithms (N, C) of the probabilities."""
        with np.errstate(divide="ignore"):  # a probability below 1e-45 is 0, its logarithm -inf
            return np.log(self.predict_proba(X))

    def predict(self, X):
        """The likeliest label (N,) of each sample."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return self.classes_[likeliest]


def held_out(x: np.ndarray, y: np.ndarray, fraction: float) -> Split:
    """Samples x (N, D) with class numbers y (N,) in two: to learn from, to judge by.

    Each class is spread evenly over the whole, in the order given, so that any stretch holds the
    classes in their proportions; then the last round(fraction · N) are held out. A class's only
    sample comes first, to be learned from. Nothing is random: another seed is judged by the same
    samples.

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
