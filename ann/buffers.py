"""The working arrays of a training, allocated once, so that a step allocates next to nothing."""

import numpy as np

from ann.augment import Augmenter, Noise, bank_of
from ann.layers import LayerBuffers
from ann.scaling import gray_range
from ann.state import Split, State, Weights


class Buffers:
    """Views of a state's parameters, and working arrays for batches of up to `most` samples.

    They belong to one call of `train`, because the views point into the state's own arrays. A
    smaller batch, of `n` samples, uses the first rows of the same arrays.
    """

    def __init__(self, state: State, split: Split, most: int, weights: Weights | None = None):
        self.n, self.most, self.n_samples = most, most, len(split.train_x)
        self.network = state.network
        self.layers = self.network.views(state.theta)
        self.weights = state.theta[: self.network.n_weights]
        self.statistics = self.network.statistics_views(state.statistics)
        self.gradient = np.empty_like(state.theta)
        self.gradients = self.network.views(self.gradient)
        self.by_layer = self._all_by_layer = self.network.buffers(most)
        self.delta = self._all_delta = np.empty((most, state.n_classes), np.float32)
        self._scaling = state.scaling
        self._all_x, self._all_y = split.train_x, split.train_y
        self._counts = None if weights is None else weights.train.astype(np.float32)
        self._raw = np.empty((most, state.n_features), split.train_x.dtype)
        self._x = np.empty((most, state.n_features), np.float32)
        bank = bank_of(state.recipe, state.n_features)
        self._augmenter = None if bank is None else Augmenter(bank, most, self._raw.dtype)
        self._noise = None
        if state.recipe.pixel_noise:
            low, high = state.scaling.apply(np.array(gray_range(split.train_x)))
            self._noise = Noise(state.recipe, state.n_features, low, high)
        self._augmented = np.empty_like(self._raw)
        self._holds_all = False

    def gather(
        self, indices: np.ndarray, warps: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """The scaled samples at `indices` (n,), float32, their labels, and their weights if any.

        With augmentation, `warps` (n,) says which warp and noise each sample gets. Samples are
        scaled batch by batch, because as bytes they take a quarter of the memory. A batch that is
        the whole set is scaled only once: its order does not matter.
        """
        if len(indices) != self.n:
            self._resize(len(indices))
        if self.n == self.n_samples and warps is None:
            if not self._holds_all:
                self._scaling.apply(self._all_x, out=self._x)
                self._holds_all = True
            return self._x, self._all_y, self._counts
        self._holds_all = False
        raw, augmented, x = self._raw[: self.n], self._augmented[: self.n], self._x[: self.n]
        # "clip" avoids a copy that the default mode makes; the indices are always in range
        self._all_x.take(indices, axis=0, out=raw, mode="clip")
        if self._augmenter is not None and warps is not None:
            raw = self._augmenter.augment(raw, warps, out=augmented)
        counts = None if self._counts is None else self._counts[indices]
        self._scaling.apply(raw, out=x)
        if self._noise is not None and warps is not None:
            self._noise.add(x, warps)
        return x, self._all_y[indices], counts

    def _resize(self, n: int) -> None:
        self.n, self.delta = n, self._all_delta[:n]
        self.by_layer = [LayerBuffers(*(a[:n] for a in arrays)) for arrays in self._all_by_layer]
