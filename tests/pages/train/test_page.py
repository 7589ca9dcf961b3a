"""The Train page, from app.py, with real workers."""

import math
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

import data
from ann.evaluation.speed import Speed
from ann.recipe import Recipe
from ann.recipes.presets import PRESETS
from ann.running import limits
from ann.running.budget import Owner
from ann.running.limits import Limits
from pages.train import notices
from pages.ui.networks import jobs
from pages.ui.server import workers
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import press, pressable, texts, wait_until, with_more
from tests.pages.trained import SMALL, job_of, trained

TINY = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512"}
LONG = TINY | {"epochs": "5000"}


def job(app):
    return job_of(app)


def wait_for(app, status):
    """Wait until the job has this status; then run the page once more, as its fragment would."""
    return wait_until(app, lambda: job(app).status == status)


def wait_for_steps(app):
    return wait_until(app, lambda: job(app).has_begun)


def wait_for_rest(app):
    """Wait until the chunk that was being computed has come back."""
    return wait_until(app, lambda: not (workers.pool().busy or workers.express().busy))


def metrics(app):
    return {m.label: m.value for m in app.metric}


def slider(app, name):
    return app.select_slider(key=name)


def test_before_the_first_training_the_page_says_what_it_will_show_and_how_long_it_takes(visit):
    app = visit("train")
    assert "Press **Start**" in texts(app.markdown)
    assert pressable(app, "train") == {"start", "step", "epoch"}
    assert "109,386 parameters" in progress(app)
    assert "per epoch" in progress(app)


def test_half_an_epoch_more_does_not_make_epochs_look_longer(monkeypatch):
    done = trained()
    stopped = done.view()._replace(state=replace(done.view().state, epoch=1))  # late in its second
    job = SimpleNamespace(view=lambda: stopped, source=done.source)
    monkeypatch.setattr(workers, "speed", Speed)
    monkeypatch.setattr(workers, "sharing", lambda: 1.0)
    for module in (notices, jobs):
        monkeypatch.setattr(module, "epoch_seconds", lambda *_: 60.0)
    stopped.state.seconds = 2 * 60.0
    assert (
        notices.expected(SMALL, data.load("mnist-5k"), job)
        == "about 60 s per epoch, 2 min for 2 epochs"
    )


def test_epochs_stand_with_the_first_sliders(visit):
    app = with_more(visit("train"))
    (more,) = [box for box in app.expander if box.label == "More"]
    inside = {one.key for one in more.select_slider}
    assert "momentum" not in inside and "validation_fraction" in inside
    assert slider(app, "epochs").value == 10 and "epochs" not in inside


def progress(app):
    return app.get("progress")[0].proto.text


def test_a_training_runs_to_its_end_and_shows_its_scores(visit):
    app = press(visit("train", TINY), "train.start")
    wait_for(app, "finished")
    assert not app.exception
    assert metrics(app)["Validation accuracy"].endswith("%")
    assert 0 < float(metrics(app)["Validation loss"]) < 3
    assert "All 2 epochs are done." in texts(app.success).replace("\\", "")
    assert not app.warning
    assert "What it gets wrong now" in texts(app.markdown)
    assert pressable(app, "train") == {"start", "reset"}
    state = job(app).view().state
    told = float(re.search(r"([\d,]+) images/s", progress(app))[1].replace(",", ""))
    assert told == pytest.approx(state.images_seen / state.seconds, rel=0.06), (
        "computing time alone"
    )


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"initializer": "zeros"}, "began at zero"),
        ({"optimizer": "sgd", "learning_rate": "10", "hidden_sizes": "32-32"}, "too large"),
        ({"learning_rate": "1e-05"}, "too small"),
        ({"batch_norm": "true", "batch_size": "1"}, "every batch is 1 digit"),
    ],
)
def test_the_coach_says_what_is_wrong_and_sets_the_sliders_to_the_cure(visit, settings, why):
    app = press(visit("train", TINY | {"epochs": "1"} | settings), "train.start")
    wait_for(app, "finished")
    assert not app.exception
    assert why.lower() in texts(app.markdown).lower()
    assert "The one epoch is done." in texts(app.success).replace("\\", "")
    sick = job(app).view().recipe
    press(app, "coach.train.apply")
    assert not app.exception and "set to the cure" in texts(app.success)
    cured = app.session_state["lab"].recipe
    assert cured.differences(sick)


