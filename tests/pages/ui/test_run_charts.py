"""Figures of many runs: overlaid curves, and settings against results."""

import numpy as np
import plotly.graph_objects as go
import pytest

from ann.events import Epoch, Step
from ann.history import History
from pages.ui import charts
from pages.ui.charts.overlay import points, seconds

NAN = float("nan")


def history(epochs=2, validated=True, rest=0):
    """Ten steps per epoch, which takes 2 s; the loss is 1 / step."""
    made, last = History(), 10 * epochs + rest
    for step in range(1, last + 1):
        made.add(Step(step, step / 10, 1 / step, 0.5, 0.0, 0.1))
        if step % 10 == 0:
            numbers = (0.5, 0.8) if validated else (NAN, NAN)
            made.add(Epoch(step // 10, step, 2.0, 0.4, 0.9, *numbers, 0.5, 0.7, 0.1, np.eye(2), []))
    return made


@pytest.mark.parametrize("what", ["loss", "accuracy"])
@pytest.mark.parametrize("part", ["validation", "train", "batch"])
@pytest.mark.parametrize("x", ["epoch", "step", "seconds"])
def test_plotly_accepts_every_overlay(what, part, x):
    runs = [("a <b>", "dropout 0.5", history()), ("b", "", History()), ("c", "", history(1))]
    for log in (False, True):
        options = {"x": x, "part": part, "smooth": 0.6, "log_x": log, "log_y": log}
        figure = go.Figure(charts.overlay_curves(runs, what, **options))
        assert len(figure.data) == 3
        assert len(figure.data[0].x) and not len(figure.data[1].x)
        assert "<b>a &lt;b&gt;</b>" in figure.data[0].hovertemplate


def test_on_a_logarithmic_axis_accuracy_is_drawn_as_its_error():
    figure = charts.overlay_curves([("a", "", history())], "accuracy", log_y=True)
    axis, (trace,) = figure["layout"]["yaxis"], figure["data"]
    assert axis["type"] == "log" and axis["title"]["text"] == "Error (1 − accuracy), log"
    assert trace["y"].tolist() == pytest.approx([0.2, 0.2])
    assert "error %{y:.2%}" in trace["hovertemplate"]
    perfect = History()
    perfect.add(Step(1, 0.1, 0.0, 1.0, 0.0, 0.1))
    for what in ("loss", "accuracy"):
        figure = charts.overlay_curves([("a", "", perfect)], what, part="batch", log_y=True)
        assert 0 < figure["data"][0]["y"].min() <= 1e-4


def test_a_single_epoch_does_not_stretch_the_accuracy_axis_beyond_0_and_1():
    one = np.array([0.9])
    for figure in (
        charts.overlay_curves([("a", "", history(1))], "accuracy"),
        charts.cost_frontier([("a", np.array([1e9]), one)], [one > 0], "Multiply-adds"),
        charts.accuracy_points({"title": "X"}, [(1, 0.9, 0.9, 0.9, "note")]),
    ):
        axis = go.Figure(figure).layout.yaxis
        assert axis.autorangeoptions.clipmin == 0 and 1 < axis.autorangeoptions.clipmax < 1.05


def test_a_run_without_validation_digits_has_no_validation_curve():
    assert not len(points(history(validated=False), "loss", "epoch", "validation")[0])
    assert len(points(history(validated=False), "loss", "epoch", "train")[0])


def test_seconds_come_from_the_epochs_and_continue_evenly_after_the_last():
    assert seconds(history(2, rest=5), np.array([0, 5, 10, 20, 25])).tolist() == [0, 1, 2, 4, 5]
    xs, _ = points(history(0, rest=5), "loss", "seconds", "batch")
    assert len(xs) == 5, "without a whole epoch the time is unknown, but nothing breaks"


def test_twenty_runs_look_different():
    assert len({charts.style(k) for k in range(20)}) == 20


def test_few_points_have_markers_and_many_do_not():
    few = charts.overlay_curves([("a", "", history(9))], "loss")["data"]
    many = charts.overlay_curves([(str(k), "", history(9)) for k in range(20)], "loss")["data"]
    assert few[0]["mode"] == "lines+markers" and many[0]["mode"] == "lines"
    one = charts.overlay_curves([(str(k), "", history(9 * (k > 0) + 1)) for k in range(20)], "loss")
    assert one["data"][0]["mode"] == "lines+markers", "a line of one point would be invisible"


def test_the_hover_says_in_short_lines_how_a_run_differs():
    apart = ", ".join(f"setting number {k}" for k in range(6))
    (trace,) = charts.overlay_curves([("name", apart, history())], "loss")["data"]
    lines = trace["hovertemplate"].split("<br>")
    assert max(map(len, lines)) < 60 and "setting number 5" in trace["hovertemplate"]


def test_parallel_coordinates_hold_every_run_with_gaps_between():
    axes = [
        charts.parallel_axis("Dropout", [0.0, 0.5, 0.5]),
        charts.parallel_axis("L2", [0.0, 1e-4, 1e-2], log=True),
        charts.parallel_axis("Optimizer", ["adam", "sgd", "adam"]),
    ]
    names, values = ["a", "b", "c"], [0.9, 0.9, 0.95]
    figure = go.Figure(charts.parallel_coordinates(names, axes, values, "Accuracy"))
    low, high = figure.data
    assert len(low.x) == 8 and np.isnan(low.x[[3, 7]]).all()
    assert high.x[:3].tolist() == [1.0, 1.0, 0.0]
    assert low.line.color != high.line.color
    assert {"<b>Dropout</b>", "adam", "0.5"} <= {mark.text for mark in figure.layout.annotations}


def test_every_axis_has_a_row_of_its_own_even_if_there_are_many():
    axes = [charts.parallel_axis(f"Setting {k}", [0.0, 1.0]) for k in range(13)]
    figure = charts.parallel_coordinates(["a", "b"], axes, [0.8, 0.9], "Accuracy")
    assert figure["layout"]["height"] / 13 > 55, "pixels: a name above the axis, values below it"
    titles = [mark for mark in figure["layout"]["annotations"] if "<b>" in mark["text"]]
    assert [mark["y"] for mark in titles] == list(range(13))


def test_values_too_close_on_an_axis_share_a_text_and_the_ends_have_their_own():
    _, positions, ticks = charts.parallel_axis("Accuracy", [90.0, 90.2, 95.0, 99.9, 100.0])
    assert [text for _, text in ticks] == ["90", "95", "100"]
    assert len(positions) == 5


def test_one_failed_run_does_not_make_all_others_look_the_same():
    axes, values = [charts.parallel_axis("Dropout", [0.0, 0.1, 0.2, 0.5])], [0.1, 0.97, 0.98, 0.99]
    traces = charts.parallel_coordinates(list("abcd"), axes, values, "Accuracy")["data"]
    assert len({trace["line"]["color"] for trace in traces}) == 4


def test_zero_and_a_single_value_are_at_the_ends_of_a_logarithmic_axis():
    _, positions, ticks = charts.parallel_axis("L2", [0.0, 1e-4, 1e-4], log=True)
    assert positions.tolist() == [0, 1, 1] and ticks == [(0.0, "0"), (1.0, "0.0001")]
    assert charts.parallel_axis("L2", [1e-4, 1e-4], log=True)[1].tolist() == [0, 0]


def test_equal_values_and_one_run_can_be_drawn():
    axes = [charts.parallel_axis("Dropout", [0.5]), charts.parallel_axis("L2", [0.0], log=True)]
    assert go.Figure(charts.parallel_coordinates(["a"], axes, [0.9], "Accuracy")).data
    points = charts.runs_scatter(["a"], [""], [0.5], [0.9], "Dropout", "Accuracy", {0})
    assert go.Figure(points).data


def test_large_values_are_written_out_on_an_axis():
    _, _, ticks = charts.parallel_axis("Batch size", [64, 70_000], log=True)
    assert [text for _, text in ticks] == ["64", "70000"]
