"""The best trial of a sweep: its settings go to the Train page, its network to the saved runs.

After a restart of the server only the numbers of a sweep are left. Then the best trial is
retrained, with a progress bar, and arrives at the same network.
"""

import streamlit as st

from ann.keeping.database import ArchiveError
from ann.recipes import naming, wording
from ann.run import Run
from ann.running.view import Status
from ann.search.view import TrialView
from pages.sweep import current
from pages.ui import session
from pages.ui.live import beat
from pages.ui.server import classes, datasets, stores
from pages.ui.server.visitor import address, visitor_id
from pages.ui.words import counted, duration, listed

DIFFERS = (
    "This network differs slightly from the one in the sweep, which was trained by another version "
    "of the lab or on another kind of machine."
)


def use() -> bool:
    """Put the best trial's settings on the Train page; False if no trial was measured yet."""
    state, best = current.state(), _best()
    if best is None or state.dataset is None:
        return False
    if found := datasets.find(state.dataset.fingerprint):
        session.state().dataset = found[0]
    session.set_recipe(best.recipe)
    session.say("These are the settings of your sweep's best trial.", "success")
    return True


def can_use() -> bool:
    """Whether there is a best trial, or will be soon."""
    return current.status() == Status.RUNNING or _best() is not None


def can_save() -> bool:
    """Whether there is a best trial, or will be soon, whose network is not saved already."""
    if not can_use() or _status() == Status.RUNNING:
        return False
    best = _best()
    if best is None or current.status() == Status.RUNNING:
        return True  # a best trial, or a better one, may come soon
    return best.number not in current.state().saved


def save() -> None:
    """For a button's callback: save the network of the best trial so far, or retrain it first."""
    state, best = current.state(), _best()
    if state.sweep is None or best is None:
        session.say("No trial has been measured yet.")
    elif best.number in state.saved:
        session.say("The network of the best trial so far is already saved.")
    elif run := state.sweep.best_run():
        _save(run, best.number)
    elif not classes.refused():
        if not state.retrain or state.retrain.trial != best.number:
            state.retrain = state.sweep.retrain_best()
        if state.retrain:
            state.retrain.resume()


def save_retrained() -> None:
    """Before the page: save the retrained network as soon as it is ready."""
    state = current.state()
    retrain = state.retrain
    if retrain and (run := retrain.run):
        state.retrain = None
        if not retrain.same:
            session.say(DIFFERS, "warning")
        _save(run, retrain.trial)
    elif retrain and _status() == Status.FAILED:
        state.retrain = None
        session.say(retrain.job.view().message, "error")


def show() -> None:
    """Show a progress bar while the best trial is retrained."""
    retrain = current.state().retrain
    if retrain and (retrain.run or _status() == Status.FAILED):
        st.rerun()  # it ended after `save_retrained` looked, and no beat would run the page again
    beat.live(_status(), _status, _draw)


def _best() -> TrialView | None:
    sweep = current.state().sweep
    return sweep.view().best if sweep else None


def _status() -> Status | None:
    retrain = current.state().retrain
    return retrain.job.status if retrain else None


def _draw() -> None:
    if retrain := current.state().retrain:
        view = retrain.job.view()
        left = f"  ·  {duration(view.seconds_left)} left" * (view.seconds_left == view.seconds_left)
        text = f"Retraining the best trial to save its network{left}"
        st.progress(retrain.share, view.message or text)


def _save(run: Run, trial: int) -> None:
    state = current.state()
    plan = state.plan
    if plan is None:
        return
    searched = listed([wording.label(name) for name in plan.fields])
    note = f"The best of {counted(len(plan.recipes), 'trial')} in a sweep over {searched}."
    try:
        stores.archive().save(visitor_id(), run, note=note, address=address())
    except ArchiveError as error:
        session.say(str(error), "error")
        return
    if run.reason:  # it will not be trained any further
        state.saved.add(trial)
    session.say(f"Saved on the Runs page: {naming.default_name(run.recipe)}.", "success")
