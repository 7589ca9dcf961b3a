"""At which step of its training a network is looked at: `epoch=3` or `step=128` in the address.

Without either, it is the latest one. An earlier one is trained again by a worker
(`pages.ui.inside.rewind`); until that is done, the page waits.
"""

import re
from dataclasses import dataclass

import streamlit as st

from ann.inside.replay import Plan, frame_steps
from ann.run import Run
from pages.ui import session, words
from pages.ui.inside import control, rewind
from pages.ui.inside.subject import Subject
from pages.ui.links import address
from pages.ui.networks import current, opened
from pages.ui.networks.subject import weights_hash

KEY = "inside.position"
MOST = 60  # positions of the slider
NUMBER = re.compile(r"\d{1,9}")
NAMES = ("step", "epoch")


@dataclass
class Position:
    """A visitor's position, for one network."""

    step: int | None = None  # None: the latest
    linked: tuple[str, str] | None = None  # of a link: one of NAMES, and its value
    of: object = None  # the opened run or the training that it belongs to


def arrive(*, keep: bool) -> None:
    """Take the position from the address; without one there, `keep` the last one or forget it."""
    position = session.keep(Position)
    found = address.arriving(*NAMES)
    position.linked = next(((name, found[name]) for name in NAMES if name in found), None)
    if not (position.linked or keep):
        position.step = None


def go_to(step: int | None) -> None:
    """For a button's callback: look at the network after this step; None is the latest."""
    session.keep(Position).step = step


def slider(subject: Subject) -> None:
    """A slider over the steps of the network's training."""
    position, run = session.keep(Position), subject.run
    network = opened.current() or current.training().job
    if position.of is not network:
        position.of, position.step = network, None
    _read(position, run)
    if position.step is not None and not 0 <= position.step < run.step:
        position.step = None
    _slider(position, run)


def says(subject: Subject) -> str:
    """A sentence on the step, as Markdown; empty for the latest one."""
    step = session.keep(Position).step
    return "" if step is None else f" Here: **{_name(_epoch_ends(subject.run), step)}**."


def at(subject: Subject) -> Subject | None:
    """The network at the step of the slider.

    None while it is trained up to there again, which the page then shows, and nothing else.
    """
    step, run = session.keep(Position).step, subject.run
    if step is None:
        address.show(step=None, epoch=None)
        return subject
    address.show(**_parameters(run, step))
    found = rewind.run_at(subject, step)
    if found is None:
        rewind.progress()
        st.button(
            "Look at the latest network instead", key="inside.latest", on_click=go_to, args=(None,)
        )
        return None
    return subject._replace(run=found, weights=weights_hash(found), latest=run)


def _read(position: Position, run: Run) -> None:
    """Turn what a link says into a step, or say why that cannot be done."""
    if position.linked is None:
        return
    (name, text), position.linked, position.step = position.linked, None, None
    number = int(text) if NUMBER.fullmatch(text) and text.isascii() else -1
    if name == "step":
        most = run.step
        found = number if number <= most else -1
    else:
        ends = _epoch_ends(run)
        most = max(ends.values(), default=0)
        found = next((step for step, epoch in ends.items() if epoch == number), -1)
        found = 0 if number == 0 else found
    if found < 0:
        st.warning(
            f"{name}: {words.plain(repr(text[:20]))}; this network has been trained for "
            f"{words.counted(most, name)}, so allowed are 0 to {most:,}. Showing the latest "
            "instead.",
            icon=":material/warning:",
        )
    else:
        position.step = found


def _epoch_ends(run: Run) -> dict[int, int]:
    """The last step of each epoch, and the epoch's number."""
    epochs = run.history.epochs
    return {int(s): int(e) for s, e in zip(epochs["step"], epochs["epoch"], strict=True)}


def _name(ends: dict[int, int], step: int) -> str:
    """A step in words, by the epoch that ends with it."""
    if step in ends:
        return f"epoch {ends[step]:,}"
    return f"step {step:,}" if step else "start"


def _parameters(run: Run, step: int) -> dict[str, str | None]:
    """A position as parameters of the address."""
    epoch = _epoch_ends(run).get(step)
    if epoch is None:
        return {"step": str(step), "epoch": None}
    return {"step": None, "epoch": str(epoch)}


def _slider(position: Position, run: Run) -> None:
    ends = _epoch_ends(run)
    try:
        stops = set(frame_steps(Plan.of(run), list(ends), MOST))
    except ValueError:
        return  # its record is damaged; `rewind` says so to those who come with a position
    last = run.step
    stops |= {last} if position.step is None else {last, position.step}
    stops |= set(ends) if len(ends) <= MOST else set()
    steps = sorted(stops)
    if len(steps) < 2:
        return

    def label(step: int) -> str:
        return f"latest (step {last:,})" if step == last else _name(ends, step)

    def moved() -> None:
        step = control.moved(KEY)
        position.step = None if step == last else step

    st.select_slider(
        "Network after",
        steps,
        format_func=label,
        key=control.key(KEY, last if position.step is None else position.step),
        on_change=moved,
        width=240,
        help="The network at an earlier step of its training. It is trained again up to there, "
        "which gives the same weights, bit for bit.",
    )
