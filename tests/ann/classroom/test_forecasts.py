"""The forecasts of a class on one card, with what came out."""

import pytest

from ann.classroom.forecasts import forecasts, is_result, mean_places
from ann.lessons.lesson import Predict, Question
from ann.lessons.progress import Progress, Settled
from tests.ann.classroom.made import snapshot

NUMBER = Predict("number", question=Question("number", within=5))
SKETCH = Question("sketch", at=(1, 5))


def of(*progresses, card=NUMBER):
    found = {k + 1: {"lesson": progress} for k, progress in enumerate(progresses)}
    return forecasts(snapshot([], lessons=found), "lesson", card)


def settled(forecast, result):
    return Progress(settled={"number": Settled(forecast, result, 0.0, True, True)})


def test_forecasts_with_and_without_a_result_are_all_given():
    found = of(Progress(forecasts={"number": 60.0}), settled(80.0, 91.0), Progress())
    assert [(member.name, value) for member, value in found.given] == [
        ("Calm Otter", 60.0),
        ("Bold Fox", 80.0),
    ]
    assert [(member.name, value) for member, value in found.results] == [("Bold Fox", 91.0)]


def test_a_draft_is_no_forecast():
    assert not of(Progress(drafts={"number": 60.0})).given


def test_forecasts_that_do_not_fit_the_question_are_left_out():
    found = of(Progress(forecasts={"number": 600.0}), settled((1.0, 2.0), 91.0))
    assert not found.given and not found.results


def test_another_lessons_forecasts_are_not_shown():
    found = {1: {"other": Progress(forecasts={"number": 60.0})}}
    assert not forecasts(snapshot([], lessons=found), "lesson", NUMBER).given


@pytest.mark.parametrize(
    ("question", "value", "fits"),
    [
        (NUMBER.question, 130.0, True),
        (NUMBER.question, float("nan"), False),
        (NUMBER.question, (1.0,), False),
        (SKETCH, (1.0, float("nan")), True),
        (SKETCH, (float("nan"), float("nan")), False),
        (SKETCH, (1.0,), False),
        (Question("choice", options=("a", "b")), 3.0, False),
    ],
)
def test_a_result_fits_its_question(question, value, fits):
    assert is_result(question, value) is fits


def test_without_orders_no_option_has_a_place():
    places = mean_places(Question("order", options=("a", "b")), [])
    assert len(places) == 2 and all(place != place for place in places)
