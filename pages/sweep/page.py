"""Search for good settings: many training runs at once, judged by the validation digits."""

import streamlit as st

from ann.running.view import Status
from ann.search.plan import Plan
from pages.sweep import best, current, earlier, link, setup, view
from pages.ui import buttons, frame, site
from pages.ui.links import handout
from pages.ui.live import chart
from pages.ui.networks import current as current_network
from pages.ui.server import datasets, workers
from pages.ui.words import counted, duration, fitting, listed

BUTTONS = (
    buttons.pause(current.pause, "every trial"),
    buttons.resume(current.resume, "every trial", " Failed trials are tried again."),
)
EMPTY = """
## Let the computer search

Choose settings and values, then press **Start sweep**. Each combination is trained and judged by
its accuracy on the validation digits. Questions a sweep can answer:

- **Learning rate and batch size**: does a larger batch need a larger learning rate? Look for a
  ridge.
- **Dropout and L2**: can one replace the other, or do they work best together?
- How much do **seeds** alone change the result? Repeat each trial and compare the bars.
"""

LINK = """What the sweep searches, all other settings, and, once it has ended, a signature of the
result: anyone who runs the sweep to its end can check that the result is identical, bit for bit."""


def page() -> None:
    """Choose what to search, start, watch, and use the best."""
    earlier.bring_back()
    setup.arrive()
    link.arrive_result()
    best.save_retrained()
    frame.open_page("Sweep", "Search for **good settings**: many training runs, side by side.")
    left, right = frame.settings_and_results()
    with left:
        plan = setup.choose(current_network.recipe())
    current.carry_out(plan)
    status = current.status()  # the whole page is drawn for this one
    with left:
        earlier.choose()
    with right:
        _row(plan, status)
        if plan:
            _about(plan)
            link.check_result(plan)
        if status is None:
            with st.container(border=True):
                st.markdown(fitting(EMPTY, datasets.chosen().class_names))
        else:
            best.show()
            view.show(status)
    chart.load()


def _row(plan: Plan | None, status: Status | None) -> None:
    """The buttons."""
    with st.container(horizontal=True, vertical_alignment="center"):
        buttons.begin(
            "Start sweep",
            "sweep.start",
            "grid_on",
            "Train every trial from new random weights. Your previous sweep stays saved.",
            current.request,
            possible=plan is not None and status != Status.RUNNING,
        )
        buttons.row(BUTTONS, "sweep", status)
        if st.button(
            "Use the best",
            key="sweep.best",
            icon=":material/trophy:",
            disabled=not best.can_use(),
            help="Put the settings of the best trial so far on the Train page, and go there.",
        ):
            if best.use():
                st.switch_page(site.path("train"))
            st.toast("No trial has been measured yet.", icon=":material/hourglass_top:")
        st.button(
            "Save the best",
            key="sweep.save",
            icon=":material/bookmark_add:",
            on_click=best.save,
            disabled=not best.can_save(),
            help="Save the network of the best trial so far as a run, so that you can evaluate it "
            "and draw for it. If the server has restarted, only the numbers of the trial are left, "
            "so it is retrained first.",
        )
        handout.popover("sweep", LINK)


def _about(plan: Plan) -> None:
    """Before the start, how long the sweep will take; also if another sweep is shown below."""
    n, total = len(plan.recipes), len(plan.recipes) * plan.seeds
    trials = counted(n, "trial")
    if plan.seeds > 1:
        trials += f" with {plan.seeds} seeds each, {total} training runs"
    if plan.halving:
        after, epochs = plan.rungs[:-1], "epoch" if plan.rungs[:-1] == (1,) else "epochs"
        ends = [f"{end:,}" for end in after]
        compared = f"compared after {listed(ends)} {epochs}" if ends else "too few to drop any"
        trials += f", {compared}"
    if current.status() is not None and current.is_current(plan):
        return
    other = "" if current.status() is None else " Another sweep is shown below."
    st.caption(
        f":material/timer: {trials}: about **{duration(current.expected(plan))}** on "
        f"{counted(workers.pool().workers, 'worker')}. All other settings are as on the Train page."
        f"{other}"
    )


page()
