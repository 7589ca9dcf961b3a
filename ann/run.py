"""What a training leaves: recipe, curves, weights, and where they came from."""

from dataclasses import dataclass

import numpy as np

from ann.finish import explain
from ann.history import History
from ann.measure import predict_proba
from ann.network import Network
from ann.recipe import Recipe
from ann.scaling import Scaling
from ann.state import State
from ann.version import version


@dataclass
class Run:
    """A trained network and its origin. theta is (P,), statistics (S,), both float32.

    `reason` is empty while the training could continue; `seconds` is computing time.
    """

    recipe: Recipe
    history: History
    theta: np.ndarray
    statistics: np.ndarray
    scaling: Scaling
    n_features: int
    n_classes: int
    fingerprint: str  # of the data set it was trained on
    seconds: float
    images_seen: int
    epoch: int
    step: int
    reason: str = ""
    message: str = ""
    version: str = ""  # or versions that trained it, from `ann.version.version`

    @classmethod
    def of(cls, state: State, history: History, fingerprint: str = "") -> "Run":
        """The run as it is now; it holds copies, so the training can continue."""
        theta, statistics = state.judged
        return cls(
            recipe=state.recipe,
            history=history,
            theta=theta.copy(),
            statistics=statistics.copy(),
            scaling=state.scaling,
            n_features=state.n_features,
            n_classes=state.n_classes,
            fingerprint=fingerprint,
            seconds=state.seconds,
            images_seen=state.images_seen,
            epoch=state.epoch,
            step=state.step,
            reason=state.reason,
            message=explain(state) if state.reason else "",
            version=state.version or version(),
        )

    @property
    def network(self) -> Network:
        """The shape of the network."""
        return Network.of(self.recipe, self.n_features, self.n_classes)

    @property
    def parameters(self) -> int:
        """P, the number of parameters."""
        return self.network.n_parameters

    @property
    def images_per_second(self) -> float:
        """Training samples seen per second of computing time."""
        return self.images_seen / self.seconds if self.seconds else 0.0

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        """Probabilities (N, C) for samples x (N, D) in the units of the data, 0 to 255 for digits.

        `ValueError` if D is not what the network was trained on.
        """
        if x.ndim != 2 or x.shape[1] != self.n_features:
            raise ValueError(f"x: shape {x.shape}; needs (N, {self.n_features})")
        return predict_proba(self.network, self.theta, self.statistics, self.scaling, x)
