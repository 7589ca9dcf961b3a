"""Search for good settings: many trainings at once, judged by validation digits."""

import streamlit as st

from ann.running.view import Status
from ann.search.plan import Plan
from pages.sweep import best, current, earlier, link, setup, view
from pages.ui import frame, session, site
from pages.ui.live import chart
from pages.ui.server import datasets, workers
from pages.ui.words import counted, duration, fitting

EMPTY = """
#### Let the machine try

Choose fields and values, then press **Start sweep**. Each combination is trained and judged by the
validation digits. Questions that a sweep answers:

- **Learning rate and batch size**: does a larger batch want larger steps? Look for a ridge.
- **Dropout and L2**: do they do the same, or does one need the other?
- How much do **seeds** alone move the result? Repeat each trial, and compare the bars.
"""


def page() -> None:
    """Choose, start, watch, take the best."""
    earlier.bring_back()
    setup.arrive()
    link.arrive_result()
    best.take()
    frame.open_page("Sweep", "Search for **good settings**: many trainings side by side.")
    left, right = frame.settings_and_results()
    with left:
        plan = setup.choose(session.state().recipe)
    current.obey(plan)
    status = current.status()  # the one that all of the page is drawn for
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
        st.button(
            "Start sweep",
            key="sweep.start",
            type="primary",
            icon=":material/grid_on:",
            on_click=current.ask,
            disabled=plan is None or status == Status.RUNNING,
            help="Train every trial from fresh weights. The sweep before stays kept.",
        )
        st.button(
            "Stop",
            key="sweep.stop",
            icon=":material/stop:",
            on_click=current.stop,
            disabled=status != Status.RUNNING,
            help="Send no more work. Continue goes on as if nothing had been.",
        )
        st.button(
            "Continue",
            key="sweep.resume",
            icon=":material/play_arrow:",
            on_click=current.resume,
            disabled=status != Status.PAUSED,
            help="Go on where it stopped. Trials that failed are tried again.",
        )
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
            "Keep the best",
            key="sweep.keep",
            icon=":material/bookmark_add:",
            on_click=best.keep,
            disabled=not best.can_keep(),
            help="Keep the network of the best trial so far as a run: to judge it, to draw for it. "
            "After a restart of the server, which has only its numbers, it is trained once more.",
        )


def _about(plan: Plan) -> None:
    """How much work it is, before the start; or that the boxes have moved on since."""
    n, total = len(plan.recipes), len(plan.recipes) * plan.seeds
    trials = counted(n, "trial")
    if plan.seeds > 1:
        trials += f" from {plan.seeds} seeds each, {total} trainings"
    if plan.halving:
        after, epochs = plan.rungs[:-1], "epoch" if plan.rungs[:-1] == (1,) else "epochs"
        compared = f"compared after {', '.join(f'{end:,}' for end in after)} {epochs}"
        trials += f", {compared if after else 'too few to give any up'}"
    if current.status() is not None and current.is_present(plan):
        return
    begun = "" if current.status() is None else " Below is another sweep."
    st.caption(
        f":material/timer: {trials}: about **{duration(current.expected(plan))}** on "
        f"{counted(workers.pool().workers, 'worker')}. All else is as on the Train page.{begun}"
    )


page()
