"""The figures of the board: Plotly checks every property, and numbers were computed by hand."""

import numpy as np
import plotly.graph_objects as go
import pytest

from ann.classroom.board import Drop, dots, spreads
from ann.classroom.forecasts import Forecasts
from ann.lessons.lesson import Fact, Question
from pages.board import dots as dots_view
from pages.board import forecast_charts, forecasts, tested
from pages.ui import looks
from tests.ann.classroom.made import members, run, snapshot

SKETCH = Question("sketch", measure="validation_accuracy", at=(1, 3, 10), within=5)
NUMBER = Question("number", measure="train_accuracy", low=0, high=100, within=5)


def points(*posts, n=3):
    found = dots(snapshot(posts, n=n))
    return go.Figure(dots_view.points(found, next(iter(spreads(found)), None)))


def test_the_band_reaches_from_the_worst_to_the_best_of_the_same_settings():
    figure = points(
        (1, run(1, 0.91, seed=1)), (2, run(1, 0.93, seed=2)), (3, run(1, 0.95, epochs=9))
    )
    (band,) = figure.layout.shapes
    assert (band.y0, band.y1) == (0.91, 0.93)


def test_a_network_far_below_all_others_stands_on_the_lower_edge():
    posts = [(1, run(k, 0.9 + k / 1000, seed=k)) for k in range(1, 12)]
    figure = points(*posts, (2, run(1, 0.1, seed=99)))
    assert min(figure.data[0].y) == pytest.approx(0.891) and figure.layout.yaxis.range[0] > 0.89
    assert figure.layout.shapes[0].y0 == pytest.approx(0.891), "the band ends there, too"


def test_the_work_is_in_units_that_can_be_read():
    figure = points((1, run(1, 0.9, multiply_adds=2.5e11)), (2, run(1, 0.8, multiply_adds=4e9)))
    assert figure.layout.xaxis.title.text == "Multiply-adds in training (billions)"
    assert sorted(figure.data[0].x) == pytest.approx([4, 250])
    assert list(figure.layout.xaxis.tickvals) == [5, 10, 20, 50, 100, 200]


def test_equal_networks_stand_beside_each_other():
    x = dots_view.beside(np.zeros(30), np.full(30, 0.9), 0.02, 0.001)
    assert len(set(x.round(6))) == 30 and abs(x).max() < 0.32


def test_a_member_has_the_same_look_in_every_chart():
    people = members(30)
    number = Forecasts(tuple((one, 50.0) for one in people), ())
    drop = tuple(Drop(one, 0.9, 0.89) for one in people)
    posts = [(one.id, run(1, 0.9, seed=one.id)) for one in people]
    wanted = [looks.look_of(k).symbol for k in range(30)]
    for drawn in (
        points(*posts, n=30),
        go.Figure(forecast_charts.numbers(NUMBER, number, False)),
        go.Figure(tested.points(drop)),
    ):
        marked = next(trace for trace in drawn.data if trace.mode == "markers")
        assert list(marked.marker.symbol) == wanted


def test_results_are_drawn_into_the_forecasts_only_when_revealed():
    one, other, third = members(3)
    given = ((one, (10.0, 50.0, 90.0)), (other, (30.0, 60.0, 80.0)), (third, (20.0, 70.0, 85.0)))
    found = Forecasts(given, ((one, (80.0, 90.0, 93.0)), (other, (82.0, 91.0, float("nan")))))
    hidden = go.Figure(forecast_charts.sketches(SKETCH, found, False))
    assert [trace.name for trace in hidden.data] == ["each forecast", "median forecast"]
    assert list(hidden.data[1].y) == [20.0, 60.0, 85.0]
    shown = go.Figure(forecast_charts.sketches(SKETCH, found, True))
    assert list(shown.data[3].y) == [81.0, 90.5, 93.0]


def test_forecasts_of_one_number_are_stacked():
    found = Forecasts(tuple((one, 60.0) for one in members(3)), ())
    (trace,) = go.Figure(forecast_charts.numbers(NUMBER, found, True)).data
    assert list(trace.x) == [60.0] * 3 and list(trace.y) == [1, 2, 3]


def test_the_result_of_a_fact_is_its_range():
    (one,) = members(1)
    fact = Fact("f", {}, "train_accuracy", 101, 104)
    figure = go.Figure(
        forecast_charts.numbers(NUMBER, Forecasts(((one, 60.0),), ((one, 101.0),)), True, fact)
    )
    assert set(figure.data[0].x) == {101, 104} and figure.layout.xaxis.range[1] > 104


def test_an_order_is_sorted_by_the_mean_place_and_its_text_escaped():
    question = Question("order", options=("<b>a", "b"))
    one, other = members(2)
    found = Forecasts(((one, (2.0, 1.0)), (other, (2.0, 1.0))), ((one, (1.0, 2.0)),))
    text = forecasts.bars(question, found, revealed=True)
    assert text.index("<p>b") < text.index("<p>&lt;b&gt;a") and "mean place 2.0" in text
    assert "✓ place 1" in text.partition("&lt;b&gt;a")[2]
    assert "✓" not in forecasts.bars(question, found, revealed=False)


def test_a_choice_counts_and_tells_what_came_out():
    question = Question("choice", options=("up", "down"))
    one, other, third = members(3)
    found = Forecasts(((one, 1.0), (other, 2.0), (third, 2.0)), ((one, 2.0),))
    text = forecasts.bars(question, found, revealed=True)
    assert "<b>1</b>" in text and "<b>2</b>" in text
    assert "✓ what happened" in text.partition("down")[2] and "✓" not in text.partition("down")[0]


def test_networks_far_below_the_others_do_not_squeeze_the_drop():
    people = members(12)
    found = [Drop(one, 0.9 + k / 1000, 0.89) for k, one in enumerate(people)]
    found.append(Drop(people[0], 0.1, 0.1))
    figure = go.Figure(tested.points(found))
    assert figure.layout.xaxis.range[0] > 0.87 and len(figure.data[1].x) == 12
