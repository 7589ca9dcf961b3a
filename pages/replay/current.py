"""The replay that a tab has: the run on the page, trained again by a worker for its frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from ann.events import Reason
from ann.finish import brings_back
from ann.inside.frames import Frame, equals
from ann.inside.replay import DOUBLING, Plan, frame_steps
from ann.run import Run
from ann.running import limits
from ann.running.budget import NoRoomError
from ann.running.limits import GB
from ann.running.replay import Replay, frame_bytes
from ann.running.view import ENDED
from ann.version import version
from pages.ui import session
from pages.ui.inside.subject import Subject
from pages.ui.links import address
from pages.ui.networks import jobs
from pages.ui.server import workers
from pages.ui.words import counted, figures, fitting

MOST_FRAMES = 40
FIRST_LOOK = 11  # frames that are shown while more are coming: the steps 0, 1, 2, 4, …, 512
SOON = 3.0  # seconds that a visitor can wait for all frames


@dataclass
class CurrentReplay:
    """The replay of a tab, of which there is one at a time, and what it is of."""

    of: str = ""
    replay: Replay | None = None
    problem: str = ""  # why there is none
    drawn: int = 0  # frames that were shown while more were coming
    left_out: int = 0  # epochs that have no frame
    linked: str = ""  # the step in the address that the visitor came by
    arrivals: int = 0  # by such an address


def replay(subject: Subject) -> CurrentReplay:
    """The replay of this network, begun if it is not there."""
    held, run = session.keep(CurrentReplay), subject.run
    step = address.arriving("step").get("step")
    if step is not None:
        held.linked, held.arrivals = step, held.arrivals + 1
    of = repr((subject.weights, run.recipe, run.history.changes, run.step, run.epoch, run.reason))
    if held.of != of:
        if held.replay:
            held.replay.finish()
        held.of, held.replay, held.problem, held.drawn = of, None, "", 0
        held.linked = step or ""
        try:
            held.replay, held.left_out = _begin(subject)
        except (NoRoomError, ValueError) as error:
            held.problem = str(error)
    if begun := held.replay:
        workers.wait_for(lambda: begun.status in ENDED)
    return held


def first_frame(held: CurrentReplay, frames: Sequence[Frame]) -> tuple[int, str]:
    """The frame to begin with, which a link may have named, and what is wrong with the link."""
    last, text = len(frames) - 1, held.linked
    if not text:
        return last, ""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        held.linked = ""
        most = f"{frames[-1].step:,}"
        return last, f"step: {text[:20]!r} is not a whole number; allowed are 0 to {most}"
    distances = [abs(frame.step - int(text)) for frame in frames]
    return distances.index(min(distances)), ""


def again() -> None:
    """For a button's callback: begin once more."""
    session.keep(CurrentReplay).of = ""


def _begin(subject: Subject) -> tuple[Replay, int]:
    run = subject.run
    plan, size = Plan.of(run), frame_bytes(run.recipe, run.n_features, run.n_classes)
    room = limits.LIMITS.max_replay_gb * GB
    if 2 * size > room:
        raise ValueError(
            f"This network is too large for a replay: one frame of it takes {size / 1e6:,.0f} MB, "
            f"and all frames together may take {room / 1e6:,.0f} MB."
        )
    ends = [int(step) for step in run.history.epochs["step"]]
    stops = frame_steps(plan, ends, min(MOST_FRAMES, int(room // size)))
    begun = jobs.new_replay(run, subject.digits, plan, stops)
    begun.resume()
    return begun, sum(DOUBLING < step < run.step and step not in stops for step in ends)


def shown(held: CurrentReplay) -> Sequence[Frame]:
    """The frames to show now: all, or while more are coming, 11, 22, 44, … of them.

    Each time there are more, they are all sent to the browser again; not if all come soon.
    """
    replay = held.replay
    if replay is None or replay.status in ENDED:
        return replay.frames if replay else ()
    frames, count = replay.frames, FIRST_LOOK
    while 2 * count <= len(frames):
        count *= 2
    if len(frames) >= count > held.drawn and not replay.view().seconds_left < SOON:
        held.drawn = count
    return frames[: held.drawn]


def labels(frames: Sequence[Frame]) -> list[str]:
    """A short name for each frame: its step."""
    names = [f"{frame.step:,}" for frame in frames]
    if restored(frames):
        names[-1] = "kept"
    return names


def restored(frames: Sequence[Frame]) -> bool:
    """Whether the last frame holds other weights than the last step left."""
    return len(frames) > 1 and frames[-1].step == frames[-2].step


def sentences(frames: Sequence[Frame], subject: Subject) -> list[str]:
    """What each frame shows, in a sentence."""
    run, names = subject.run, subject.digits.class_names
    part = "validation" if run.recipe.validation_fraction else "training"
    found = []
    for k, frame in enumerate(frames):
        if k and k == len(frames) - 1 and restored(frames):
            where = f"Kept, {_origin(run)}"
        elif frame.step:
            where = f"Step {frame.step:,}, epoch {frame.epoch:,.2f}"
        else:
            where = "Before the first step"
        loss = figures(frame.loss) if isfinite(frame.loss) else "not a number"
        count = counted(int(frame.confusion.sum()), f"{part} digit")
        found.append(
            fitting(
                f"{where}: {frame.accuracy:.1%} of {count} correct, loss {loss}",
                names,
            )
        )
    return found


def _origin(run: Run) -> str:
    """Which weights the end of a run has brought back."""
    best = run.history.best_epoch
    if best and brings_back(run.recipe, run.reason):
        return f"the weights of epoch {best}"
    return "the initial weights" if run.reason == Reason.DIVERGED else "other weights"


def outcome(held: Replay, run: Run) -> tuple[bool, str]:
    """Whether the replay ended with the network that was kept, and that in words."""
    numbers = counted(run.parameters, "parameter")
    if held.frames and equals(held.frames[-1], run):
        return True, f"The last frame equals the network that was kept, bit for bit: {numbers}."
    text = "The last frame does **not** equal the network that was kept"
    if run.version != version():
        return False, (
            f"{text}: that one was trained by another version of ANN Lab, or on another kind of "
            "machine, where the same training takes a slightly different way."
        )
    return False, (
        f"{text}. Something in its training is not on record, as in a file from elsewhere."
    )
