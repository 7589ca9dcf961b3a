"""Figures for the pages: each function takes numbers and returns a Plotly figure, as a dictionary.

The colors of text, grid and hover come from the page's theme, so that a figure works in light and
dark. Everything else takes its colors from `pages.ui.palette`.
"""

from pages.ui.charts.classes import (
    MOST_BARS,
    confusion_matrix,
    probability_bars,
    reliability_diagram,
)
from pages.ui.charts.curves import accuracy_curve, learning_rate_curve, loss_curve
from pages.ui.charts.description import describe
from pages.ui.charts.digit_map import Sheet, digit_map
from pages.ui.charts.field_axis import along_axis, field_axis
from pages.ui.charts.forecast import Forecast
from pages.ui.charts.frames import frame_curve
from pages.ui.charts.lanes import cost_frontier, difference_intervals, race_curves, repeat_bands
from pages.ui.charts.layout import SHARES, Axis, Figure
from pages.ui.charts.legend import line_sample
from pages.ui.charts.overlay import overlay_curves, style
from pages.ui.charts.parallel_axis import ParallelAxis, parallel_axis
from pages.ui.charts.pixels import class_counts, pixel_histogram
from pages.ui.charts.ridges import Ridge, ridges
from pages.ui.charts.settings import (
    MOST_LINES,
    parallel_coordinates,
    runs_scatter,
)
from pages.ui.charts.shares import Dots, share_dots
from pages.ui.charts.strengths import Band, strength_curves
from pages.ui.charts.sweeps import accuracy_map, accuracy_points

__all__ = [
    "MOST_BARS",
    "MOST_LINES",
    "SHARES",
    "Axis",
    "Band",
    "Dots",
    "Figure",
    "Forecast",
    "ParallelAxis",
    "Ridge",
    "Sheet",
    "accuracy_curve",
    "accuracy_map",
    "accuracy_points",
    "along_axis",
    "class_counts",
    "confusion_matrix",
    "cost_frontier",
    "describe",
    "difference_intervals",
    "digit_map",
    "field_axis",
    "frame_curve",
    "learning_rate_curve",
    "line_sample",
    "loss_curve",
    "overlay_curves",
    "parallel_axis",
    "parallel_coordinates",
    "pixel_histogram",
    "probability_bars",
    "race_curves",
    "reliability_diagram",
    "repeat_bands",
    "ridges",
    "runs_scatter",
    "share_dots",
    "strength_curves",
    "style",
]
