"""The working arrays of a training, allocated once, so that a step allocates next to nothing."""

import numpy as np

from ann.augment import Augmenter, bank_of
from ann.state import Split, State


class Buffers:
    """Views of a state's parameters, and working arrays for batches of `n` samples.

    They belong to one call of `train`, because the views point into the state's own arrays.
    """

    def __init__(self, state: State, split: Split, n: int):
        self.n, self.n_samples = n, len(split.train_x)
        self.network = state.network
        self.layers = self.network.views(state.theta)
        self.weights = state.theta[: self.network.n_weights]
        self.statistics = self.network.statistics_views(state.statistics)
        self.gradient = np.empty_like(state.theta)
        self.gradients = self.network.views(self.gradient)
        self.by_layer = self.network.buffers(n)
        self.delta = np.empty((n, state.n_classes), np.float32)
        self._scaling = state.scaling
        self._all_x, self._all_y = split.train_x, split.train_y
        self._raw = np.empty((n, state.n_features), split.train_x.dtype)
        self._x = np.empty((n, state.n_features), np.float32)
        bank = bank_of(state.recipe, state.n_features)
        self._augmenter = None if bank is None else Augmenter(bank, n, self._raw.dtype)
        self._augmented = np.empty_like(self._raw)
        self._always_all = n == self.n_samples and bank is None
        if self._always_all:
            self._scaling.apply(self._all_x, out=self._x)

    def gather(
        self, indices: np.ndarray, warps: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The scaled samples at `indices` (n,), float32, and their labels.

        With augmentation, `warps` (n,) says which warp each sample gets. Samples are scaled batch
        by batch, because as bytes they take a quarter of the memory. A batch that is the whole set
        is scaled only once: its order does not matter.
        """
        if self._always_all:
            return self._x, self._all_y
        # "clip" avoids a copy that the default mode makes; the indices are always in range
        self._all_x.take(indices, axis=0, out=self._raw, mode="clip")
        raw = self._raw
        if self._augmenter is not None and warps is not None:
            raw = self._augmenter.augment(raw, warps, out=self._augmented)
        return self._scaling.apply(raw, out=self._x), self._all_y[indices]
