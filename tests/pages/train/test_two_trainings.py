"""Two trainings on one page: each has controls, buttons and a live view of its own."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

import data
from ann.recipe import Recipe
from ann.running.view import Status
from pages.ui import charts
from pages.ui.live import chart as live_chart
from pages.ui.networks.training import Training
from tests.pages.conftest import ROOT, press, pressable, texts, wait_until, with_more
from tests.pages.trained import OTHER, SMALL, trained

SIDES = ("left", "right")


@dataclass
class Lesson:
    """What a page with two networks holds for a visitor."""

    recipes: dict[str, Recipe] = field(default_factory=lambda: dict.fromkeys(SIDES, Recipe()))
    trainings: dict[str, Training] = field(default_factory=lambda: {s: Training() for s in SIDES})


def page():
    """Both networks, one beside the other."""
    from functools import partial

    import streamlit as st

    from pages.train import augment_preview, buttons, watch
    from pages.ui import controls, session
    from pages.ui.server import datasets
    from tests.pages.train.test_two_trainings import SIDES, Lesson

    lesson, dataset = session.keep(Lesson), datasets.opened("mnist-5k")

    def set_recipe(side, recipe):
        lesson.recipes[side] = recipe
        session.forget_controls(f"{side}.")

    for side, column in zip(SIDES, st.columns(2), strict=True):
        training, set_one = lesson.trainings[side], partial(set_recipe, side)
        with column:
            recipe = lesson.recipes[side] = controls.edit(
                lesson.recipes[side],
                prefix=f"{side}.",
                training=training.in_progress,
                below={"Augmentation": partial(augment_preview.preview, dataset)},
                set_recipe=set_one,
            )
            status = training.carry_out(recipe, dataset, training.in_progress)
            buttons.show(training, status, side)
            watch.show(training, status, recipe, dataset, key=side, set_recipe=set_one)


@pytest.fixture
def two(monkeypatch):
    """The page, and what it holds; trainings that are left end with the test."""
    monkeypatch.chdir(ROOT)
    app = AppTest.from_function(page, default_timeout=60).run()
    lesson = app.session_state["lab"].kept[Lesson]
    yield SimpleNamespace(app=app, **vars(lesson))
    for training in lesson.trainings.values():
        training.stop()


def figures(app) -> list[str]:
    """The figures of all charts on the page, from top to bottom, the left training's first."""
    return [json.loads(element.proto.json)["figure"] for element in app.get("bidi_component")]


def alone(job) -> list[str]:
    """What a live view of this job draws: loss, accuracy and confusion matrix."""
    history, names = job.view().history, data.load("mnist-5k").class_names
    made = (
        charts.loss_curve(history),
        charts.accuracy_curve(history),
        charts.confusion_matrix(history.confusion, names),
    )
    return [live_chart.write(figure).figure for figure in made]


def test_each_view_shows_its_own_training(two):
    jobs = [trained(SMALL), trained(OTHER)]
    for side, job in zip(SIDES, jobs, strict=True):
        two.trainings[side].take(job, data.load("mnist-5k"))
    two.app.run()
    assert not two.app.exception
    assert figures(two.app) == alone(jobs[0]) + alone(jobs[1])
    shown = [metric.value for metric in two.app.metric if metric.label == "Validation loss"]
    losses = [job.view().history.epochs["validation_loss"][-1] for job in jobs]
    assert shown == [f"{loss:.3f}" for loss in losses] and shown[0] != shown[1]


def test_each_set_of_controls_changes_its_own_recipe(two):
    app = two.app
    app.select_slider(key="left.dropout").set_value(0.5).run()
    app.slider(key="right.hidden_sizes.layers").set_value(1).run()
    with_more(app, "right.").select_slider(key="right.augment_rotation").set_value(12.0).run()
    assert two.recipes["left"] == Recipe(dropout=0.5)
    assert two.recipes["right"] == Recipe(hidden_sizes=(128,), augment_rotation=12.0)
    pictures = [html for html in app.get("html") if 'class="digits"' in html.proto.body]
    assert len(pictures) == 1, "only the right one has augmented digits"
    press(app, "left.defaults")
    assert app.select_slider(key="left.dropout").value == 0
    assert two.recipes["left"] == Recipe()
    assert two.recipes["right"].augment_rotation == 12, "the other one stays"
    assert not app.exception


def test_each_row_of_buttons_acts_on_its_own_training(two):
    app, left, right = two.app, two.trainings["left"], two.trainings["right"]
    app.select_slider(key="right.epochs").set_value(5000).run()
    press(app, "right.start")
    assert left.job is None and right.job.view().recipe.epochs == 5000
    assert pressable(app, "left") == {"start", "step", "epoch"}
    assert pressable(app, "right") == {"pause", "stop", "reset"}
    assert not app.select_slider(key="left.epochs").disabled
    assert app.select_slider(key="right.epochs").disabled
    press(app, "left.step")
    wait_until(app, lambda: left.status == Status.PAUSED)
    assert left.job.view().state.step == 1 and right.status == Status.RUNNING
    press(app, "right.stop")
    assert (left.status, right.status) == (Status.PAUSED, Status.FINISHED)
    assert "Stopped" in texts(app.info) and not app.exception


def test_each_training_can_show_its_own_settings(two):
    app = two.app
    press(app, "left.step")
    wait_until(app, lambda: two.trainings["left"].status == Status.PAUSED)
    app.session_state["left.seed"] = 5  # as a link may
    with_more(app, "left.")
    assert two.recipes["left"].seed == 5
    press(app, "left.settings")
    assert two.recipes == {"left": Recipe(), "right": Recipe()}
    assert app.number_input(key="left.seed").value == 0
