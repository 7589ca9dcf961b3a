"""Earlier states of a network: trained again for a page, kept within a bound, stopped, refused."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import data
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.running import limits
from ann.running.budget import NoRoomError
from ann.running.limits import Limits
from ann.state import Split, start
from ann.train import train
from pages.ui.inside.rewind import Rewound
from pages.ui.inside.subject import Subject
from pages.ui.networks import jobs
from tests.pages.conftest import press, texts
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(24,), epochs=3, batch_norm=True, dropout=0.1, ema=0.9)
LONG = replace(RECIPE, epochs=1000, hidden_sizes=(512, 512))


def page():
    import streamlit as st

    from pages.ui.inside import rewind

    st.session_state.found = None
    function = getattr(rewind, st.session_state.wanted)
    try:
        st.session_state.found = function(st.session_state.subject, st.session_state.step)
    except ValueError as error:
        st.error(str(error))
    if st.session_state.found is None:
        rewind.progress()


@lru_cache
def subject(recipe: Recipe = RECIPE) -> Subject:
    digits = data.load("mnist-5k")
    split = Split(*digits.split(recipe.validation_fraction))
    state, history = start(recipe, split), History()
    for event in train(state, split):
        history.add(event)
    return Subject(Run.of(state, history, digits.fingerprint), digits, None, None, "")


def state_after(steps: int, recipe: Recipe = RECIPE):
    split = Split(*subject(recipe).digits.split(recipe.validation_fraction))
    state = start(recipe, split)
    events = train(state, split)
    while state.step < steps:
        next(events)
    return state


@pytest.fixture
def app():
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state.subject, app.session_state.wanted = subject(), "state_at"
    yield app
    if replay := past(app).replay:
        replay.finish()


def past(app) -> Rewound:
    return app.session_state["lab"].kept[Rewound]


def at(app, step: int, wanted: str = "state_at"):
    """What the page gets, sooner or later."""
    app.session_state.step, app.session_state.wanted = step, wanted
    wait_until(lambda: app.run().session_state.found is not None or app.warning or app.exception)
    assert not app.exception
    return app.session_state.found


def assert_same(found, state):
    assert (found.step, found.epoch, found.position) == (state.step, state.epoch, state.position)
    for name in ("theta", "moments", "statistics", "average", "best_theta"):
        assert np.array_equal(getattr(found, name), getattr(state, name)), name
    assert found.rng.bit_generator.state == state.rng.bit_generator.state


def test_forth_and_back_lead_through_the_states_of_the_training(app):
    for step in (100, 101, 102, 101, 100, 99, 0, 1):
        assert_same(at(app, step), state_after(step))


def test_an_earlier_network_has_the_averaged_weights_and_the_history_up_to_there(app):
    run, state = at(app, 60, "run_at"), state_after(60)
    assert np.array_equal(run.theta, state.average)
    assert run.step == 60 and run.history.steps["step"][-1] == 60
    assert run.history.epochs["step"].tolist() == [54] and not run.reason
    assert at(app, subject().run.step, "run_at") is subject().run


def test_at_the_end_of_the_training_are_the_weights_that_it_leaves(app):
    run = subject().run
    state = at(app, run.step)
    assert state.reason == run.reason == "epochs"
    assert all(map(np.array_equal, state.judged, (run.theta, run.statistics)))


def test_a_step_that_the_run_does_not_have_is_refused(app):
    app.session_state.step = 10**12
    assert "outside 0 to 162" in texts(app.run().error)


def test_steps_back_are_short(app, monkeypatch):
    """The state some steps earlier is kept too, so only those steps are trained again."""
    begun = []
    made = jobs.new_replay

    def new_replay(*args, **options):
        begun.append(options["begun"].step if options["begun"] else 0)
        return made(*args, **options)

    monkeypatch.setattr(jobs, "new_replay", new_replay)
    for step in (150, 149, 148, 151):
        at(app, step)
    assert begun == [0, 134, 134, 150]


def test_states_are_kept_within_a_bound_of_bytes(app, monkeypatch):
    size = 4 * 5 * len(subject().run.theta)
    monkeypatch.setattr(limits, "LIMITS", Limits(max_replay_gb=6 * size / 1e9))
    for step in range(20, 30):
        at(app, step)
    assert 2 <= len(past(app).states) <= 6
    assert max(place.step for place in past(app).states) == 29


def test_a_long_way_shows_how_far_it_is_and_can_be_stopped_and_tried_again(app):
    run = replace(subject().run, recipe=LONG, step=50_000, epoch=900, reason="")
    app.session_state.subject, app.session_state.step = subject()._replace(run=run), 50_000
    app.run()
    assert app.session_state.found is None and "up to step 50,000" in str(
        app.get("progress")[0].proto
    )
    press(app, "rewind.stop")
    wait_until(lambda: app.run().warning)
    assert "Stopped" in texts(app.warning) and past(app).replay is None
    app.run()
    assert past(app).replay is None, "it begins again only when asked to"
    press(app, "rewind.again")
    assert past(app).replay and not app.warning


def test_what_is_wanted_now_takes_the_place_of_what_was_wanted_before(app):
    run = replace(subject().run, recipe=LONG, step=50_000, epoch=900, reason="")
    app.session_state.subject = subject()._replace(run=run)
    app.session_state.step = 50_000
    first = past(app.run()).replay
    app.session_state.step = 40_000
    assert past(app.run()).replay is not first and first.status == "finished"


def test_a_run_that_cannot_be_trained_again_says_why(app):
    history = subject().run.history.copy()
    history.changes = [(5, 0.1, "seed", 0, 1)]
    app.session_state.subject = subject()._replace(run=replace(subject().run, history=history))
    assert at(app, 10) is None
    assert "changed midway is damaged" in texts(app.warning)


def test_without_memory_it_says_what_would_fit(app, monkeypatch):
    def refuse(*args, **options):
        raise NoRoomError("Training this network takes 900 MB of memory.")

    monkeypatch.setattr(jobs, "new_replay", refuse)
    assert at(app, 10) is None
    assert "takes 900 MB" in texts(app.warning)
