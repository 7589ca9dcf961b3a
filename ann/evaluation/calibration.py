"""Calibration: is a network that is 90% confident right 90% of the time?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ann.evaluation.checks import check_samples, share


@dataclass(frozen=True, eq=False)
class Reliability:
    """Samples sorted by the network's confidence into B bins of equal width; arrays (B,)."""

    confidence: np.ndarray  # mean of the largest probability; 0 in an empty bin
    accuracy: np.ndarray  # share classified correctly; 0 in an empty bin
    count: np.ndarray  # samples in the bin
    edges: np.ndarray  # (B + 1,) from 0 to 1; a bin includes its upper edge


def reliability(probabilities: npt.ArrayLike, labels: npt.ArrayLike, bins: int = 10) -> Reliability:
    """Compare confidence, the largest probability, with accuracy, bin by bin.

    Takes probabilities (N, C) and labels (N,). Where accuracy is below confidence, the network is
    overconfident. The plot of these bins is called a reliability diagram (Niculescu-Mizil and
    Caruana 2005, "Predicting good probabilities with supervised learning").

    >>> found = reliability([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]], [0, 1, 1], bins=2)
    >>> found.count.tolist(), [round(c, 2) for c in found.confidence.tolist()]
    ([0, 3], [0.0, 0.8])
    >>> round(float(found.accuracy[1]), 3)
    0.667
    """
    probabilities, labels = check_samples(probabilities, labels)
    if bins < 1:
        raise ValueError(f"bins: got {bins}, allowed are whole numbers from 1")
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


def expected_calibration_error(
    probabilities: npt.ArrayLike, labels: npt.ArrayLike, bins: int = 10
) -> float:
    """The gap between confidence and accuracy, averaged over all samples: 0 is best, 1 is worst.

    ECE = Σ_b (count_b / N) · |accuracy_b - confidence_b| (Guo et al. 2017, "On calibration of
    modern neural networks"). A network that is certain and right has no gap, and neither has one
    that is 50% confident and right half of the time. One that is certain and wrong has a gap of 1.

    >>> expected_calibration_error([[0.0, 1.0]], [1]), expected_calibration_error([[0.0, 1.0]], [0])
    (0.0, 1.0)
    """
    found = reliability(probabilities, labels, bins)
    gap = np.abs(found.confidence - found.accuracy)
    return float(gap @ found.count / found.count.sum())
