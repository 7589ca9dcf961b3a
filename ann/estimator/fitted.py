"""What a fitted estimator answers: predictions, its losses and its weights."""

import warnings
from math import isfinite
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted, validate_data

from ann.estimator import samples
from ann.estimator.affine import affine_maps
from ann.history import History
from ann.measure import BLOCK, predict_proba
from ann.run import Run
from ann.scaling import Scaling
from ann.state import State

# Types of samples that are not copied.
DTYPES = (np.float64, np.float32, np.uint8)


class Fitted:
    """The answers of an estimator that has a run."""

    classes_: np.ndarray
    run_: Run
    history_: History
    loss_curve_: list[float]
    _state: State
    _scaling: Scaling
    _typical_value: float

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities (N, C) in the order of `classes_`."""
        check_is_fitted(self)
        x = validate_data(self, X, dtype=DTYPES, accept_sparse="csr", reset=False)
        run, parts = self.run_, [x]
        if not isinstance(x, np.ndarray):
            parts = [x[i : i + BLOCK].toarray() for i in range(0, x.shape[0], BLOCK)]
        self.warn_of_another_range(parts[0])
        # in float64, so that not even the seventh digit of a sample's probabilities depends on the
        # other samples in the call
        theta, statistics = run.theta.astype(np.float64), run.statistics.astype(np.float64)
        found = [predict_proba(run.network, theta, statistics, run.scaling, p) for p in parts]
        return np.concatenate(found)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Logarithms (N, C) of the probabilities."""
        with np.errstate(divide="ignore"):  # a probability below 1e-45 is 0, its logarithm -inf
            logarithms: np.ndarray = np.log(self.predict_proba(X))
        return logarithms

    def predict(self, X: Any) -> np.ndarray:
        """The most likely label of each sample (N,)."""
        most_likely = self.predict_proba(X).argmax(axis=1)
        labels: np.ndarray = self.classes_[most_likely]
        return labels

    @property
    def loss_(self) -> float:
        """The mean cross-entropy on training samples after the last epoch."""
        check_is_fitted(self)
        return float(self.loss_curve_[-1]) if self.loss_curve_ else float("nan")

    @property
    def best_loss_(self) -> float:
        """The lowest loss of all epochs."""
        check_is_fitted(self)
        return min((v for v in self.loss_curve_ if isfinite(v)), default=float("nan"))

    @property
    def coefs_(self) -> list[np.ndarray]:
        """The weights (fan_in, width) of each layer, for samples as they are given to `fit`.

        With `intercepts_`, they include the scaling and batch norm: see `affine_maps`. The
        weights as they were trained are in `run_.theta`.
        """
        check_is_fitted(self)
        return [weights for weights, _ in affine_maps(self.run_)]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """The biases (width,) of each layer."""
        check_is_fitted(self)
        return [bias for _, bias in affine_maps(self.run_)]

    def warn_of_another_range(self, x: np.ndarray) -> None:
        """Warn if these samples (N, D) are scaled otherwise than those of the training."""
        if told := samples.range_warning(getattr(self, "_typical_value", 0.0), x):
            warnings.warn(told, UserWarning, stacklevel=4)
