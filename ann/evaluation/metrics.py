"""How good is a network? From probabilities and labels to the numbers a page shows.

One number hides too much: accuracy does not say which digits are confused, nor whether a network
that is 90% sure is right nine times in ten. Everything here is counted from two arrays,
the probabilities (N, C) that the network gave and the labels (N,) that are true.

A share of nothing (the precision of a class that was never predicted, the recall of a class
without samples) is 0, as with scikit-learn's `zero_division=0`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ann.counting import (
    check_classes,
    check_pair,
    check_samples,
    check_square,
    count_pairs,
    share,
    surest_mistakes,
)
from ann.evaluation.calibration import Reliability, expected_calibration_error, reliability

__all__ = [
    "Confused",
    "Evaluation",
    "PerClass",
    "Reliability",
    "confusion_matrix",
    "evaluate",
    "expected_calibration_error",
    "log_loss",
    "most_confused",
    "precision_recall_f1",
    "reliability",
    "wilson_interval",
]


def wilson_interval(k: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Where the true share lies when k of n samples were read rightly (Wilson 1927).

    Another n digits would give another accuracy. With z = 1.96 the interval catches the true one
    95 times in 100. Unlike accuracy ± z standard errors, it stays inside [0, 1] and does not
    shrink to a point at 0% or 100%. Ten digits, all right, prove little; ten thousand say more:

    >>> [round(end, 3) for end in wilson_interval(10, 10)]
    [0.722, 1.0]
    >>> [round(end, 3) for end in wilson_interval(9800, 10_000)]
    [0.977, 0.983]
    """
    if n < 1:
        raise ValueError(f"n: got {n}, allowed are whole numbers from 1 on")
    if not 0 <= k <= n:
        raise ValueError(f"k: got {k}, allowed is 0 to n = {n}")
    share = k / n
    middle = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    return float(max(low, 0.0)), float(min(high, 1.0))


def confusion_matrix(labels, predictions, n_classes: int) -> np.ndarray:
    """(C, C) counts: row = true class, column = predicted class; the diagonal is right.

    >>> confusion_matrix([0, 0, 1, 2], [0, 1, 1, 2], 3)
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 0, 1]])
    """
    labels, predictions = check_pair(labels, predictions)
    for name, classes in (("labels", labels), ("predictions", predictions)):
        check_classes(name, classes, n_classes)
    return count_pairs(labels, predictions, n_classes)


class PerClass(NamedTuple):
    """One value for each class, arrays (C,)."""

    precision: np.ndarray  # of what was called this class, the share that is
    recall: np.ndarray  # of what is this class, the share that was called so
    f1: np.ndarray  # their harmonic mean: high only where both are
    support: np.ndarray  # how many samples are this class


def precision_recall_f1(confusion) -> PerClass:
    """Count each class's precision, recall and F1 out of a confusion matrix (C, C).

    A network that calls everything a 0 finds every 0, and is right half of the time it says so.
    It never says 1, so class 1 has no precision to speak of: 0.

    >>> scores = precision_recall_f1([[2, 0], [2, 0]])
    >>> scores.precision.tolist(), scores.recall.tolist()
    ([0.5, 0.0], [1.0, 0.0])
    >>> scores.support.tolist()
    [2, 2]
    """
    confusion = check_square(confusion)
    right, said, true = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    return PerClass(
        precision=share(right, said),
        recall=share(right, true),
        f1=share(2 * right, said + true),  # 2 p r / (p + r) in counts
        support=true,
    )


def log_loss(probabilities, labels) -> float:
    """Mean cross-entropy, -log of the probability given to the true class, in nats.

    0 for a network that is sure and right; log C for one that guesses evenly. Probabilities are
    clipped to the smallest normal float32, 1.2e-38, so that a digit called impossible costs 87
    and not infinity.

    >>> round(log_loss([[0.5, 0.5], [0.25, 0.75]], [0, 1]), 3)  # (log 2 + log 4/3) / 2
    0.49
    """
    probabilities, labels = check_samples(probabilities, labels)
    of_label = probabilities[np.arange(len(labels)), labels]
    least = np.finfo(np.float32).tiny
    return float(-np.log(np.clip(of_label, least, 1)).mean(dtype=np.float64))


class Confused(NamedTuple):
    """Samples of class `true` that were called `predicted`."""

    true: int
    predicted: int
    count: int
    share: float  # of all samples of class `true`


def most_confused(confusion, k: int = 5) -> list[Confused]:
    """The k pairs of classes confused most often, most first; pairs never confused are left out.

    >>> for pair in most_confused([[8, 2, 0], [0, 9, 1], [0, 0, 10]]):
    ...     print(pair)
    Confused(true=0, predicted=1, count=2, share=0.2)
    Confused(true=1, predicted=2, count=1, share=0.1)
    """
    confusion = check_square(confusion)
    wrong = confusion - np.diag(np.diag(confusion))
    pairs = np.argsort(-wrong, axis=None, kind="stable")[: max(k, 0)]
    support = confusion.sum(axis=1)
    return [
        Confused(int(i), int(j), int(wrong[i, j]), float(wrong[i, j] / support[i]))
        for i, j in zip(*np.unravel_index(pairs, wrong.shape), strict=True)
        if wrong[i, j] > 0
    ]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All that the Evaluate page tells about one network on one set of N samples."""

    labels: np.ndarray = field(repr=False)  # (N,) true classes
    probabilities: np.ndarray = field(repr=False)  # (N, C)
    predictions: np.ndarray = field(repr=False)  # (N,) the most probable class
    confidence: np.ndarray = field(repr=False)  # (N,) its probability
    confusion: np.ndarray = field(repr=False)  # (C, C), row = true
    per_class: PerClass = field(repr=False)
    accuracy: float
    interval: tuple[float, float]  # 95%, Wilson
    loss: float  # mean cross-entropy, no penalty in it
    macro_precision: float  # means over the classes that occur, each counting the same
    macro_recall: float
    macro_f1: float

    def mistakes(self) -> np.ndarray:
        """Indices of the samples read wrongly, surest first; equally sure ones in their order."""
        return surest_mistakes(self.labels, self.predictions, self.confidence)


def evaluate(probabilities, labels) -> Evaluation:
    """Measure probabilities (N, C) against labels (N,): see `Evaluation`.

    >>> result = evaluate([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]], [0, 1, 0])
    >>> round(result.accuracy, 3), result.mistakes().tolist()  # the third is the surer mistake
    (0.333, [2, 1])
    """
    probabilities, labels = check_samples(probabilities, labels)
    predictions = probabilities.argmax(axis=1)
    confusion = confusion_matrix(labels, predictions, probabilities.shape[1])
    per_class = precision_recall_f1(confusion)
    occurs = (confusion + confusion.T).any(axis=1)  # as a label or as an answer
    right = int(np.trace(confusion))
    return Evaluation(
        labels=labels,
        probabilities=probabilities,
        predictions=predictions,
        confidence=probabilities.max(axis=1),
        confusion=confusion,
        per_class=per_class,
        accuracy=right / len(labels),
        interval=wilson_interval(right, len(labels)),
        loss=log_loss(probabilities, labels),
        macro_precision=float(per_class.precision[occurs].mean()),
        macro_recall=float(per_class.recall[occurs].mean()),
        macro_f1=float(per_class.f1[occurs].mean()),
    )
