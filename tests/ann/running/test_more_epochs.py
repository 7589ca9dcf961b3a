"""More epochs for a finished training: the same run, and the same bits where that is possible."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from ann.running.finished import FinishedJob
from ann.running.pool import Pool
from tests.ann.running.test_job import RECIPE, job_for, undisturbed, wait_for
from tests.waiting import wait_until

TWO = replace(RECIPE, epochs=2)
LONGER = replace(TWO, epochs=5)


@pytest.fixture
def finished(source):
    """A function that trains a recipe to its end."""
    pool = Pool(lambda: ThreadPoolExecutor(1))

    def train(recipe):
        job = job_for(pool, source, recipe)
        job.resume()
        wait_for(job, "finished")
        return job

    yield train
    pool.shutdown()


def three_more(job):
    job.extend(3)
    assert job.status == "paused"
    job.resume()
    return wait_for(job, "finished")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"optimizer": "sgd", "schedule": "step", "decay_every": 1},
        {"schedule": "exponential", "batch_norm": True},
        {"schedule": "plateau", "decay_every": 1, "l2": 0.001},
        {"hidden_sizes": (16, 8), "dropout": 0.5, "seed": 3},
    ],
    ids=str,
)
def test_epochs_and_more_epochs_equal_all_of_them_from_the_start(source, finished, settings):
    expected = undisturbed(source, replace(LONGER, **settings))
    view = three_more(finished(replace(TWO, **settings)))
    assert np.array_equal(view.state.theta, expected.theta)
    assert np.array_equal(view.state.moments, expected.moments)
    assert view.recipe == expected.recipe and view.state.reason == "epochs"
    assert list(view.history.epochs["epoch"]) == [1, 2, 3, 4, 5]
    assert not view.history.changes, "its link can promise the same result"


@pytest.mark.parametrize(
    "settings",
    [{"schedule": "cosine"}, {"schedule": "one_cycle"}, {"ema": 0.9}, {"patience": 50}],
    ids=str,
)
def test_where_the_end_depended_on_the_number_of_epochs_the_history_says_so(finished, settings):
    view = three_more(finished(replace(TWO, **settings)))
    ((_, epoch, *change),) = view.history.changes
    assert (epoch, change) == (2.0, ["epochs", 2, 5])
    assert view.state.epoch == 5 and view.recipe.epochs == 5


def test_a_stretched_schedule_raises_the_learning_rate_again(finished):
    view = three_more(finished(replace(TWO, schedule="cosine")))
    rates = view.history.epochs["learning_rate"]
    assert rates[1] < 1e-9 < rates[2], "at the end of the second epoch it was 0"
    assert rates[4] < 1e-9


def test_only_a_training_that_did_all_its_epochs_can_have_more(source, finished):
    diverged = finished(replace(TWO, optimizer="sgd", activation="identity", learning_rate=10.0))
    assert diverged.view().state.reason == "diverged"
    stopped = job_for(Pool(lambda: ThreadPoolExecutor(1)), source, replace(TWO, epochs=5000))
    stopped.resume()
    wait_until(lambda: stopped.has_begun)
    assert not stopped.can_continue
    stopped.finish()
    for job in (diverged, stopped):
        assert not job.can_continue
        job.extend(3)
        assert job.status == "finished"


def test_a_run_of_which_only_the_network_was_saved_can_have_no_more(source, finished):
    run = finished(TWO).run()
    saved = FinishedJob(Pool(lambda: ThreadPoolExecutor(1)), run, source)
    saved.extend(3)
    assert not saved.can_continue and saved.status == "finished"


def test_more_epochs_than_a_recipe_may_have_are_fewer(finished):
    job = finished(TWO)
    job.extend(10_000)
    assert job.view().recipe.epochs == 5000
    job.finish()
