"""A race while it runs and when it has finished: what each lane shows."""

import re

import numpy as np

from ann.running.chunk import open_split
from tests.pages.conftest import press, pressable, texts, wait_until
from tests.pages.race.conftest import LONG, RACE, TINY, lanes, run_to_the_end


def own_mistakes(app):
    """For each lane, how many digits only this lane gets wrong, as the page says."""
    return re.findall(r"Only this lane gets wrong\*\*: ([\d,]+)", texts(app.markdown))


def only_one_wrong(lanes):
    """The same, counted with the networks themselves."""
    split = open_split(lanes[0].job.source)
    answers = [lane.job.run().predict_proba(split.validation_x).argmax(axis=1) for lane in lanes]
    wrong = np.array(answers) != split.validation_y
    return (wrong & (wrong.sum(axis=0) == 1)).sum(axis=1)


def test_a_race_runs_to_its_end_and_shows_each_lane(visit, end):
    app = end(press(visit("race", TINY), "race.start"))
    assert [lane.recipe.learning_rate for lane in lanes(app)] == [0.001, 0.01]
    run_to_the_end(app)
    assert not app.exception
    assert [metric.value.endswith("%") for metric in app.metric] == [True, True]
    assert own_mistakes(app) == [f"{mistakes:,}" for mistakes in only_one_wrong(lanes(app))]
    assert (
        "The lanes have the same initial weights and see the same digits in the same order"
        in texts(app.caption)
    )
    assert "What it cost" in texts(app.header)
    assert pressable(app, "race") == {"start"}


def test_without_validation_accuracy_no_cost_is_drawn(visit, end):
    app = end(press(visit("race", TINY | {"validation_fraction": "0.0"}), "race.start"))
    run_to_the_end(app)
    assert not app.exception
    assert "What it cost" not in texts(app.header)


def test_what_only_one_lane_gets_wrong_is_shown_while_the_race_runs(visit, end):
    app = end(press(visit("race", LONG | RACE), "race.start"))
    wait_until(
        app, lambda: all(len(lane.job.view().history.epochs["epoch"]) for lane in lanes(app))
    )
    assert {lane.job.status for lane in lanes(app)} == {"running"}
    assert len(own_mistakes(app)) == 2


def test_a_warning_names_the_lane_that_diverged(visit, end):
    unstable = TINY | {"optimizer": "sgd", "activation": "identity", "hidden_sizes": "64-64-64-64"}
    app = end(
        visit("race", unstable | {"epochs": "3", "field": "learning_rate", "values": "0.01~10"})
    )
    press(app, "race.start")
    run_to_the_end(app)
    assert "learning rate 10" in texts(app.warning)
    assert not app.exception
