"""Figures for the pages: each function takes numbers and returns a Plotly figure (a
dictionary of traces and layout).

Text, grid and hover colors are left to the page's theme, so that a figure works in light and dark;
what means something is colored from `pages.ui.palette`.
"""

from pages.ui.charts.classes import confusion_matrix, probability_bars, reliability_diagram
from pages.ui.charts.curves import accuracy_curve, learning_rate_curve, loss_curve
from pages.ui.charts.pixels import class_counts, pixel_histogram

__all__ = [
    "accuracy_curve",
    "class_counts",
    "confusion_matrix",
    "learning_rate_curve",
    "loss_curve",
    "pixel_histogram",
    "probability_bars",
    "reliability_diagram",
]