def test_a_paused_training_waits_and_continues(visit, end):
    app = end(visit("train", LONG))
    press(app, "train.start")
    assert pressable(app, "train") == {"pause", "stop", "reset"}
    wait_for_steps(app)
    press(app, "train.pause")
    assert pressable(app, "train") == {"resume", "step", "epoch", "stop", "reset"}
    wait_for_rest(app)
    before = job(app).view().state.step
    wait_for_rest(app)
    assert job(app).view().state.step == before
    press(app, "train.resume")
    assert job(app).status == "running"
    assert pressable(app, "train") == {"pause", "stop", "reset"}


def test_step_trains_one_step_and_epoch_trains_to_the_end_of_an_epoch(visit, end):
    app = end(visit("train", LONG))
    press(app, "train.step")
    wait_for(app, "paused")
    assert job(app).view().state.step == 1
    press(app, "train.step")
    wait_for(app, "paused")
    assert job(app).view().state.step == 2
    press(app, "train.epoch")
    wait_for(app, "paused")
    assert (job(app).view().state.epoch, job(app).view().state.position) == (1, 0)
    assert "1 of 5,000 epochs" in progress(app)


def test_a_learning_rate_changed_midway_is_used_and_marked(visit, end):
    app = end(visit("train", LONG))
    press(app, "train.start")
    wait_for_steps(app)
    slider(app, "learning_rate").set_value(0.005).run()
    wait_until(app, lambda: job(app).view().history.changes)
    assert [c[2:] for c in job(app).view().history.changes] == [("learning_rate", 0.001, 0.005)]
    assert "learning rate 0.001" in app.get("bidi_component")[0].proto.json
    assert job(app).status == "running"


def test_while_training_only_what_may_change_midway_is_enabled(visit, end):
    app = end(visit("train", LONG))
    press(app, "train.start")
    movable = {
        s.key
        for s in [*app.select_slider, *app.selectbox, *app.number_input, *app.slider]
        if not s.disabled
    }
    assert {"learning_rate", "dropout", "l2", "batch_size"} == movable
    press(app, "train.pause")
    assert slider(app, "epochs").disabled
    press(app, "train.stop")
    assert not slider(app, "epochs").disabled


def test_a_training_that_was_stopped_keeps_its_network(visit, end):
    app = end(visit("train", LONG))
    press(app, "train.start")
    wait_for_steps(app)
    press(app, "train.stop")
    assert "Stopped" in texts(app.info)
    assert pressable(app, "train") == {"start", "reset"}
    assert job(app).run().step > 0


def test_reset_discards_the_network(visit):
    app = press(visit("train", TINY), "train.start")
    wait_for(app, "finished")
    press(app, "train.reset")
    assert job(app) is None
    assert "Press **Start**" in texts(app.markdown)
    assert pressable(app, "train") == {"start", "step", "epoch"}


def test_after_sliders_are_moved_the_page_says_which_settings_the_curves_had(visit):
    app = press(visit("train", TINY), "train.start")
    wait_for(app, "finished")
    assert "earlier settings" not in texts(app.caption)
    slider(app, "dropout").set_value(0.5).run()
    assert "earlier settings: dropout was 0." in texts(app.caption).replace("\\", "")


def test_a_training_begins_with_what_the_sliders_show_even_if_the_click_comes_first(visit, end):
    app = end(visit("train", LONG))
    slider(app, "learning_rate").set_value(0.02)
    press(app, "train.start")
    assert job(app).view().recipe.learning_rate == 0.02


def test_divergence_is_explained(visit):
    app = visit(
        "train",
        TINY
        | {
            "optimizer": "sgd",
            "learning_rate": "10",
            "activation": "identity",
            "hidden_sizes": "64-64-64-64",
            "epochs": "20",
        },
    )
    press(app, "train.start")
    wait_for(app, "finished")
    assert "smaller learning rate" in texts(app.warning)
    assert not slider(app, "epochs").disabled
    assert not app.exception


def test_a_failed_worker_gives_a_message(visit, monkeypatch):
    app = visit("train", TINY)
    monkeypatch.setattr("ann.running.dispatch.run_chunk", _broken)
    press(app, "train.start")
    wait_for(app, "failed")
    assert "could not begin" in texts(app.error)
    assert not app.exception
    assert pressable(app, "train") == {"start", "reset"}


def _broken(state, source, limit):
    raise MemoryError("no room for [this](http://example.org) *network*")


def test_a_preset_moves_every_slider_and_names_its_source(visit):
    app = visit("train")
    app.selectbox(key="preset").select("numpy-two-layer").run()
    assert slider(app, "epochs").value == PRESETS["numpy-two-layer"].recipe.epochs
    assert app.select_slider(key="hidden_sizes.1").value == 10
    assert app.query_params["hidden_sizes"] == "10"
    assert "89%" in texts(app.caption)
    slider(app, "epochs").set_value(1).run()
    assert app.selectbox(key="preset").value is None
    assert app.selectbox(key="preset").placeholder == "Your own settings"
    app.selectbox(key="preset").select("defaults").run()
    assert app.session_state["lab"].recipe == Recipe()


