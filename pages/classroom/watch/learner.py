"""One learner's runs, and taking one of them, or the learner, out of the class."""

import math
from collections.abc import Callable, Sequence
from urllib.parse import quote

import streamlit as st

from ann.classroom.snapshot import Posted, Snapshot
from ann.coach.findings import TITLES
from ann.recipes import wording
from pages.classroom import steer
from pages.ui import palette, words

MOST_RUNS = 12  # shown, the newest first
WIDE, HIGH = 120, 32  # pixels of a curve
KEY = "classroom-learner"
# At the lower edge of the window, so that it is in view whichever name was clicked. The box around
# it, which is as high as it is, has to stick there.
STYLE = f"""<style>
div:has(> .st-key-{KEY}) {{ position: sticky; bottom: 0.5rem; z-index: 5; }}
.st-key-{KEY} {{ max-height: 36vh; overflow-y: auto; border: 2px solid {palette.CHANGE};
  background: light-dark({palette.LIGHT}, {palette.DARK}); }}
</style>"""


def show(found: Snapshot, number: int, on_close: Callable[[], None]) -> None:
    """What the chosen learner has trained; nothing if none is chosen."""
    member = found.member(number)
    if member is None:
        return
    class_id, runs = found.classroom.id, found.runs_of(number)
    st.html(STYLE)
    with st.container(border=True, key=KEY):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(member.name, anchor=False)
            st.button(
                "Close",
                key="classroom.close",
                icon=":material/close:",
                on_click=on_close,
                help="Go back to the whole class.",
            )
            st.button(
                "Remove from the class",
                key="classroom.remove_member",
                icon=":material/person_remove:",
                on_click=steer.remove_member,
                args=(class_id, number),
                help="Takes the learner and all their runs off the board. You can put them back.",
            )
        if not runs:
            st.caption("No run yet.")
        for posted in runs[::-1][:MOST_RUNS]:
            _run(class_id, posted)
        if len(runs) > MOST_RUNS:
            st.caption(f"And {words.counted(len(runs) - MOST_RUNS, 'older run')}.")


def _run(class_id: int, posted: Posted) -> None:
    run = posted.run
    names = [name for name in run.recipe.differences() if name != "seed"]
    told = wording.settings(run.recipe, names) or "default settings"
    score = f"**{run.validation_accuracy:.1%}**" if math.isfinite(run.validation_accuracy) else "–"
    parts = [score, words.plain(told), f"{run.epochs:g} epochs"]
    if run.finding:
        parts.append(f":material/lightbulb: {TITLES.get(run.finding, words.plain(run.finding))}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(_curve([row[2] for row in run.curve]), width=WIDE)
        st.markdown(" · ".join(parts), width="stretch")
        st.button(
            "Remove",
            key=f"classroom.remove_run.{posted.id}",
            icon=":material/delete:",
            on_click=steer.remove_run,
            args=(class_id, posted.id),
            help="Takes this run off the board. The learner keeps it, and you can put it back.",
        )


def _curve(accuracies: Sequence[float]) -> str:
    """HTML: the validation accuracy from 0 to 100% over the epochs, as a small line."""
    step = (WIDE - 4) / max(len(accuracies) - 1, 1)
    places = ((2 + k * step, 2 + (1 - v) * (HIGH - 4)) for k, v in enumerate(accuracies))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places if math.isfinite(y))
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" fill="none">'
        f'<path d="M1 1V{HIGH - 1}H{WIDE}" stroke="{palette.MUTED}"/>'
        f'<polyline points="{points}" stroke="{palette.VALIDATION}" stroke-width="2"/></svg>'
    )
    # as a file of its own: st.html removes bare SVG
    label = f"Validation accuracy from 0 to 100% over {words.counted(len(accuracies), 'epoch')}"
    return f'<img src="data:image/svg+xml,{quote(picture)}" alt="{label}" title="{label}">'
