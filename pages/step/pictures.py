"""Two charts of one weight: the loss along it, and the check of its gradient."""

import numpy as np

from ann.inside.gradient_check import Check, LossAlongWeight
from pages.ui import palette
from pages.ui.charts.layout import Figure, figure

HEIGHT = 340
LEAST_ERROR = 1e-17  # an error of 0 is drawn there: a logarithm has no place for it


def loss_along(curve: LossAlongWeight, at: int) -> Figure:
    """The loss over the weight with its tangent, and the point that the slider has chosen."""
    tangent = curve.loss + curve.slope * (curve.values - curve.weight)
    low, high = float(np.min(curve.losses)), float(np.max(curve.losses))
    room = (high - low) * 0.15 or abs(high) * 0.01 or 1.0
    line = dict(type="scatter", mode="lines", x=curve.values)
    points = [
        ("weight now", curve.weight, curve.loss, palette.MUTED, "circle"),
        ("weight moved", curve.values[at], curve.losses[at], palette.VALIDATION, "diamond"),
    ]
    return figure(
        [
            line | dict(name="loss", y=curve.losses, line=dict(color=palette.TRAINING, width=3)),
            line | dict(name="tangent", y=tangent, line=dict(color=palette.CHANGE, dash="dash")),
            *(
                dict(
                    type="scatter",
                    mode="markers",
                    name=name,
                    x=[x],
                    y=[y],
                    marker=dict(color=color, size=12, symbol=symbol),
                )
                for name, x, y, color, symbol in points
            ),
        ],
        x={"title": "Weight", "tickformat": "~g"},
        y={"title": "Loss of the batch", "range": [low - room, high + room], "tickformat": "~g"},
        height=HEIGHT,
    )


def errors(double: Check, single: Check) -> Figure:
    """The error of the check over the step size h, which becomes smaller to the right."""
    styles = [
        ("float64", double, palette.TRAINING, "solid", "circle"),
        ("float32", single, palette.VALIDATION, "dash", "diamond"),
    ]
    return figure(
        [
            dict(
                type="scatter",
                mode="lines+markers",
                name=name,
                x=check.step_sizes,
                y=np.maximum(check.errors, LEAST_ERROR),
                line=dict(color=color, dash=dash),
                marker=dict(symbol=symbol, size=7),
                hovertemplate="%{y:.1e}",
            )
            for name, check, color, dash, symbol in styles
        ],
        x={
            "title": "Step size h, smaller to the right",
            "type": "log",
            "autorange": "reversed",
            "tickformat": ".0e",
            "dtick": 2,
        },
        y={"title": "Relative error", "type": "log", "tickformat": ".0e", "dtick": 2},
        height=HEIGHT,
    )
