"""What all metrics need: checks of their input, and the ratio that they all compute.

The checks return arrays, or raise `ValueError` with the argument, its value and what is allowed.
"""

import numpy as np
import numpy.typing as npt

from ann.state import check_classes


def share(part: np.ndarray, whole: np.ndarray) -> npt.NDArray[np.float64]:
    """part / whole, and 0 where `whole` is 0."""
    ratio = np.zeros(len(whole))
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def check_pair(labels: npt.ArrayLike, predictions: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays (N,), N at least 1."""
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    if labels.ndim != 1 or labels.shape != predictions.shape or len(labels) == 0:
        raise ValueError(
            f"labels and predictions: got shapes {labels.shape} and {predictions.shape}, "
            "allowed are two of (N,) with N at least 1"
        )
    return labels, predictions


def check_square(confusion: npt.ArrayLike) -> np.ndarray:
    """A confusion matrix (C, C), C at least 1."""
    confusion = np.asarray(confusion)
    if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1] or confusion.size == 0:
        raise ValueError(f"confusion: got shape {confusion.shape}, allowed is (C, C)")
    return confusion


def check_samples(
    probabilities: npt.ArrayLike, labels: npt.ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (N, C) in [0, 1] and labels (N,) in range(C), N at least 1."""
    probabilities, labels = np.asarray(probabilities), np.asarray(labels)
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or not probabilities.size:
        raise ValueError(
            f"probabilities and labels: got shapes {probabilities.shape} and {labels.shape}, "
            "allowed are (N, C) and (N,) with N and C at least 1"
        )
    check_classes("labels", labels, probabilities.shape[1])
    low, high = float(probabilities.min()), float(probabilities.max())
    if not (low >= -1e-6 and high <= 1 + 1e-6):  # written so that NaN fails, too
        raise ValueError(f"probabilities: got values from {low} to {high}, allowed is 0 to 1")
    return probabilities, labels
