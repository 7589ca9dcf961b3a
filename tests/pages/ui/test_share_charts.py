"""Shares with their intervals: each dot where its share is, told in words, and told apart."""

import plotly.graph_objects as go
import pytest

from ann.evaluation.metrics import wilson_interval
from pages.ui import charts
from pages.ui.charts import Dots

GROUPS = ["yours", "validation"]
BASE, YOURS = Dots("Base", 0, [(40, 50), (388, 400)]), Dots("Base + yours", 1, [(50, 50), (0, 0)])


@pytest.fixture
def figure():
    made = charts.share_dots(GROUPS, [BASE, YOURS], x="", keep="test", floor=0.8)
    return go.Figure(made)


def test_each_dot_has_its_share_and_its_95_percent_interval(figure):
    base = figure.data[0]
    assert list(base.y) == [0.8, 0.97]
    low, high = wilson_interval(40, 50)
    assert base.y[0] + base.error_y.array[0] == pytest.approx(high)
    assert base.y[0] - base.error_y.arrayminus[0] == pytest.approx(low)
    assert figure.layout.yaxis.range[0] <= low and figure.layout.yaxis.range[1] >= 1


def test_dots_of_a_group_stand_beside_each_other_and_differ_in_color_and_shape(figure):
    base, yours = figure.data
    assert base.x[0] < 0 < yours.x[0] and abs(base.x[0] - yours.x[0]) < 0.5
    assert base.marker.symbol != yours.marker.symbol and base.marker.color != yours.marker.color
    assert [trace.name for trace in figure.data] == ["Base", "Base + yours"]
    assert list(figure.layout.xaxis.ticktext) == GROUPS


def test_a_group_without_a_result_has_no_dot(figure):
    assert len(figure.data[1].x) == 1


def test_those_who_cannot_see_it_hear_every_share(figure):
    told = charts.describe(charts.share_dots(GROUPS, [BASE], x="", keep="test"))
    assert "Base, yours: 40 of 50 (67% to 89%)" in told and "validation: 388 of 400" in told


def test_names_are_no_html():
    made = charts.share_dots(["<b>a</b>"], [Dots("<i>", 0, [(1, 2)])], x="", keep="test")
    assert "<" not in made["data"][0]["text"][0]
    assert "<" not in made["layout"]["xaxis"]["ticktext"][0]
