"""A saved run that is opened is what Evaluate and Draw show."""

from dataclasses import replace

import numpy as np
import pytest

from pages.evaluate import subject
from pages.ui import site
from pages.ui.networks import opened
from pages.ui.server import stores
from tests.pages.conftest import texts, wait_until
from tests.pages.runs.conftest import press
from tests.pages.trained import (
    OTHER,
    SMALL,
    give,
    mine,
    save_runs,
    still_training,
    trained,
    visitor,
)

pytestmark = pytest.mark.usefixtures("own_archive")


def test_an_opened_run_is_what_evaluate_and_draw_show(visit):
    app = save_runs(visit("runs"), SMALL, OTHER)
    give(app, still_training())
    number = mine(app)[0].id
    app.selectbox(key="runs.one").set_value(number).run()
    press(app, "runs.evaluate")
    shown = app.session_state["lab"].kept[opened.OpenedRun]
    assert shown.run.run.recipe == OTHER
    for page in ("evaluate", "draw", "evaluate"):
        app.switch_page(site.path(page)).run()
        assert not app.exception and not app.error
        assert app.selectbox(key="opened.choice").value == number
        assert shown.run.run.recipe == OTHER
    app.selectbox(key="opened.choice").set_value(opened.CURRENT).run()
    assert shown.run is None and "still training" in texts(app.info)


def test_any_saved_run_can_be_chosen_where_a_network_is_shown(visit):
    app = save_runs(visit("evaluate"), SMALL, OTHER)
    box = app.selectbox(key="opened.choice")
    assert box.options[0] == "No training yet"
    first, second = mine(app)
    for page in ("evaluate", "draw"):
        app.switch_page(site.path(page)).run()
        for saved in (first, second):
            app.selectbox(key="opened.choice").set_value(saved.id).run()
            assert not app.exception
            assert app.session_state["lab"].kept[opened.OpenedRun].run.number == saved.id
    give(app, still_training())
    assert "Current network: hidden sizes 32" in app.selectbox(key="opened.choice").options[0]


def test_a_look_at_the_test_set_is_remembered_when_a_run_is_opened_again(visit):
    app = save_runs(visit("evaluate"), SMALL, OTHER)
    first, second = mine(app)
    for number in (first.id, second.id, first.id):
        app.selectbox(key="opened.choice").set_value(number).run()
        app.segmented_control(key="evaluate.set").set_value("test").run()
        if not app.button(key="seal.open").disabled:
            press(app, "seal.open")
    assert "on the test set **once**" in texts(app.warning)
    assert "evaluated other networks on it once" in texts(app.warning)
    assert app.button(key="seal.open").label == "Evaluate again"


def test_without_a_saved_run_there_is_nothing_to_choose(visit):
    app = visit("evaluate")
    assert not [box for box in app.selectbox if box.key == "opened.choice"]


def test_the_current_network_is_listed_once(visit):
    app = visit("runs")
    job = trained()
    stores.run_autosave().watch(visitor(app), job)
    wait_until(app, lambda: mine(app))
    press(give(app, job), "runs.evaluate")
    app.switch_page(site.path("evaluate")).run()
    assert not app.exception
    assert not [box for box in app.selectbox if box.key == "opened.choice"]


def test_a_run_that_is_deleted_meanwhile_gives_a_message(visit):
    app = save_runs(visit("evaluate"), SMALL, OTHER)
    first, second = mine(app)
    app.selectbox(key="opened.choice").set_value(first.id).run()
    stores.archive().delete(visitor(app), first.id)
    app.run()
    assert "no longer saved" in texts(app.warning)
    assert app.session_state["lab"].kept[opened.OpenedRun].run.run.recipe == OTHER
    stores.archive().delete(visitor(app), second.id)  # while the box still lists it
    app.selectbox(key="opened.choice").set_value(second.id).run()
    assert "there is no such run" in texts(app.error)
    app.selectbox(key="opened.choice").set_value(opened.CURRENT).run()
    assert not app.exception and not app.warning and not app.error


def test_a_run_whose_data_set_is_not_here_cannot_be_evaluated_but_drawn_for(visit, monkeypatch):
    app = visit("runs")
    run = replace(trained().run(), fingerprint="not-here")
    stores.archive().save(visitor(app), run)
    press(app.run(), "runs.evaluate")
    app.switch_page(site.path("evaluate")).run()
    assert not app.exception
    assert "not on this machine" in texts(app.error)
    app.switch_page(site.path("draw")).run()
    assert not app.exception and not app.error
    assert "not on this machine" in texts(app.info)


def test_a_saved_run_is_evaluated_as_it_was_saved(visit):
    app = save_runs(visit("runs"), SMALL)
    press(app, "runs.evaluate")
    app.switch_page(site.path("evaluate")).run()
    memory = app.session_state["lab"].kept[subject.Memory]
    (result,) = memory.results.values()
    assert np.isclose(result.accuracy, mine(app)[0].summary.validation_accuracy)
