"""An exhibit: its curves, the visitor's diagnosis, and then what it was."""

from functools import partial
from weakref import ref

import streamlit as st

from ann.coach.advice import advise
from ann.coach.findings import TITLES
from ann.lessons.museum import Exhibit
from ann.recipes import wording
from ann.running.job import Job
from ann.running.view import ENDED
from pages.museum import visit
from pages.museum.visit import Visit
from pages.ui import gauges
from pages.ui.coach import box
from pages.ui.lessons import desk
from pages.ui.live import beat
from pages.ui.live.curves import curves

KEY = "museum"


def show(here: Visit, one: Exhibit) -> None:
    """The curves while it trains, then the questions, then the gauges and the cure."""
    if not here.is_blind:
        recipe = one.recipe
        told = wording.settings(recipe, recipe.differences())
        st.markdown(f"“{one.complaint}”")
        st.caption(f"Its settings: {told}. All others are the lab's defaults.")
    status = here.training.status
    curves_of = partial(_curves, here)
    beat.live(status, lambda: here.training.status, curves_of, here.training.has_news)
    if here.uncovered:
        _uncovered(here, one)
    else:
        _ask(one)


def _curves(here: Visit) -> None:
    job = here.training.job
    if job is None:
        return
    view = job.view()
    done = view.history.epochs_done
    st.progress(min(done / view.recipe.epochs, 1.0), f"Epoch {done:.1f} of {view.recipe.epochs:,}")
    curves(KEY, (ref(job), view.revision), view.history)


def _ask(one: Exhibit) -> None:
    """What is it, and why? Both before anything is uncovered."""
    left, right = st.columns(2)
    with left:
        cause = st.radio(
            "**What is wrong?**",
            visit.choices(one),
            index=None,
            format_func=TITLES.__getitem__,
            key=f"{KEY}.cause.{one.name}",
        )
    with right:
        reason = st.radio(
            "**What happens there?**",
            visit.reasons(one),
            index=None,
            format_func=visit.WHY.__getitem__,
            key=f"{KEY}.reason.{one.name}",
        )
    st.button(
        "That is my diagnosis",
        key=f"{KEY}.diagnose",
        type="primary",
        disabled=not (cause and reason),
        on_click=visit.diagnose,
        args=(one, cause, reason),
        help="Shows what the coach found, the gauges of each layer and the cure.",
    )


def _uncovered(here: Visit, one: Exhibit) -> None:
    """Whether the diagnosis was right; what the coach says, and the gauges."""
    settled, job = desk.museum().settled.get(one.name), here.training.job
    if settled and settled.gap == 0:
        st.success("Right, and for the right reason.", icon=":material/check_circle:")
    elif settled and settled.within_reach:
        st.warning("The cause is right, but the reason is another one.", icon=":material/rule:")
    else:
        st.warning(f"It was something else: {TITLES[one.cause]}.", icon=":material/close:")
    if here.is_blind:
        recipe = one.recipe
        st.caption(f"Its settings: {wording.settings(recipe, recipe.differences())}.")
    if job is None:
        return
    if job.status not in ENDED:
        st.caption("The coach and the gauges appear once its training has ended.")
        return
    _coach(here, job)


def _coach(here: Visit, job: Job) -> None:
    view, dataset = job.view(), here.training.dataset
    names = dataset.class_names if dataset else ()
    advice = advise(view.state, view.history)
    if advice:
        box.show(advice, view.recipe, dataset.name if dataset else None, names, key=KEY)
    gauges.show(job, view, names, key=KEY, is_open=True)
