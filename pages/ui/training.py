"""From the session's recipe and data set to a job on the server's pool, and from a job to a run."""

from ann.chunks import Source
from ann.jobs import Job
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from data import DataError, Dataset
from pages.ui import cached, session


def dataset() -> Dataset:
    """The visitor's data set; the default one, with a message, where it cannot be opened."""
    state = session.state()
    try:
        return cached.dataset(state.dataset)
    except DataError as error:
        session.say(f"{error} The embedded digits are used instead.", "warning")
        state.dataset = "mnist-5k"
        return cached.dataset(state.dataset)


def new_job(recipe: Recipe) -> Job:
    """A job for the visitor's data set, not started yet; it becomes the session's job."""
    state, digits = session.state(), dataset()
    split = Split(*digits.split(recipe.validation_fraction))
    source = Source(str(digits.folder), digits.fingerprint, len(split.train_x))
    if state.job:
        state.job.finish()
    first = start(recipe, split, n_classes=len(digits.class_names))
    state.job = Job(cached.pool(), first, source, wanted=session.connection())
    return state.job


def current_run() -> Run | None:
    """The network to evaluate and to draw for: the present job's as it stands, else none."""
    job = session.state().job
    return job.run() if job and job.view().state.step else None
