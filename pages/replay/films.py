"""The charts of a replay: a figure for each frame, all sent to the browser at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ann.inside.frames import Frame
from pages.ui import charts
from pages.ui.live import chart
from pages.ui.live.chart import Film

ACCURACY = "In each frame. Most happens in the first steps, so they get the most room."
LOSS = "The loss in each frame."
CONFUSION = "True class by row, predicted class by column. Red: confusions."
BARS = "The probability of each class."


class Curves(NamedTuple):
    """What does not depend on a digit."""

    accuracy: Film
    loss: Film
    confusion: Film


def curves(frames: Sequence[Frame], labels: Sequence[str], names: Sequence[str]) -> Curves:
    """Accuracy and loss with a marker, and the confusion matrix."""
    places, matrix = range(len(frames)), charts.confusion_matrix
    accuracies, losses = [f.accuracy for f in frames], [f.loss for f in frames]
    return Curves(
        chart.write_film(
            [charts.frame_curve(labels, accuracies, k, "Accuracy", share=True) for k in places],
            ACCURACY,
        ),
        chart.write_film([charts.frame_curve(labels, losses, k, "Loss") for k in places], LOSS),
        chart.write_film([matrix(f.confusion, names, height=330) for f in frames], CONFUSION),
    )


def bars(probabilities: np.ndarray, names: Sequence[str], label: int | None) -> Film:
    """A digit's probabilities (frames, C); of a network that diverged, they are not numbers."""
    known = np.nan_to_num(probabilities)
    return chart.write_film(
        [charts.probability_bars(p, names, true=label, height=330) for p in known], BARS
    )
