"""Accuracy against the strength of a change. Workers import this, so nothing here draws."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ann.evaluation.metrics import wilson_interval
from ann.inside import passes, robustness
from ann.run import Run
from data.writing.distortions import DISTORTIONS, Distortion

MOST_DIGITS = 1_000
WORK = 2e10  # multiply-adds for one curve: at most a second of a worker
EPSILONS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2)  # shares of the gray levels' range


class Curve(NamedTuple):
    """An accuracy for each strength, with its 95% confidence interval; arrays (S,)."""

    strengths: tuple[float, ...]
    accuracy: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: int  # digits


class Attack(NamedTuple):
    """Accuracy under changes of the same size: planned against the network, and random."""

    planned: Curve
    random: Curve


def affordable(run: Run, passed: int) -> int:
    """How many digits to measure with, if each is passed through the network `passed` times."""
    return min(MOST_DIGITS, passes.affordable(run, WORK / passed))


def of_distortion(run: Run, images: np.ndarray, labels: np.ndarray, name: str) -> Curve:
    """Accuracy against the strength of a distortion, on the first of these digits.

    With several versions of a digit for a strength, it counts as the share of those that are
    classified correctly. The interval is then wider than need be: that of as many independent
    digits, as if a digit's versions were all alike.
    """
    distortion = DISTORTIONS[name]
    n = min(len(labels), affordable(run, _versions(distortion)))
    images, labels = np.asarray(images[:n]), labels[:n]
    shares = [
        np.mean(
            [
                robustness.classified_correctly(run, version, labels).mean()
                for version in distortion.versions(images, strength)
            ]
        )
        for strength in distortion.strengths
    ]
    return _curve(distortion.strengths, shares, n)


def of_attack(run: Run, images: np.ndarray, labels: np.ndarray) -> Attack:
    """Accuracy against ε, the change of each pixel, on the first of these digits."""
    n = min(len(labels), affordable(run, 2 * len(EPSILONS) + 3))
    images, labels = np.asarray(images[:n]), labels[:n]
    both = (
        robustness.attack_directions(run, images, labels),
        robustness.random_directions(images.shape),
    )
    return Attack(*(_under(run, images, labels, directions) for directions in both))


def _under(run: Run, images: np.ndarray, labels: np.ndarray, directions: np.ndarray) -> Curve:
    shares = [
        robustness.classified_correctly(
            run, robustness.changed(images, directions, epsilon), labels
        ).mean()
        for epsilon in EPSILONS
    ]
    return _curve(EPSILONS, shares, len(labels))


def _curve(strengths: tuple[float, ...], shares: Sequence[float], n: int) -> Curve:
    ends = np.array([wilson_interval(round(share * n), n) for share in shares])
    accuracy = np.array(shares)
    low, high = np.minimum(ends[:, 0], accuracy), np.maximum(ends[:, 1], accuracy)
    return Curve(strengths, accuracy, low, high, n)


def _versions(distortion: Distortion) -> int:
    """How many versions of a digit all strengths have together."""
    one = np.zeros((1, 1), np.uint8)
    return sum(len(distortion.versions(one, strength)) for strength in distortion.strengths)
