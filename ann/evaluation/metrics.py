"""How good is a network? Accuracy and what it hides, from probabilities and labels.

Accuracy alone does not say which digits are confused with which. Everything here is computed from
two arrays: the network's probabilities (N, C) and the true labels (N,). The formulas are those of
scikit-learn's user guide, "Metrics and scoring".

Where a denominator is zero (the precision of a class that was never predicted, the recall of a
class without samples) the result is 0, as with scikit-learn's `zero_division=0`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ann.evaluation.checks import check_pair, check_samples, check_square, share
from ann.measure import count_pairs, most_confident_mistakes
from ann.state import check_classes


def wilson_interval(k: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """A confidence interval for an accuracy of k out of n (Wilson 1927).

    On another n digits the accuracy would be a little different. The default z = 1.96 gives a 95%
    interval: 95 of 100 such intervals contain the true accuracy. With p = k/n, it is

        (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    Unlike p ± z standard errors, it stays inside [0, 1] and does not shrink to a point at 0% or
    100%. Ten digits, all of them correct, prove little; ten thousand say more:

    >>> [round(end, 3) for end in wilson_interval(10, 10)]
    [0.722, 1.0]
    >>> [round(end, 3) for end in wilson_interval(9800, 10_000)]
    [0.977, 0.983]
    """
    if n < 1:
        raise ValueError(f"n: got {n}, allowed are whole numbers from 1")
    if not 0 <= k <= n:
        raise ValueError(f"k: got {k}, allowed is 0 to n = {n}")
    p = k / n
    middle = p + z**2 / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    return float(max(low, 0.0)), float(min(high, 1.0))


def confusion_matrix(
    labels: npt.ArrayLike, predictions: npt.ArrayLike, n_classes: int
) -> np.ndarray:
    """Counts (C, C): row = true class, column = predicted class; the diagonal is correct.

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

    precision: np.ndarray  # of the samples predicted as this class, the share that belong to it
    recall: np.ndarray  # of the samples of this class, the share that was found
    f1: np.ndarray  # the harmonic mean of both: high only if both are
    support: np.ndarray  # samples of this class


def precision_recall_f1(confusion: npt.ArrayLike) -> PerClass:
    """Each class's precision, recall and F1, from a confusion matrix (C, C).

    Of two 0s and two 1s, a network that predicts 0 every time finds all 0s (recall 1), and half of
    its 0s are right (precision 0.5). It never predicts 1, so the precision of class 1 counts as 0.

    >>> scores = precision_recall_f1([[2, 0], [2, 0]])
    >>> scores.precision.tolist(), scores.recall.tolist()
    ([0.5, 0.0], [1.0, 0.0])
    >>> scores.support.tolist()
    [2, 2]
    """
    confusion = check_square(confusion)
    correct, predicted, true = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    return PerClass(
        precision=share(correct, predicted),
        recall=share(correct, true),
        f1=share(2 * correct, predicted + true),  # 2 p r / (p + r), in counts
        support=true,
    )


def log_loss(probabilities: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Mean cross-entropy, -log of the probability given to the true class, in nats.

    0 for a network that is certain and right, log C for one that gives all classes the same
    probability. Probabilities are clipped to the smallest normal float32, 1.2e-38, so that a digit
    that the network called impossible costs 87, not infinity.

    >>> round(log_loss([[0.5, 0.5], [0.25, 0.75]], [0, 1]), 3)  # (log 2 + log 4/3) / 2
    0.49
    """
    probabilities, labels = check_samples(probabilities, labels)
    of_label = probabilities[np.arange(len(labels)), labels]
    least = np.finfo(np.float32).tiny
    return float(-np.log(np.clip(of_label, least, 1)).mean(dtype=np.float64))


@dataclass(frozen=True)
class Confused:
    """Samples of class `true` that were classified as `predicted`."""

    true: int
    predicted: int
    count: int
    share: float  # of all samples of class `true`


def most_confused(confusion: npt.ArrayLike, k: int = 5) -> list[Confused]:
    """Up to k pairs of classes that were confused, the most frequent first.

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
    """All scores of one network on one set of N samples."""

    labels: np.ndarray = field(repr=False)  # (N,) true classes
    probabilities: np.ndarray = field(repr=False)  # (N, C)
    predictions: np.ndarray = field(repr=False)  # (N,) the most probable class
    confidence: np.ndarray = field(repr=False)  # (N,) its probability
    confusion: np.ndarray = field(repr=False)  # (C, C), row = true
    per_class: PerClass = field(repr=False)
    accuracy: float
    interval: tuple[float, float]  # 95%, Wilson
    loss: float  # mean cross-entropy, without penalties
    macro_precision: float  # unweighted means over the classes that occur
    macro_recall: float
    macro_f1: float

    def mistakes(self) -> np.ndarray:
        """Indices of the misclassified samples, most confident first; ties keep their order."""
        return most_confident_mistakes(self.labels, self.predictions, self.confidence)


def evaluate(probabilities: npt.ArrayLike, labels: npt.ArrayLike) -> Evaluation:
    """Compare probabilities (N, C) with labels (N,).

    >>> result = evaluate([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]], [0, 1, 0])
    >>> round(result.accuracy, 3), result.mistakes().tolist()  # the third is more confident
    (0.333, [2, 1])
    """
    probabilities, labels = check_samples(probabilities, labels)
    predictions = probabilities.argmax(axis=1)
    confusion = confusion_matrix(labels, predictions, probabilities.shape[1])
    per_class = precision_recall_f1(confusion)
    occurs = (confusion + confusion.T).any(axis=1)  # as a label or as a prediction
    correct = int(np.trace(confusion))
    return Evaluation(
        labels=labels,
        probabilities=probabilities,
        predictions=predictions,
        confidence=probabilities.max(axis=1),
        confusion=confusion,
        per_class=per_class,
        accuracy=correct / len(labels),
        interval=wilson_interval(correct, len(labels)),
        loss=log_loss(probabilities, labels),
        macro_precision=float(per_class.precision[occurs].mean()),
        macro_recall=float(per_class.recall[occurs].mean()),
        macro_f1=float(per_class.f1[occurs].mean()),
    )
