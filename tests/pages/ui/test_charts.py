"""Figures: what they show, not how."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ann.events import Epoch, Step
from ann.history import History
from data import DIGITS
from pages.ui import charts as plain
from pages.ui import digits, palette
from pages.ui.live import chart


class Charts:
    """The figures as Plotly reads them, which checks every property."""

    def __getattr__(self, name):
        return lambda *args, **options: go.Figure(getattr(plain, name)(*args, **options))


charts = Charts()


@pytest.fixture
def history():
    """Two epochs of ten steps, of which the first is better, and a change in between."""
    history = History()
    for step in range(1, 21):
        history.add(Step(step, step / 10, 2.0 / step, step / 20, 0.0, 0.1))
        if step % 10 == 0:
            epoch = step // 10
            loss, confusion = 0.25 * (1 + epoch), np.diag([5, 5]) + np.array([[0, 2], [0, 0]])
            history.add(Epoch(epoch, step, 1.0, 0.3, 0.9, loss, 0.8, 0.5, 0.7, 0.1, confusion, [1]))
    history.add_change(12, 1.2, "learning_rate", 0.1, 0.05)
    return history


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_the_loss_curve_shows_batches_both_sets_the_best_epoch_and_the_change(history):
    figure = charts.loss_curve(history)
    assert len(named(figure, "each batch").x) == 20
    assert list(named(figure, "validation").y) == [0.5, 0.75]
    assert list(named(figure, "lowest loss").x) == [1]
    assert [shape.x0 for shape in figure.layout.shapes] == [1.2]
    assert "learning rate 0.1 → 0.05" in figure.layout.annotations[0].text


def test_a_slider_that_passes_several_stops_makes_one_mark(history):
    for epoch, old, new in ((1.21, 0.05, 0.02), (1.22, 0.02, 0.01), (1.6, 0.01, 0.1)):
        history.add_change(round(10 * epoch), epoch, "learning_rate", old, new)
    figure = charts.loss_curve(history)
    assert [shape.x0 for shape in figure.layout.shapes] == [1.22, 1.6]
    assert "0.1 → 0.01" in figure.layout.annotations[0].text


def test_the_label_of_a_change_is_away_from_the_curves(history):
    loss, accuracy = charts.loss_curve(history), charts.accuracy_curve(history)
    assert loss.layout.annotations[0].y == 1, "a loss falls"
    assert accuracy.layout.annotations[0].y == 0


@pytest.mark.parametrize("log_y", [False, True])
def test_a_training_that_has_only_begun_can_be_drawn(log_y):
    empty, begun = History(), History()
    begun.add(Step(1, 0.1, 2.3, 0.1, 0.0, 0.1))
    for history in (empty, begun):
        assert charts.loss_curve(history, log_y=log_y).data
        assert charts.accuracy_curve(history).data
        assert charts.learning_rate_curve(history).data


def test_without_a_validation_set_there_is_no_validation_curve(history):
    nan = float("nan")
    lone = History()
    lone.add(Step(1, 1.0, 2.0, 0.5, 0.0, 0.1))
    lone.add(Epoch(1, 1, 1.0, 0.3, 0.9, nan, nan, 0.5, 0.7, 0.1, np.zeros((2, 2), int), []))
    figure = charts.accuracy_curve(lone)
    assert "validation" not in {trace.name for trace in figure.data}
    assert len(named(figure, "lowest loss").x) == 0


def test_a_confusion_matrix_counts_mistakes_and_frames_the_chosen_cell():
    confusion = np.array([[50, 3, 0], [0, 40, 1], [0, 0, 0]])
    figure = charts.confusion_matrix(confusion, ["a", "b", "c"], chosen=(0, 1))
    (cells,), (frame,) = figure.data, figure.layout.shapes
    assert cells.z[0][1] == 1 and cells.z[2][2] == 0, (
        "the most frequent mistake has the strongest color"
    )
    assert cells.z[0][0] < 0, "correct answers have another color"
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (0.5, 1.5, -0.5, 0.5)
    assert sorted(a.text for a in figure.layout.annotations) == ["1", "3", "40", "50"]


def test_a_single_digit_is_in_the_singular():
    counts = np.eye(10, dtype=int) * 1200
    counts[0, 1] = 1
    told = charts.confusion_matrix(counts, DIGITS).data[0].text[0][:2]
    assert [line.split("<br>")[1] for line in told] == ["1,200 digits", "1 digit"]
    bins = charts.reliability_diagram([0.1, 0.9], [0.2, 1.0], [1, 50], DIGITS)
    assert list(named(bins, "this network").text) == ["1 digit", "50 digits"]


def test_a_perfect_confusion_matrix_can_be_drawn():
    assert charts.confusion_matrix(np.eye(10, dtype=int), range(10)).data


def test_text_in_charts_takes_its_color_from_the_theme_in_the_browser():
    """A color chosen on the server is unreadable after a change between light and dark."""
    matrix = plain.confusion_matrix(np.eye(3, dtype=int), "abc")
    axes = plain.parallel_coordinates("ab", [plain.parallel_axis("L2", [0.0, 1.0])], [1, 2], "Loss")
    texts = matrix["layout"]["annotations"] + axes["layout"]["annotations"]
    assert len(texts) > 5 and not any("color" in text["font"] for text in texts)


def test_the_true_class_has_its_own_color_among_the_probabilities():
    figure = charts.probability_bars([0.1, 0.7, 0.2], ["a", "b", "c"], true=2)
    colors = figure.data[0].marker.color
    assert len({colors[0], colors[1], colors[2]}) == 3


def test_of_many_classes_the_most_probable_and_the_true_one_have_a_bar():
    many = np.linspace(0, 1, 300)
    figure = charts.probability_bars(many, range(300), true=7)
    (bars,) = figure.data
    assert list(bars.y) == ["7", *map(str, range(300 - plain.MOST_BARS, 300))]
    assert bars.marker.color[0] == palette.RIGHT
    assert bars.marker.color[-1] == palette.MISTAKE


def test_empty_bins_of_a_reliability_diagram_are_left_out():
    figure = charts.reliability_diagram([0.1, 0, 0.9], [0.2, 0, 1.0], [5, 0, 50], DIGITS)
    assert len(named(figure, "this network").x) == 2


def test_curves_are_sent_as_typed_arrays_and_stay_small(history):
    text, _, height = chart.write(plain.loss_curve(history))
    assert len(text) < 20_000 and height == 320
    assert "bdata" in json.loads(text)["data"][0]["x"]


def test_plotly_reads_a_written_figure_unchanged(history):
    for make in (plain.loss_curve, plain.accuracy_curve, plain.learning_rate_curve):
        text = chart.write(make(history)).figure
        made, read = go.Figure(make(history)), go.Figure(json.loads(text))
        assert read.to_dict() == made.to_dict()
    matrix = plain.confusion_matrix(history.confusion, "ab")
    cells = json.loads(chart.write(matrix).figure)["data"][0]
    assert cells["z"]["shape"] == "2, 2" and cells["customdata"]["shape"] == "2, 2"


def test_captions_of_digits_are_plain_text():
    page = digits.strip(np.zeros((1, 784), np.uint8), ["<b>3</b>\nas 5"], titles=['"><script>'])
    assert "<b>" not in page and "<script>" not in page
    assert "&lt;b&gt;3&lt;/b&gt;<br>as 5" in page


def test_plotly_accepts_every_property_of_the_figures(history):
    figures = [
        charts.loss_curve(history),
        charts.loss_curve(history, log_y=True),
        charts.accuracy_curve(history),
        charts.learning_rate_curve(history),
        charts.confusion_matrix(history.confusion, "ab", chosen=(0, 1)),
        charts.probability_bars([0.2, 0.8], "ab", true=0),
        charts.class_counts({"training": [1, 2]}, "ab"),
        charts.pixel_histogram(np.arange(4), np.ones(3)),
        charts.reliability_diagram([0.2, 0.8], [0.1, 0.9], [3, 5], DIGITS),
        charts.frame_curve(["0", "1"], [0.1, 0.9], 1, "Accuracy", share=True),
        charts.frame_curve(["0", "1", "2"], [2.3, np.nan, 1e30], 1, "Loss"),
    ]
    for figure in figures:
        assert figure.data


def test_ridges_stand_above_each_other_and_are_as_high_as_their_room():
    counts = np.array([0, 4, 8])
    rows = [plain.Ridge("first", counts, counts[::-1]), plain.Ridge("second", 0 * counts)]
    figure = charts.ridges(np.arange(4.0), rows, title="Weight")
    first, before, second = figure.data
    assert max(first.y) == max(before.y) == pytest.approx(1.85) and min(first.y) == 1
    assert set(second.y) == {0}
    assert list(figure.layout.yaxis.ticktext) == ["second", "first"]


def test_each_frame_has_the_same_room_and_the_marker_is_on_one_of_them():
    labels = [str(2**k) for k in range(30)]
    figure = charts.frame_curve(labels, np.linspace(0.1, 0.9, 30), 4, "Accuracy", share=True)
    line, now = figure.data
    assert list(line.x) == labels and list(now.x) == ["16"] and now.y == line.y[4]
    assert figure.layout.shapes[0].x0 == 4
    assert len(figure.layout.xaxis.tickvals) <= 8
    text = plain.describe(plain.frame_curve(labels, line.y, 4, "Accuracy", share=True))
    assert "from 10.0% at 1 to 90.0%" in text and "now at 16" in text


def test_shares_over_a_strength_have_bands_and_a_legend_if_there_are_several():
    x, y = [0, 1, 2], np.array([0.9, 0.5, np.nan])
    band = plain.Band("planned", y, y - 0.1, y + 0.1)
    figure = charts.strength_curves(x, [band, plain.Band("share", [1, 0.5, 0])], across="ε")
    assert len(figure.data) == 3 and figure.layout.showlegend
    assert list(figure.data[0].x) == [0, 1, 1, 0], "no band where nothing is known"
    assert named(figure, "share").line.dash != named(figure, "planned").line.dash
    alone = charts.strength_curves(x, [band], across="ε")
    assert not alone.layout.showlegend
    assert "planned: from 90.0% at 0 to 50.0% at 1" in plain.describe(
        plain.strength_curves([0.0, 1.0, 2.0], [band], across="ε")
    )


def test_a_map_writes_each_digits_class_at_its_place_and_names_its_picture():
    places, labels = np.arange(8.0).reshape(4, 2), np.array([3, 5, 3, -1])
    texts = ["a", "b", "c", "mine"]
    options = {"wrong": labels == 5, "chosen": 0, "drawing": 3, "sheet": plain.Sheet("--v", 25, 1)}
    figure = charts.digit_map(places, labels, texts, DIGITS, **options)
    threes = named(figure, "3")
    assert list(threes.text) == ["3", "3"] and list(threes.customdata) == [0, 2]
    assert list(threes.x) == [0, 4] and list(threes.hovertext) == ["a", "c"]
    assert list(named(figure, "classified wrong").x) == [2]
    assert list(named(figure, "chosen").y) == [1]
    assert list(named(figure, "your drawing").customdata) == [3]
    bare = plain.digit_map(places, labels, texts, DIGITS, **options, description="In words.")
    assert plain.describe(bare) == "In words."
    assert figure.layout.meta["sheet"] == {"variable": "--v", "columns": 25, "rows": 1}


def test_long_class_names_are_numbers_on_the_map_and_stand_in_the_legend():
    fashion = ("T-shirt/top", "Trouser")
    figure = charts.digit_map(
        np.zeros((2, 2)), np.array([0, 1]), ["", ""], fashion, wrong=np.zeros(2, bool)
    )
    assert list(named(figure, "1 Trouser").text) == ["1"]
    assert named(figure, "0 T-shirt/top").showlegend
