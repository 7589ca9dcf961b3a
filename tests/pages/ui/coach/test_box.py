"""The coach's box on Train and Runs: the cure is raced, or put on the sliders."""

from dataclasses import replace

from ann.recipe import Recipe
from ann.running.view import Status
from pages.ui import site
from tests.pages.conftest import press, texts, wait_until
from tests.pages.race.conftest import lanes, run_to_the_end
from tests.pages.trained import SMALL, job_of, mine, save_runs

SICK = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512", "initializer": "zeros"}


def test_the_cure_is_raced_against_the_run_at_one_click(visit, end):
    app = end(press(visit("train", SICK), "train.start"))
    wait_until(app, lambda: job_of(app).status == Status.FINISHED)
    press(app, "coach.train.race")
    assert not app.exception
    assert app.title[0].value == "Race"
    assert [lane.recipe.initializer for lane in lanes(app)] == ["zeros", "he"]
    assert [lane.name for lane in lanes(app)] == ["initializer Zeros", "initializer He"]
    before = lanes(app)
    app.switch_page(site.path("race"))
    run_to_the_end(app)
    assert "All weights began at zero" in texts(app.run().caption)
    assert lanes(app) == before, "it starts once"


def test_a_cure_in_several_settings_races_as_a_whole(visit, end):
    sick = SICK | {"activation": "sigmoid", "hidden_sizes": "8-8-8-8", "initializer": "xavier"}
    app = end(press(visit("train", sick | {"optimizer": "sgd"}), "train.start"))
    wait_until(app, lambda: job_of(app).status == Status.FINISHED)
    press(app, "coach.train.race")
    assert not app.exception and app.title[0].value == "Race"
    first, second = (lane.recipe for lane in lanes(app))
    assert set(second.differences(first)) == {"activation", "initializer"}


def test_a_finding_is_there_while_it_trains_and_apply_ends_the_training(visit, end):
    app = end(press(visit("train", SICK | {"epochs": "5000"}), "train.start"))
    job = job_of(app)
    wait_until(app, lambda: job.view().history.signals)
    app.run()
    assert "All weights began at zero" in texts(app.markdown)
    press(app, "coach.train.apply")
    assert not app.exception
    assert job.status == Status.FINISHED
    assert app.session_state["lab"].recipe.initializer == "he"
    assert "set to the cure" in texts(app.success)


def test_a_healthy_training_has_no_box(visit):
    app = visit("train", {"hidden_sizes": "64", "learning_rate": "0.003"})
    app = press(app, "train.start")
    wait_until(app, lambda: job_of(app).status == Status.FINISHED)
    assert not [b for b in app.button if str(b.key).startswith("coach.")]
    assert "Healthy" in texts(app.run().caption)


def test_runs_shows_the_finding_of_a_saved_run(visit):
    zeros = replace(SMALL, initializer="zeros")
    app = save_runs(visit("runs"), zeros)
    assert mine(app)[0].summary.finding == "zero_initialization"
    assert list(app.dataframe[0].value["Finding"]) == ["All weights began at zero"]
    assert "All weights began at zero" in texts(app.markdown)
    press(app, "coach.runs.apply")
    assert not app.exception and app.title[0].value == "Train"
    assert app.session_state["lab"].recipe == Recipe(hidden_sizes=(32,), epochs=2)
