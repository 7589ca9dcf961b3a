"""Which weights changed most between two frames: the one in the player, and one chosen here."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from ann.inside import look
from ann.inside.frames import Frame, run_of
from ann.run import Run
from data.checks import SIDE
from pages.ui import session
from pages.ui.inside import bar
from pages.ui.inside.subject import Subject
from pages.ui.links import address
from pages.ui.live import reel

SCRIPT = reel.SCRIPT + Path(__file__).with_name("position.js").read_text(encoding="utf-8")
SINCE, POSITION = "replay.since", "replay.position"  # keys of controls
MOST = 10  # weights


def between(
    subject: Subject, frames: Sequence[Frame], names: Sequence[str], reel_name: str
) -> None:
    """A table of the weights that changed most since a frame, and by how much."""
    at = _position(reel_name, len(frames))
    address.show(step=str(frames[at].step))
    address.write()
    st.subheader("Which weights changed most?", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        since = st.selectbox(
            "Compare the player's frame with",
            range(len(frames)),
            format_func=lambda k: _name(names[k]),
            key=f"{SINCE}.{len(frames)}",
            width=240,
        )
        bar.link("look", f"Look at {_name(names[at])}", step=frames[at].step)
        if frames[at].step < subject.run.step:
            step = frames[at].step
            bar.link("step", f"Take the next step after {_name(names[at])}", step=step)
    if since == at:
        st.caption("These two frames are the same: move the player, or choose another one here.")
        return
    st.table(rows(subject.run, frames[since], frames[at]))
    st.caption(
        f"From {_name(names[since])} to {_name(names[at])}. Unit 1-17 is unit 17 of layer 1. "
        "Units, rows and columns count from 0."
    )


def rows(run: Run, before: Frame, after: Frame) -> list[dict[str, str]]:
    """The weights that differ most, as rows of a table."""
    earlier, later = before.state.judged[0], run_of(after, run)
    return [
        {
            "From": _source(weight.source, weight.unit.layer),
            "To": f"unit {weight.unit}",
            "Before": _signed(weight.before),
            "After": _signed(weight.after),
            "Change": _signed(weight.after - weight.before),
        }
        for weight in look.most_changed(later, MOST, earlier)
    ]


def _signed(number: float) -> str:
    return f"{number:+.4f}".replace("-", "−")


def _source(number: int, layer: int) -> str:
    if layer > 1:
        return f"unit {layer - 1}-{number}"
    row, column = divmod(number, SIDE)
    return f"pixel in row {row}, column {column}"


def _name(label: str) -> str:
    return "the network that was kept" if label == "kept" else f"step {label}"


def _position(reel_name: str, count: int) -> int:
    """The frame in the player, once it rests there."""
    component = st.components.v2.component(
        "ann_lab_position", html="<div></div>", js=SCRIPT, isolate_styles=False
    )
    component(data={"reel": reel_name}, key=POSITION, on_frame_change=lambda: None)
    found = session.get_control(POSITION)
    frame = found.get("frame") if found else None
    if isinstance(frame, int) and 0 <= frame < count:  # it may be forged
        return int(frame)
    return count - 1
