"""The loss axis: whatever happened in a training, the points that matter can be told apart."""

import numpy as np
import plotly.graph_objects as go
import pytest

from ann.events import Epoch, Step
from ann.history import History
from pages.ui import charts

FALLING = 2.4 * np.exp(-np.arange(200) / 40) + 0.05


def history(losses, per_epoch=20):
    made = History()
    for step, loss in enumerate(losses, start=1):
        made.add(Step(step, step / per_epoch, loss, 0.5, 0.0, 0.1))
        if step % per_epoch == 0:
            n, calm = step // per_epoch, min(loss, 3.0)
            made.add(Epoch(n, step, 1, calm, 0.5, calm, 0.5, calm, 0.5, 0.1, np.eye(2), []))
    return made


def with_spike(height, steps=3, losses=FALLING):
    spiked = losses.copy()
    spiked[60 : 60 + steps] = height
    return spiked


def figures(losses, log_y=False):
    """The three charts that draw a loss."""
    one = history(losses)
    yield charts.loss_curve(one, log_y=log_y)
    yield charts.race_curves([("a", one), ("b", history(FALLING))], "loss", log_y=log_y)
    lines = [("a", "", one), ("b", "", history(FALLING))]
    yield charts.overlay_curves(lines, "loss", part="batch", log_y=log_y)


def notes(figure):
    return " ".join(note["text"] for note in figure["layout"]["annotations"])


@pytest.mark.parametrize("height", [60.0, 3_000.0, 2e7, 1e38, 1e300])
@pytest.mark.parametrize("steps", [1, 20])
def test_a_spike_is_cut_off_and_its_height_is_said(height, steps):
    for figure in figures(with_spike(height, steps)):
        low, high = figure["layout"]["yaxis"]["range"]
        assert low == 0 and 2.4 <= high < 20, "the fall from the first step fills the chart"
        assert "spike to" in notes(figure) and "cut off" in notes(figure)
        assert go.Figure(figure).data
    assert "20 million" in notes(charts.loss_curve(history(with_spike(2e7))))


def test_the_note_says_when_the_spike_was_and_stays_inside_the_chart():
    (note,) = charts.loss_curve(history(with_spike(2e7)))["layout"]["annotations"]
    assert "at epoch 3.05" in note["text"]
    assert 0 <= note["x"] <= 1


@pytest.mark.parametrize(
    "losses",
    [
        FALLING,
        FALLING[:1],
        FALLING[:2],
        np.full(50, 2.3),
        np.zeros(50),
        np.linspace(2.3, 0.001, 60),
    ],
    ids=["falls", "one step", "two steps", "stands", "zero", "straight"],
)
def test_without_a_spike_nothing_is_cut_off(losses):
    for figure in figures(losses):
        assert "range" not in figure["layout"]["yaxis"] and not notes(figure)
        assert figure["layout"]["yaxis"].get("type") != "log"


def test_a_long_training_still_shows_its_first_steps():
    long = np.concatenate([[2.4, 1.8], np.full(2000, 0.001)])
    for figure in figures(long):
        assert "range" not in figure["layout"]["yaxis"] or figure["layout"]["yaxis"]["range"][1] > 2


@pytest.mark.parametrize(
    "losses",
    [np.geomspace(2.3, 1e30, 40), np.tile([0.5, 3_000.0, 90.0], 40), np.geomspace(1e7, 2, 80)],
    ids=["diverges", "jumps", "began far too high"],
)
def test_where_no_linear_axis_shows_the_curve_it_becomes_logarithmic_and_says_so(losses):
    for figure in (charts.loss_curve(history(losses)),):
        assert figure["layout"]["yaxis"]["type"] == "log"
        assert "Log scale, because" in notes(figure)


def test_the_log_scale_of_the_switch_shows_everything_without_a_note():
    for figure in figures(with_spike(2e7), log_y=True):
        assert figure["layout"]["yaxis"]["type"] == "log"
        assert "range" not in figure["layout"]["yaxis"] and not notes(figure)
