"""The network as it was at an earlier step of its training.

Nothing of a run's past is stored. A worker trains the run again up to the step, or on from the
nearest state that this tab still has, and arrives at the same state bit for bit. A page calls
`state_at` or `run_at`; as long as it gets None, it draws `progress` and nothing else.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from ann.inside.frames import history_until
from ann.inside.replay import Plan
from ann.run import Run
from ann.running import limits
from ann.running.budget import Claim, NoRoomError
from ann.running.finished import FinishedJob
from ann.running.limits import GB
from ann.running.memory import state_bytes
from ann.running.replay import Replay
from ann.running.view import ENDED, Status
from ann.state import State
from pages.ui import session, words
from pages.ui.inside.subject import Subject
from pages.ui.networks import jobs
from pages.ui.server import workers

BACK = 16  # the state this many steps before is kept, too: one may want to step back
LEAST = 2  # states that are kept, however large they are
BEAT = 0.4  # seconds between two updates of the progress bar


class Place(NamedTuple):
    """A step on the way of a run."""

    way: str  # what decides every step of it
    step: int


@dataclass
class Rewound:
    """What a tab has of its runs' past, and what is being trained again for it."""

    states: OrderedDict[Place, tuple[State, Claim]] = field(default_factory=OrderedDict)
    replay: Replay | None = None
    wanted: Place | None = None  # what the replay is for
    problem: str = ""  # why that can't be had


def run_at(subject: Subject, step: int) -> Run | None:
    """The network after this many steps, with its history up to there; None while it is trained.

    `ValueError` if the run has no such step.
    """
    run = subject.whole
    if step == run.step:
        return run
    state = state_at(subject, step)
    if state is None:
        return None
    return Run.of(state, history_until(run.history, step), run.fingerprint)


def state_at(subject: Subject, step: int) -> State | None:
    """The state of the training after this many steps; None while it is trained again.

    Never change it. After the last step of an epoch, the epoch is closed; after the last step of
    the training, it is over, and the weights are those that it leaves. `ValueError` if the run has
    no such step.
    """
    run, past = subject.whole, session.keep(Rewound)
    if not 0 <= step <= run.step:
        raise ValueError(f"step: {step} is outside 0 to {run.step:,}")
    if subject.job and not isinstance(subject.job, FinishedJob):
        state = subject.job.view().state
        if state.step == run.step == step:
            return state
    try:
        plan = Plan.of(run)
    except ValueError as error:
        past.replay, past.wanted, past.problem = None, None, str(error)
        return None
    place = Place(repr((plan.recipe, plan.changes, run.fingerprint)), step)
    if place not in past.states and past.wanted != place:
        _begin(past, place, subject, plan)
    if replay := past.replay:
        workers.wait_for(lambda: replay.status in ENDED)
        _collect(past, subject)
    if place not in past.states:
        return None
    past.states.move_to_end(place)
    return past.states[place][0]


def progress() -> None:
    """How far the training is that `state_at` waits for, or why it can't be had."""
    past = session.keep(Rewound)
    if past.problem:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(words.plain(past.problem), icon=":material/warning:", width="stretch")
            if past.wanted:
                st.button("Try again", key="rewind.again", on_click=_again)
    elif past.replay:
        working(past.replay)


def _again() -> None:
    past = session.keep(Rewound)
    past.wanted, past.problem = None, ""


def _begin(past: Rewound, place: Place, subject: Subject, plan: Plan) -> None:
    """Train the run again up to this place, from the nearest state before it."""
    if past.replay:
        past.replay.finish()
    past.replay, past.wanted, past.problem = None, place, ""
    known = [p.step for p in past.states if p.way == place.way and p.step < place.step]
    nearest = max(known, default=-1)
    begun = past.states[place._replace(step=nearest)][0] if known else None
    earlier = place.step - BACK
    stops = (earlier, place.step) if earlier > max(nearest, 0) else (place.step,)
    try:
        past.replay = jobs.new_replay(
            subject.whole, subject.digits, plan, stops, begun=begun, whole=True
        )
    except NoRoomError as error:
        past.problem = str(error)
        return
    past.replay.resume()


def _collect(past: Rewound, subject: Subject) -> None:
    """Keep what a finished replay has brought, within the bound."""
    replay, place = past.replay, past.wanted
    if replay is None or place is None or replay.status not in ENDED:
        return
    past.replay, past.problem = None, replay.message if replay.status == Status.FAILED else ""
    frames = replay.frames
    if frames and frames[-1].step == place.step:
        past.wanted = None
    elif not past.problem:
        past.problem = replay.message or "Trained again, this run ends before that step."
    size = state_bytes(subject.run.recipe, subject.run.n_features, subject.run.n_classes)
    replay.release()
    try:
        for frame in frames:
            there = place._replace(step=frame.step)
            past.states.pop(there, None)
            past.states[there] = frame.state, workers.shares()[0].claim(size)
    except NoRoomError as error:
        past.problem = str(error)
    most = limits.LIMITS.max_replay_gb * GB
    while len(past.states) > LEAST and sum(c.size for _, c in past.states.values()) > most:
        past.states.popitem(last=False)


def working(replay: Replay, is_news: Callable[[], bool] = lambda: False) -> None:
    """How far a replay is, with a button to stop it, until it ends or there is news.

    Then the whole page runs again.
    """
    workers.fragment(_bar, run_every=BEAT)(replay, is_news)


def _bar(replay: Replay, is_news: Callable[[], bool]) -> None:
    if replay.status in ENDED or is_news():
        st.rerun()
    view = replay.view()
    left = words.time_left(view.seconds_left, view.place)
    with st.container(horizontal=True, vertical_alignment="center", key="rewind"):
        st.progress(
            replay.share, f"Training this run again, up to step {replay.stops[-1]:,}: {left}."
        )
        if view.status == Status.PAUSED:
            st.button("Continue", key="rewind.continue", on_click=replay.resume)
        st.button("Stop", icon=":material/stop:", key="rewind.stop", on_click=replay.finish)
    if view.status == Status.PAUSED:
        st.caption(words.plain(view.message))
