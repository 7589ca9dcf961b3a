"""A training that was interrupted can continue, from the Train page or from the list of runs."""

import time
from itertools import islice

import numpy as np
import pytest

import data
from ann.history import History
from ann.run import Run
from ann.state import Split, start
from ann.train import train
from pages.ui.networks import resume
from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import press, texts, wait_until
from tests.pages.trained import SMALL, give, job_of, new_job, still_training, trained

pytestmark = pytest.mark.usefixtures("own_archive")
ANNA = 43 * "v"


@pytest.fixture
def come(visit, end):
    """`come("train")` is a visit by Anna; her trainings end with the test."""

    def first_visit(page, query=None):
        app = end(visit(page, query))
        app.session_state["lab"].kept[Visitor] = Visitor(ANNA)
        return app.run()

    return first_visit


def begun(events=None, recipe=SMALL):
    """State and history after this many events, or all."""
    digits = data.load("mnist-5k")
    split = Split(*digits.split(recipe.validation_fraction))
    state, history = start(recipe, split, n_classes=10), History()
    for event in islice(train(state, split), events):
        history.add(event)
    return state, history


def interrupted(status="interrupted", fingerprint=None):
    """Save Anna's training as a killed server leaves it, in the middle of its second epoch."""
    state, history = begun(80)
    run = Run.of(state, history, fingerprint or data.load("mnist-5k").fingerprint)
    return stores.archive().save(ANNA, run, status=status, state=state)


def offers(app):
    return [button for button in app.button if button.key == "train.continue"]


def check_that_it_continues_to_the_end(app, number):
    job = job_of(app)
    assert app.session_state["lab"].recipe == SMALL
    assert job.view().history.steps["step"][0] == 1, "the curves still start at the first step"
    wait_until(app, lambda: job.status == "finished" and not stores.run_autosave().busy(ANNA))
    assert not app.exception
    (saved,) = stores.archive().list(ANNA)
    assert (saved.id, saved.status) == (number, "finished")
    assert np.array_equal(stores.archive().open(ANNA, number).theta, begun()[0].theta)


def test_the_train_page_offers_to_continue_what_a_killed_server_left(come):
    number = interrupted()
    app = come("train", {"dropout": "0.5"})
    assert "interrupted moments ago, at epoch 1.5 of 2." in texts(app.info)
    press(app, "train.continue")
    assert not app.exception and not offers(app)
    check_that_it_continues_to_the_end(app, number)


def test_a_run_continues_from_the_list(come):
    number = interrupted("paused")
    app = press(come("runs"), "runs.continue")
    assert app.title[0].value == "Train" and not app.exception
    check_that_it_continues_to_the_end(app, number)
    assert "runs.continue" not in {button.key for button in come("runs").button}


def test_the_current_training_continues_as_the_same_job(come):
    app = come("runs")
    job = new_job()
    give(app, job)
    stores.run_autosave().watch(ANNA, job)
    job.epoch()
    wait_until(app, lambda: job.status == "paused" and not stores.run_autosave().busy(ANNA))
    press(app, "runs.continue")
    assert job_of(app) is job and app.title[0].value == "Train"
    wait_until(app, lambda: job.status == "finished" and not stores.run_autosave().busy(ANNA))
    assert len(stores.archive().list(ANNA)) == 1


def test_continuing_another_run_pauses_the_current_one(come):
    interrupted()
    app = come("runs")
    before = still_training()
    give(app, before)
    press(app, "runs.continue")
    assert before.status == "paused" and job_of(app) is not before


@pytest.mark.parametrize("button", ["resume", "step", "epoch"])
def test_a_page_whose_training_continues_on_another_one_says_so_and_begins_nothing(come, button):
    app, number = come("train"), interrupted()
    job = job_of(give(app, new_job()))
    stores.run_autosave().watch(ANNA, job, number)
    job.step()
    wait_until(app, lambda: job.status == "paused")
    stores.run_autosave().release(ANNA, number)  # as another page does
    press(app, f"train.{button}")
    assert not app.exception and job_of(app) is job
    assert "continues on another page" in texts(app.info)
    assert app.button(key="train.start"), "a new one is a click away"
    press(app, "train.start")
    assert job_of(app) is not job


@pytest.mark.parametrize("how", ["finished", "long ago", "open in another page", "a training"])
def test_nothing_is_offered_where_nothing_was_interrupted(come, how, monkeypatch):
    if how == "finished":
        stores.archive().save(ANNA, trained().run())
    else:
        number = interrupted()
    if how == "long ago":
        monkeypatch.setattr(resume.time, "time", lambda now=time.time: now() + 3700)
    if how == "open in another page":
        other = new_job()
        stores.run_autosave().watch(ANNA, other, number)
    app = come("train")
    if how == "a training":
        give(app, still_training())
    assert not app.exception
    assert not offers(app)


def test_a_stranger_is_offered_nothing(visit):
    interrupted()
    app = visit("train")
    assert not app.exception and not offers(app)


def test_without_its_data_set_it_cannot_continue_and_the_button_says_so(come):
    interrupted(fingerprint="elsewhere")
    for page, key in (("train", "train.continue"), ("runs", "runs.continue")):
        button = come(page).button(key=key)
        assert button.disabled and "not on this machine" in button.help


def test_a_damaged_state_gives_a_message_and_starts_nothing(come):
    interrupted()
    app = come("runs")
    with stores.archive()._db.writing() as db:
        db.execute("UPDATE states SET npz = x'00'")
    press(app, "runs.continue")
    assert not app.exception and "its state is damaged" in texts(app.error)
    assert job_of(app) is None
