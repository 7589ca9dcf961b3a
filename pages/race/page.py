"""What happens if I change this one thing? Two to four settings, side by side."""

from collections.abc import Sequence

import streamlit as st

from ann.recipes.variants import differing
from ann.running.view import Status
from pages.race import current, interrupted, link, setup, view
from pages.race.current import Entry
from pages.ui import frame, session
from pages.ui.live import chart
from pages.ui.repeats import view as repeats_view
from pages.ui.server import datasets
from pages.ui.words import fitting

BUTTONS = (  # (label, icon, what it does, the statuses in which it does something, help)
    ("Pause", "pause", current.pause, (Status.RUNNING,), "Hold every lane. Nothing is lost."),
    ("Resume", "play_arrow", current.resume, (Status.PAUSED,), "Go on in every lane."),
    (
        "Stop",
        "stop",
        current.stop,
        (Status.RUNNING, Status.PAUSED),
        "End every lane here and compare.",
    ),
)
EMPTY = """
#### Change one thing

Choose a field and two to four values, then press **Start race**. The lanes begin with the same
weights and see the same digits in the same order, so that what parts them is what you changed.

Questions that a race answers:

- Is a **learning rate** of 0.01 better than 0.001? And 0.1?
- What do 512 **hidden** neurons read that 16 don't, and at what cost?
- **Batch size** 8 or 512: which is ahead after ten epochs, which after ten seconds?
"""


def page() -> None:
    """Choose, start, watch, judge."""
    setup.arrive()
    link.arrive_result()
    frame.open_page("Race", "What happens if I change **this one thing**?")
    base = session.state().recipe
    entries = setup.choose(base)
    current.obey(entries)
    status = current.status()  # the one that all of the page is drawn for
    _row(entries, status)
    names = datasets.chosen().class_names
    _about(entries, names)
    link.check_result([entry.recipe for entry in entries])
    if status is None:
        interrupted.show(entries)
        with st.container(border=True):
            st.markdown(fitting(EMPTY, names))
    else:
        view.show(status, log_loss=session.get_control("race.log", False))
        repeats_view.show(current.race().luck)
    chart.load()


def _row(entries: list[Entry], status: Status | None) -> None:
    """The buttons."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Start race",
            key="race.start",
            type="primary",
            icon=":material/flag:",
            on_click=current.ask,
            disabled=not entries,
            help="Train all lanes at once, from fresh weights. A race that is on ends. "
            "Every lane is kept among your runs.",
        )
        for label, icon, on_click, when, text in BUTTONS:
            st.button(
                label,
                key=f"race.{label.lower()}",
                icon=f":material/{icon}:",
                on_click=on_click,
                disabled=status not in when,
                help=text,
            )
        st.space("stretch")
        st.toggle(
            "Log loss",
            key="race.log",
            persist_state="session",
            help="Draw the loss on a logarithmic axis, where small losses can be told apart.",
        )


def _about(entries: list[Entry], names: Sequence[str]) -> None:
    """What the chosen lanes share, and whether anything could be learned from them."""
    if len(entries) < 2:
        st.info(
            "Choose two to four that differ. One lane alone has nothing to be compared with, but "
            "can be repeated over several seeds.",
            icon=":material/flag:",
        )
        return
    recipes = [entry.recipe for entry in entries]
    fields = differing(recipes)
    rest = "" if len(fields) > 1 else " All else is as on the Train page."
    st.caption(f":material/balance: {fitting(view.fairness(recipes), names)}{rest}")
    if len(fields) > 1:
        st.warning(
            f"These settings differ in {len(fields)} things. Whichever wins, nobody can tell which "
            "of them mattered: change one thing to find out.",
            icon=":material/call_split:",
        )
    if current.status() is not None and not current.is_present(recipes):
        st.caption(":material/history: Below is the race before; **Start race** begins this one.")


page()
