"""Figures that compare lanes: lanes look different, and points worth their cost stand out."""

import numpy as np
import plotly.graph_objects as go
import pytest

from ann.evaluation.significance import Verdict
from ann.events import Epoch, Step
from ann.history import History
from pages.ui import charts, palette

NAMES = ["learning rate 0.001", "learning rate 0.01"]


def history(accuracies):
    made = History()
    for epoch, accuracy in enumerate(accuracies, start=1):
        for part in (0.5, 1.0):
            made.add(Step(2 * epoch, epoch - 1 + part, 1.0, 0.5, 0.0, 0.1))
        counts = np.zeros((2, 2), int)
        made.add(Epoch(epoch, epoch, 1, 0.5, 0.9, 0.5, accuracy, 0.6, 0.8, 0.1, counts, []))
    return made


@pytest.fixture
def lanes():
    return list(zip(NAMES, [history([0.7, 0.8]), history([0.6, 0.9, 0.85])], strict=True))


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize("what", ["accuracy", "loss"])
@pytest.mark.parametrize("log_y", [False, True])
def test_every_lane_has_its_curve_in_a_color_a_dash_and_a_symbol_of_its_own(lanes, what, log_y):
    figure = go.Figure(charts.race_curves(lanes, what, log_y=log_y))
    lines = [named(figure, name) for name in NAMES]
    assert list(lines[1].x) == [1, 2, 3]
    for look in (
        lambda t: t.line.color,
        lambda t: t.line.dash,
        lambda t: t.marker.symbol,
    ):
        assert len({look(line) for line in lines}) == 2
    assert [t.name for t in figure.data if t.showlegend is not False] == NAMES
    assert figure.layout.xaxis.range[1] >= 3


def test_a_race_that_has_just_started_can_be_drawn():
    empty = [(name, History()) for name in NAMES]
    assert go.Figure(charts.race_curves(empty, "accuracy")).data
    assert go.Figure(charts.repeat_bands([(n, np.empty((5, 0))) for n in NAMES])) is not None


def test_a_band_goes_from_the_worst_seed_to_the_best_around_their_mean():
    nan = np.nan
    table = np.array([[0.6, 0.8, nan], [0.7, 0.9, nan], [0.8, nan, nan]])
    figure = go.Figure(charts.repeat_bands([(NAMES[0], table)]))
    band, mean = figure.data
    assert band.y == pytest.approx([0.6, 0.8, 0.9, 0.8]), "there and back"
    assert mean.y == pytest.approx([0.7, 0.85]) and mean.name == NAMES[0]


def test_an_interval_that_touches_0_has_no_color():
    chance, real = Verdict(0.01, -0.01, 0.03, True, 5), Verdict(-0.02, -0.03, -0.01, True, 5)
    figure = go.Figure(charts.difference_intervals([("b", 1, chance), ("c", 2, real)], ("a", 0)))
    base, first, second = figure.data
    assert base.x[0] == 0 and base.marker.color == palette.LANES[0][0]
    assert first.x[0] == pytest.approx(1) and first.error_x.array[0] == pytest.approx(2)
    assert first.marker.color == palette.MUTED
    assert second.marker.color == palette.LANES[2][0]


def test_the_frontier_joins_the_points_that_no_cheaper_one_beats():
    costs, scores = np.array([1.0, 2.0]), np.array([0.7, 0.8])
    worth = [np.array([True, False]), np.array([False, True])]
    lanes = [("a", costs, scores), ("b", costs, scores + 0.05)]
    figure = go.Figure(charts.cost_frontier(lanes, worth, "Multiply-adds"))
    assert list(named(figure, "frontier").x) == [1, 2]
    assert named(figure, "frontier").y == pytest.approx([0.7, 0.85])
    beaten, unbeaten = (trace for trace in figure.data if trace.name == "a")
    assert unbeaten.y == pytest.approx([0.7, np.nan], nan_ok=True)
    assert beaten.y == pytest.approx([np.nan, 0.8], nan_ok=True)
    assert beaten.marker.size < unbeaten.marker.size


def test_a_lane_looks_the_same_in_the_chart_of_all_lanes_and_in_its_own():
    history = History()
    lane = palette.LANES[1]
    (together,) = (
        trace
        for trace in charts.race_curves([("a", history), ("b", history)], "accuracy")["data"]
        if trace["name"] == "b"
    )
    own = charts.accuracy_curve(history, lane=lane)["data"]
    (validation,) = (trace for trace in own if trace["name"] == "validation")
    for part in ("color", "dash"):
        assert validation["line"][part] == together["line"][part]
    assert validation["marker"]["symbol"] == together["marker"]["symbol"]
    (training,) = (trace for trace in own if trace["name"] == "training")
    assert training["line"]["color"] == palette.MUTED


def test_what_belongs_to_a_lane_is_hidden_with_it_and_stays_so_by_a_uid_that_css_can_hold(lanes):
    figures = [charts.race_curves(lanes, "loss"), charts.race_curves(lanes[::-1], "loss")]
    first, second = ({t["name"]: t for t in figure["data"]} for figure in figures)
    for name in NAMES:
        assert first[name]["legendgroup"] == first[f"{name}, each batch"]["legendgroup"]
        assert first[name]["uid"] == second[name]["uid"], "whatever its place"
    strange = [("<b>.#[ ]</b>", lanes[0][1]), ("<b>.#[ ]</b>", lanes[1][1])]
    uids = [trace["uid"] for trace in charts.race_curves(strange, "loss")["data"]]
    assert len(set(uids)) == 4 and all(uid.isalnum() for uid in uids)
