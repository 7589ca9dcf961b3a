"""Is it luck? A race's lanes and the Train page's network, repeated over several seeds."""

from ann.evaluation.significance import SEEDS
from pages.race.current import Race
from pages.ui.repeats.lanes import CurrentRepeats
from tests.pages.conftest import press, pressable, texts, wait_until
from tests.pages.trained import give, job_of, trained

TINY = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512"}


def race(app) -> Race:
    return app.session_state["lab"].kept[Race]


def run_a_race(app):
    press(app, "race.start")
    return wait_until(app, lambda: race(app).repeats.possible)


def said(boxes) -> str:
    """What boxes say, without the signs that keep Markdown out."""
    return texts(boxes).replace("\\", "")


def repeat(app, of_lanes):
    """Ask whether it is luck. No page is drawn until the answer is there."""
    press(app, "repeats.start")
    return wait_until(app, lambda: of_lanes.status == "finished")


def test_one_click_shows_whether_it_is_luck_compared_with_the_chosen_lane(visit, end):
    app = end(visit("race", TINY | {"field": "learning_rate", "values": "0.0001~0.001~0.01"}))
    run_a_race(app)
    assert pressable(app, "repeats") == {"start"}
    repeat(app, race(app).repeats)
    assert not app.exception
    assert "learning rate 0.01 against learning rate 0.0001: a real difference" in said(app.success)
    assert said([*app.success, *app.info]).count("against learning rate 0.0001:") == 2
    assert f"{SEEDS} seeds per lane" in texts(app.caption).lower()
    assert "compared seed by seed" in texts(app.caption)
    app.selectbox(key="repeats.reference.3").set_value(2).run()
    assert not app.exception
    judged = said([*app.success, *app.info])
    assert "learning rate 0.0001 against learning rate 0.01: a real difference" in judged
    assert "learning rate 0.001 against learning rate 0.01:" in judged


def test_a_single_lane_gets_a_mean_and_its_interval(visit, end):
    app = end(visit("race", TINY | {"field": "seed", "values": "3"}))
    run_a_race(app)
    repeat(app, race(app).repeats)
    is_a_spread(app)


def is_a_spread(app):
    assert not app.exception
    spread = next(metric for metric in app.metric if metric.label == f"Mean of {SEEDS} seeds")
    worst, best = spread.delta.split(" to ")
    assert worst <= spread.value <= best
    assert "95% confidence interval" in texts(app.markdown)


def test_the_network_of_the_train_page_can_be_repeated_too(visit, end):
    app = end(visit("train", TINY))
    assert not pressable(app, "repeats")
    press(app, "train.start")
    wait_until(app, lambda: job_of(app).status == "finished")
    of_lanes = app.session_state["lab"].kept[CurrentRepeats].repeats
    repeat(app, of_lanes)
    is_a_spread(app)
    kept = of_lanes.repeats.lanes[0][0]
    history = job_of(app).view().history
    assert kept.accuracy == history.epochs["validation_accuracy"][-1], "it is one of the seeds"


def test_repeats_end_when_another_network_is_trained(visit, end):
    app = end(visit("train", TINY))
    give(app, trained())
    press(app, "repeats.start")
    before = app.session_state["lab"].kept[CurrentRepeats].repeats
    press(app, "train.start")
    assert before.status == "finished"
    assert not any(run.job for run in before.repeats.runs)


def test_repeats_that_a_lost_connection_paused_continue_when_the_page_is_drawn_again(visit, end):
    app = end(visit("train", TINY | {"epochs": "5000"}))
    press(app, "train.start")
    wait_until(app, lambda: job_of(app).has_begun)
    press(app, "train.stop")
    press(app, "repeats.start")
    repeats = app.session_state["lab"].kept[CurrentRepeats].repeats.repeats
    repeats.pause("Paused because the page was closed.")
    assert repeats.status == "paused"
    app.run()
    assert repeats.status == "running" and not app.exception
    press(app, "repeats.stop")
    assert repeats.status == "finished"


def test_lanes_that_differ_by_their_seed_are_luck(visit, end):
    app = end(visit("race", TINY | {"field": "seed", "values": "0~1"}))
    run_a_race(app)
    assert "luck" in texts(app.markdown)
    assert not pressable(app, "repeats")


def test_without_a_validation_set_nothing_can_be_judged(visit, end):
    app = end(visit("race", TINY | {"validation_fraction": "0"}))
    run_a_race(app)
    assert not app.exception
    assert "no way to tell without a validation set" in texts(app.markdown)
    assert not pressable(app, "repeats"), "ten trainings would come to nothing"
    assert "After the first epoch" not in texts(app.caption)
