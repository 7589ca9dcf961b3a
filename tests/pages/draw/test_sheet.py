"""What buttons change on the canvas, and what the browser reports about it."""

import numpy as np
import pytest

from pages.draw.sheet import Sheet
from pages.ui.canvas import Content


def strokes(*lefts):
    return {"objects": [{"left": left, "top": 5} for left in lefts]}


@pytest.fixture
def sheet():
    """A canvas with two strokes, as the browser reported it."""
    sheet = Sheet()
    sheet.see(Content(np.ones((280, 280, 4), np.uint8), strokes(1, 2)))
    return sheet


def test_undo_is_not_undone_by_a_report_from_before(sheet):
    sheet.undo()
    sheet.see(Content(None, strokes(1, 2)))
    assert sheet.objects == strokes(1)["objects"]
    sheet.undo()
    assert sheet.objects == []
    sheet.see(Content(None, strokes(9)))
    assert sheet.objects == strokes(9)["objects"]


def test_each_change_is_news_to_the_browser(sheet):
    sheet.undo()
    first = sheet.first_strokes
    sheet.see(Content(None, strokes(1, 3)))
    sheet.undo()
    assert sheet.first_strokes["objects"] == first["objects"] and sheet.first_strokes != first


def test_everything_moves_by_pixels_of_the_network(sheet):
    sheet.shift(-1, 2)
    assert sheet.objects == [{"left": -9, "top": 25}, {"left": -8, "top": 25}]


@pytest.mark.parametrize("sent", [{"left": "far"}, {"left": 1e300}, {"left": None}, {}, "stroke"])
def test_strokes_that_no_canvas_sends_can_be_moved(sent):
    sheet = Sheet(strokes={"objects": [sent]})
    sheet.shift(1, 0)
    assert all(one["left"] == 10 for one in sheet.objects)


def test_a_taken_digit_replaces_the_drawing_pixel_by_pixel(sheet):
    digit = np.arange(784).astype(np.uint8)
    sheet.take(digit, "a digit")
    assert sheet.is_as_taken and not sheet.prepared
    assert (sheet.image[5::10, 5::10, 0] == digit.reshape(28, 28)).all()
    sheet.line(3, 4)
    assert not sheet.is_as_taken
    sheet.clear()
    assert sheet.prepared and sheet.image is None and not sheet.objects and not sheet.title


def test_the_keyboard_draws_from_point_to_point():
    sheet = Sheet()
    sheet.line(1, 1, start=True)
    sheet.line(1, 28)
    sheet.line(28, 28, erase=True)
    dot, line, erased = sheet.objects
    assert (dot["x1"], dot["x2"], dot["y2"]) == (pytest.approx(5, abs=0.2), 5, 5)
    assert (line["y1"], line["y2"], line["top"]) == (5, 275, 140)
    assert line["stroke"] != erased["stroke"]


def test_a_canvas_that_reports_a_problem_shows_no_older_picture(sheet):
    assert sheet.see(Content(problem="drawing: damaged")) is None
