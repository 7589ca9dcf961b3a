"""Networks for page tests, trained in moments: a visitor's current training or saved runs."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache

import data
from ann.history import History
from ann.recipe import Recipe
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.state import Split, State, start
from pages.ui.networks.current import CurrentTraining
from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.waiting import wait_until

SMALL = Recipe(hidden_sizes=(32,), epochs=2)
OTHER = replace(SMALL, dropout=0.5, learning_rate=0.01)


class Silent(Executor):
    """Takes chunks but never finishes one, so that a training never ends."""

    def submit(self, function, *args):
        return Future()


def new_job(
    recipe: Recipe = SMALL,
    make=lambda: ThreadPoolExecutor(1),
    state: State | None = None,
    history: History | None = None,
):
    """A job on the embedded digits that has not started."""
    digits = data.load("mnist-5k")
    split = Split(*digits.split(recipe.validation_fraction))
    source = Source(str(digits.folder), digits.fingerprint, len(split.train_x))
    state = state or start(recipe, split, n_classes=10)
    return Job(Pool(make), state, source, history=history)


@lru_cache
def trained(recipe: Recipe = SMALL) -> Job:
    """A finished job."""
    job = new_job(recipe)
    job.resume()
    wait_until(lambda: job.status != "running")
    assert job.status == "finished", job.view().message
    return job


def still_training() -> Job:
    """A job in the middle of its training, which stays there."""
    done = replace(trained().view().state, reason="")
    job = new_job(SMALL, Silent, state=done)
    job.resume()
    return job


def give(app, job: Job, dataset: data.Dataset | None = None):
    """Make `job`, trained on `dataset`, the visitor's current one, and run the page again."""
    training = training_of(app)
    training.job, training.dataset = job, dataset or data.load("mnist-5k")
    return app.run()


def training_of(app) -> CurrentTraining:
    """The current training of a page's visitor."""
    return app.session_state["lab"].kept.setdefault(CurrentTraining, CurrentTraining())


def job_of(app) -> Job | None:
    """The job of the visitor's current training."""
    return training_of(app).job


def visitor(app) -> str:
    """The name under which this page's visitor saves: as a member of a class, the member's."""
    found = app.session_state["lab"].kept.setdefault(Visitor, Visitor("v" * 43))
    return found.member or found.id


def save_runs(app, *recipes):
    """Save a trained run of each recipe for this visitor, and show the page."""
    for recipe in recipes:
        stores.archive().save(visitor(app), trained(recipe).run())
    return app.run()


def mine(app):
    """This visitor's saved runs, the newest first."""
    return stores.archive().list(visitor(app))
