"""Slow trainings and more epochs on the Train page."""

import time

import pytest

from ann.running.pace import FULL, Pace
from pages.ui.server import stores
from tests.pages.conftest import press, texts, wait_until
from tests.pages.trained import job_of, mine, visitor

LONG = {"hidden_sizes": "8", "epochs": "5000", "batch_size": "64"}
TINY = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512"}
MORE = "train_more.epochs"


def choose(app, pace):
    return app.segmented_control(key="pace").set_value(pace).run()


def progress(app):
    return app.get("progress")[0].proto.text


def step_of(app):
    return job_of(app).view().state.step


def buttons(app):
    return {button.key: button for button in app.button}


def finished(visit, **settings):
    app = press(visit("train", TINY | settings), "train.start")
    return wait_until(app, lambda: job_of(app).status == "finished")


def test_at_one_step_per_second_a_training_takes_one_step_per_second(visit, end):
    app = end(visit("train", LONG))
    choose(app, "1 step/s")
    began = time.monotonic()
    press(app, "train.start")
    wait_until(app, lambda: step_of(app) >= 3)
    assert 1.9 < time.monotonic() - began < 20
    assert len(job_of(app).view().history.steps["step"]) == step_of(app), "a point for each step"
    assert "step 3" in progress(app) and "64 images/s" in progress(app)


def test_the_pace_changes_while_it_trains_and_stays_for_the_next_training(visit, end):
    app = end(visit("train", LONG))
    press(app, "train.start")
    assert job_of(app).pace == FULL
    choose(app, "10")
    assert job_of(app).pace.per_second == 10 and job_of(app).status == "running"
    choose(app, "1 epoch/s")
    assert job_of(app).pace.per_second == pytest.approx(54, rel=0.02)  # 3,400 digits in 64s
    choose(app, "1 step/s")
    press(app, "train.stop")
    press(app, "train.start")
    assert job_of(app).pace == Pace(1, 1.0)
    choose(app, "full speed")
    assert job_of(app).pace == FULL


def test_ten_more_epochs_continue_the_same_run_with_its_history(visit, own_archive):
    app = finished(visit)
    before, link = job_of(app), app.query_params["result"]
    wait_until(app, lambda: len(mine(app)) == 1 and not stores.run_autosave().busy(visitor(app)))
    (saved,) = mine(app)
    press(app, MORE)
    assert app.select_slider(key="epochs").value == 12
    wait_until(app, lambda: before.status == "finished" and before.view().state.epoch == 12)
    assert job_of(app) is before and not app.exception
    assert list(before.view().history.epochs["epoch"]) == list(range(1, 13))
    assert "All 12 epochs are done." in texts(app.success).replace("\\", "")
    assert "earlier settings" not in texts(app.caption)
    wait_until(app, lambda: not stores.run_autosave().busy(visitor(app)))
    (later,) = mine(app)
    assert later.id == saved.id and later.summary.epochs == 12
    whole = finished(visit, epochs="12")
    assert app.query_params["result"] == whole.query_params["result"] != link


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "from the start, bit for bit"),
        ({"schedule": "cosine"}, "the learning rate jumps up again"),
        ({"patience": "50"}, "has put back other weights"),
    ],
)
def test_the_button_says_whether_the_result_equals_that_of_one_long_training(visit, settings, why):
    app = finished(visit, **settings)
    assert why in buttons(app)[MORE].help
    press(app, MORE)
    wait_until(app, lambda: job_of(app).view().state.epoch == 12)
    told = texts(app.markdown)
    assert ("No link can repeat this training: epochs changed midway" in told) == bool(settings)


def test_a_stopped_training_offers_no_more_epochs(visit, end):
    app = end(visit("train", LONG))
    press(app, "train.start")
    wait_until(app, lambda: job_of(app).has_begun)
    press(app, "train.stop")
    assert MORE not in buttons(app)
    assert "train.reset" in buttons(app)


def test_before_start_the_charts_and_numbers_are_there_and_empty(visit):
    app = visit("train")
    assert [m.value for m in app.metric] == 4 * ["–"]
    names = [one.proto.json for one in app.get("bidi_component")]
    assert "Loss" in names[0] and "Accuracy" in names[1]
