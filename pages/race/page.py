"""What happens if I change this one thing? Two to four settings, side by side."""

from collections.abc import Sequence

import streamlit as st

from ann.recipes.variants import differing
from ann.running.view import Status
from pages.race import current, interrupted, link, setup, view
from pages.race.current import Entry
from pages.ui import buttons, frame
from pages.ui.links import handout
from pages.ui.live import chart, presentation
from pages.ui.networks import current as current_network
from pages.ui.repeats import view as repeats_view
from pages.ui.server import datasets
from pages.ui.words import fitting

BUTTONS = (
    buttons.pause(current.pause, "every lane"),
    buttons.resume(current.resume, "every lane"),
    buttons.stop(current.stop, "Stop every lane now and compare the networks as they are."),
)
EMPTY = """
## Change one thing

Choose a setting and two to four values, then press **Start race**. Everything that can stay the
same does: the less the lanes differ, the surer you know what made the difference.

Questions a race can answer:

- Is a **learning rate** of 0.01 better than 0.001? What about 0.1?
- Which digits do 512 **hidden** neurons recognize that 16 don't, and at what cost?
- **Batch size** 8 or 512: which is ahead after ten epochs? After ten seconds?
"""

LINK = """What the race compares, all other settings, and, once it has ended, a signature of the
result: anyone who runs the race to its end can check that the result is identical, bit for bit."""


def page() -> None:
    """Choose what to compare, start, and watch."""
    setup.arrive()
    if setup.accept():
        current.request()
    link.arrive_result()
    frame.open_page("Race", "What happens if I change **this one thing**?")
    base = current_network.recipe()
    entries = setup.choose(base)
    current.carry_out(entries)
    status = current.status()  # the whole page is drawn for this one
    log_loss = _row(entries, status)
    names = datasets.chosen().class_names
    _about(entries, names)
    link.check_result([entry.recipe for entry in entries])
    if status is None:
        interrupted.show(entries)
        with st.container(border=True):
            st.markdown(fitting(EMPTY, names))
    else:
        view.show(status, log_loss=log_loss)
        repeats_view.show(current.race().repeats)
    chart.load()


def _row(entries: list[Entry], status: Status | None) -> bool:
    """Draw the buttons; return whether to draw the loss on a logarithmic scale."""
    with st.container(horizontal=True, vertical_alignment="center"):
        buttons.begin(
            "Start race",
            "race.start",
            "flag",
            "Train all lanes at once, each from new random weights. A running race is stopped. "
            "Every lane is saved among your runs.",
            current.request,
            possible=bool(entries),
        )
        buttons.row(BUTTONS, "race", status)
        handout.popover("race", LINK, without=presentation.PARAMETER)
        st.space("stretch")
        log_loss = buttons.log_scale("race.log")
        presentation.toggle()
        return log_loss


def _about(entries: list[Entry], names: Sequence[str]) -> None:
    """What the chosen lanes have in common, and whether the race can give an answer."""
    if len(entries) < 2:
        st.info(
            "Choose two to four lanes that differ. A single lane has nothing to be compared with, "
            "but you can repeat it with several seeds.",
            icon=":material/flag:",
        )
        return
    recipes = [entry.recipe for entry in entries]
    fields = differing(recipes)
    rest = "" if len(fields) > 1 else " All other settings are as on the Train page."
    st.caption(f":material/balance: {fitting(view.fairness(recipes), names)}{rest}")
    if len(fields) > 1:
        st.warning(
            f"These lanes differ in {len(fields)} settings. Whichever wins, you can't tell which "
            "setting mattered. To find out, change only one.",
            icon=":material/call_split:",
        )
    if current.status() is not None and not current.is_current(recipes):
        st.caption(
            ":material/history: Your previous race is shown below. **Start race** starts this one."
        )


page()
