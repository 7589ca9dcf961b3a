"""The museum: a diagnosis comes first, then what the coach found, and the score is kept."""

from collections import Counter

import pytest

from ann.coach.findings import TITLES
from ann.lessons.museum import EXHIBITS, exhibit
from pages.museum import visit as visits
from pages.museum.visit import Visit
from pages.ui.lessons import desk
from tests.pages.conftest import press, texts, wait_until

TWINS = exhibit("twins")


@pytest.fixture
def museum(visit, own_archive):
    apps = []
    yield lambda: apps.append(visit("museum")) or apps[-1]
    for app in apps:
        here = app.session_state["lab"].kept.get(Visit, Visit())
        here.training.reset()


def here(app) -> Visit:
    return app.session_state["lab"].kept[Visit]


def diagnose(app, one, cause, reason):
    app.radio(key=f"museum.cause.{one.name}").set_value(cause)
    app.radio(key=f"museum.reason.{one.name}").set_value(reason).run()
    return press(app, "museum.diagnose")


def test_a_diagnosis_comes_before_anything_is_uncovered(museum):
    app = press(museum(), "museum.examine.twins")
    app = wait_until(app, lambda: here(app).training.status == "finished")
    assert "Zeros" in texts(app.caption) and app.button(key="museum.diagnose").disabled
    buttons = {str(button.key) for button in app.button}
    assert "coach.museum.race" not in buttons and "All weights began" not in texts(app.markdown)
    app = diagnose(app, TWINS, TWINS.cause, TWINS.cause)
    assert "right reason" in texts(app.success) and "All weights began" in texts(app.markdown)
    assert app.button(key="coach.museum.race") and "gauges" in texts(app.get("html"))
    assert "1 of 1 causes**, 1 with the right reason" in texts(app.markdown)
    assert not app.exception


def test_a_wrong_diagnosis_is_counted_and_no_forecast_of_a_lesson(museum):
    app = press(museum(), "museum.examine.twins")
    wrong = next(name for name in visits.choices(TWINS) if name != TWINS.cause)
    app = diagnose(app, TWINS, wrong, TWINS.cause)
    assert TITLES[TWINS.cause] in texts(app.warning)
    assert "0 of 1 causes" in texts(app.markdown)
    kept = app.session_state["lab"].kept[desk.Desk].progress[desk.MUSEUM]
    assert kept.settled["twins"].gap == 1
    press(app, "museum.back")
    assert here(app).exhibit is None and len(app.button) > len(EXHIBITS)


def test_blind_diagnosis_tells_nothing_about_its_patient(museum):
    app = press(museum(), "museum.blind")
    one = here(app).exhibit
    assert one in EXHIBITS and one.complaint not in texts(app.markdown)
    assert "settings" not in texts(app.caption)
    app = diagnose(app, one, visits.choices(one)[0], visits.choices(one)[1])
    assert "Its settings" in texts(app.caption)
    app = press(app, "museum.blind")
    assert here(app).exhibit is not one, "another one, while there are fresh ones"


def test_the_right_cause_is_among_the_choices_and_not_always_in_one_place():
    places = Counter(visits.choices(one).index(one.cause) for one in EXHIBITS)
    assert len(places) > 2
    for one in EXHIBITS:
        assert sorted(visits.choices(one)) == sorted(visits.reasons(one))
        assert len(set(visits.choices(one))) == visits.CHOICES
