"""What a screen reader says about a chart: its numbers."""

import numpy as np
import pytest

from ann.events import Epoch, Step
from ann.history import History
from pages.ui import charts


def history(losses):
    found = History()
    for k, loss in enumerate(losses, start=1):
        found.add(Step(k, float(k), loss, 0.5, 0.0, 0.01))
        found.add(
            Epoch(k, k, 1.0, loss, 0.9, loss + 0.1, 0.8 + k / 100, loss, 0.9, 0.01, np.eye(2), [])
        )
    return found


def test_curves_say_from_where_to_where_and_the_best_between():
    text = charts.describe(charts.loss_curve(history([2.0, 0.5, 0.75])))
    assert "training: from 2 at 1 to 0.75 at 3, lowest 0.5 at 2" in text
    assert "validation: from 2.1 at 1 to 0.85 at 3, lowest 0.6 at 2" in text
    assert "each batch" not in text
    text = charts.describe(charts.accuracy_curve(history([2.0, 0.5, 0.75])))
    assert "validation: from 81.0% at 1 to 83.0% at 3" in text


def test_the_most_frequent_confusions_are_named():
    counts = np.diag([9, 9, 9]) + np.array([[0, 4, 0], [0, 0, 1], [0, 0, 0]])
    text = charts.describe(charts.confusion_matrix(counts, ["a", "b", "c"]))
    assert text.index("true a, predicted b, 4 images") < text.index("true b, predicted c, 1 image")
    assert "predicted a" not in text


def test_bars_are_read_from_the_largest_down():
    text = charts.describe(charts.probability_bars([0.1, 0.7, 0.2], ["x", "y", "z"]))
    assert text.index("y 70.0%") < text.index("z 20.0%") < text.index("x 10.0%")


def test_the_best_cell_of_a_map_comes_first():
    cells = [(0, 0, 0.7, "", "rate 0.1<br>70%"), (1, 0, 0.95, "", "rate 1<br>95%")]
    text = charts.describe(charts.accuracy_map(("X", ["1", "2"]), ("Y", ["3"]), cells))
    assert text.index("rate 1, 95%") < text.index("rate 0.1, 70%")


@pytest.mark.parametrize(
    "empty", [charts.loss_curve(History()), charts.accuracy_map(("X", ["1"]), ("Y", ["3"]), [])]
)
def test_a_chart_without_values_says_nothing(empty):
    assert charts.describe(empty) == ""


def test_a_description_is_short_and_plain():
    names = [f"<b>run &amp; {k}</b>" * 9 for k in range(100)]
    figure = charts.runs_scatter(names, names, list(range(100)), np.arange(100.0), "X", "Y")
    assert len(charts.describe(figure)) <= 700
    assert "100 points from 0 to 99" in charts.describe(figure)
    few = charts.runs_scatter(["<i>a</i>", "b"], ["x", "y"], [1, 2], [0.5, 0.75], "X", "Y")
    assert charts.describe(few) == "Y. <i>a</i>, x; b, y."
