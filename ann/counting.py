"""Counting what a network predicts: pairs of label and prediction, and its mistakes."""

import numpy as np


def count_pairs(labels: np.ndarray, predictions: np.ndarray, n_classes: int) -> np.ndarray:
    """(C, C) counts of (label, prediction), both (N,) in range(C); unchecked, N may be 0."""
    pairs = labels.astype(np.intp) * n_classes + predictions.astype(np.intp)
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def most_confident_mistakes(
    labels: np.ndarray, predictions: np.ndarray, confidence: np.ndarray
) -> np.ndarray:
    """Indices of the misclassified samples, the most confident first; ties stay in order."""
    wrong = np.flatnonzero(predictions != labels)
    return wrong[np.argsort(-confidence[wrong], kind="stable")]


def check_classes(name: str, classes: np.ndarray, n_classes: int) -> None:
    """Whole numbers in range(C); `name` is what an error calls them."""
    if classes.dtype.kind not in "iu":
        raise ValueError(f"{name}: got dtype {classes.dtype}, allowed are whole numbers")
    if classes.min() < 0 or classes.max() >= n_classes:
        raise ValueError(
            f"{name}: got classes from {classes.min()} to {classes.max()}, "
            f"allowed is 0 to {n_classes - 1}"
        )