def test_our_presets_also_choose_their_data_set_in_place_of_mnists_digits(visit):
    app = visit("train")
    app.selectbox(key="preset").select("quick").run()
    assert app.session_state["lab"].dataset == "mnist-uci"
    app.selectbox(key="preset").select("keras-classic").run()
    assert app.session_state["lab"].dataset == "mnist-uci", "a published preset keeps it"
    app.selectbox(key="preset").select("five-thousand-digits").run()
    assert app.session_state["lab"].dataset == "mnist-5k"


def test_a_link_opens_with_its_settings(visit):
    app = visit("train", {"hidden_sizes": "20-7-5", "learning_rate": "0.009"})
    assert slider(app, "learning_rate").value == 0.009
    assert app.select_slider(key="hidden_sizes.2").value == 7


def test_a_forged_link_falls_back_to_the_default_with_a_message(visit):
    app = visit("train", {"dropout": "7", "epochs": "3"})
    assert "dropout" in texts(app.warning)
    assert slider(app, "dropout").value == 0
    assert slider(app, "epochs").value == 3


def test_without_validation_digits_the_page_says_so(visit):
    app = press(visit("train", TINY | {"validation_fraction": "0"}), "train.start")
    wait_for(app, "finished")
    assert not app.exception
    assert metrics(app)["Validation accuracy"] == "–"
    assert metrics(app)["Training accuracy"].endswith("%")
    assert "the validation fraction is 0" in texts(app.caption)
    assert "After the first epoch" not in texts(app.caption)


@pytest.mark.parametrize(("initializer", "init_scale"), [("he", 0.01), ("normal", 10)])
def test_a_loss_that_is_not_finite_at_the_end_of_an_epoch_is_not_shown_as_a_number(
    visit, initializer, init_scale
):
    """As with whole-set batches: what a step did is only seen when the epoch is measured."""
    diverging = {"hidden_sizes": "64-64-64", "activation": "identity", "optimizer": "sgd"}
    diverging |= {"initializer": initializer, "init_scale": str(init_scale)}
    app = visit("train", diverging | {"learning_rate": "10", "batch_size": "70000"})
    wait_for(press(app, "train.start"), "finished")
    assert "the loss became infinite" in texts(app.warning)
    losses = [metric for metric in app.metric if metric.label.endswith("loss")]
    assert [metric.value for metric in losses] == ["–", "–"]
    assert not any("no validation digits" in metric.delta for metric in losses)


def test_the_last_training_corrects_the_next_estimate(visit, monkeypatch):
    monkeypatch.setattr(workers, "speed", lambda: Speed(1, 1, 1, 1))  # a year for each epoch
    monkeypatch.setattr(limits, "LIMITS", Limits(max_step_seconds=math.inf))
    app = press(visit("train", TINY), "train.start")
    wait_for(app, "finished")
    first = visit("train", TINY)
    app.select_slider(key="epochs").set_value(3).run()
    assert hours(progress(first)) >= 4 * hours(texts(app.caption))


def hours(text):
    return float(re.search(r"about ([\d,]+) h", text).group(1).replace(",", ""))


def share_of(app):
    """The workers as this visitor's trainings see them."""
    return workers.turns().share(Owner(name=app.session_state["lab"].kept[Visitor].id))


def test_beyond_the_limit_a_training_waits_in_line_and_says_so(visit, end):
    app = end(visit("train", LONG))
    share = share_of(app)
    taken = [object() for _ in range(int(limits.LIMITS.max_trainings))]
    for one in taken:
        assert share.seats.take(id(one), print)
    press(app, "train.start")
    assert "waiting for your other trainings" in progress(app)
    assert job(app).status == "running" and not job(app).has_begun
    share.seats.leave(id(taken.pop()))
    wait_for_steps(app)
    assert "left" in progress(app.run())


def test_a_network_that_does_not_fit_beside_the_others_is_refused_with_what_is_free(visit, end):
    app = end(visit("train", LONG))
    share = share_of(app)
    rest = share.claim(int(limits.LIMITS.max_visitor_gb * 1e9) - 1000)
    press(app, "train.start")
    assert "Your trainings may take 2,000 MB together" in texts(app.error)
    assert not app.exception and pressable(app, "train") == {"start", "step", "epoch"}
    rest.release()
    press(app, "train.start")
    assert not app.error and job(app).status == "running"
