"""The figures of a sweep."""

import numpy as np
import plotly.graph_objects as go
import pytest

from pages.ui import charts


def test_the_figures_are_valid_and_the_map_has_a_scale_from_its_worst_to_its_best():
    cells = [(0, 0, 0.7, "(70.0%)", "a"), (1, 0, 0.95, "95.0%", "b")]
    cells += [(0, 1, float("nan"), "", "c"), (1, 1, 0.9, "90.0%", "d")]
    drawn = go.Figure(charts.accuracy_map(("X", ["1", "2"]), ("Y", ["3", "4"]), cells))
    heat = drawn.data[0]
    assert (heat.zmin, heat.zmax) == (pytest.approx(0.85), 0.95)
    assert heat.showscale is not False and heat.colorbar.tickformat == ".1%"
    assert np.isnan(heat.z[1][0]) and heat.text[0][1] == "b"
    assert [note.text for note in drawn.layout.annotations] == ["(70.0%)", "95.0%", "90.0%"]
    go.Figure(charts.accuracy_map(("X", ["1"]), ("Y", ["3"]), []))
    points = [(0.1, 0.8, 0.7, 0.9, "a"), (1.0, 0.9, 0.9, 0.9, "b")]
    drawn = go.Figure(charts.accuracy_points({"title": "X", "type": "log"}, points))
    assert drawn.data[0].error_y.arrayminus[0] == pytest.approx(0.1)
    go.Figure(charts.accuracy_points({"title": "X"}, []))
