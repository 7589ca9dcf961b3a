"""Does a network know how sure it may be? Confidence held against accuracy."""

from typing import NamedTuple

import numpy as np

from ann.counting import check_samples, share


class Reliability(NamedTuple):
    """Samples sorted into bins by the network's confidence, arrays (B,)."""

    confidence: np.ndarray  # mean of the largest probability; 0 in an empty bin
    accuracy: np.ndarray  # share read rightly; 0 in an empty bin
    count: np.ndarray  # samples in the bin
    edges: np.ndarray  # (B + 1,) from 0 to 1; a bin holds its upper edge


def reliability(probabilities, labels, bins: int = 10) -> Reliability:
    """Is a network right as often as it says? Equally wide bins of its largest probability.

    Where accuracy lies under confidence the network is surer than it should be.

    >>> said = reliability([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]], [0, 1, 1], bins=2)
    >>> said.count.tolist(), [round(c, 2) for c in said.confidence.tolist()]
    ([0, 3], [0.0, 0.8])
    >>> round(float(said.accuracy[1]), 3)
    0.667
    """
    probabilities, labels = check_samples(probabilities, labels)
    if bins < 1:
        raise ValueError(f"bins: got {bins}, allowed are whole numbers from 1 on")
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    where = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    count = np.bincount(where, minlength=bins)
    return Reliability(
        confidence=share(np.bincount(where, confidence, bins), count),
        accuracy=share(np.bincount(where, right, bins), count),
        count=count,
        edges=edges,
    )


def expected_calibration_error(probabilities, labels, bins: int = 10) -> float:
    """The gap between confidence and accuracy, averaged over all samples (Guo et al. 2017).

    Sure and right, or half sure and right half of the time: no gap. Sure and always wrong: all.

    >>> expected_calibration_error([[0.0, 1.0]], [1]), expected_calibration_error([[0.0, 1.0]], [0])
    (0.0, 1.0)
    """
    said = reliability(probabilities, labels, bins)
    gap = np.abs(said.confidence - said.accuracy)
    return float(gap @ said.count / said.count.sum())
