"""The frame of every page: its title, messages to the visitor, links, charts with a caption."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import charts, session, site
from pages.ui.server import css, internals, workers
from pages.ui.words import picture_name, plain

LOOK_AGAIN = 2.0  # seconds between two checks whether the workers are back
MEANWHILE = (
    "Nothing can be trained until then. After that, a waiting training continues by itself; for a "
    "paused one, press **Resume**."
)
# A drag zooms only after a click on its button: a finger that scrolls the page must not.
BUTTONS = [["zoom2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]]
MODE_BAR = {"displayModeBar": "hover", "displaylogo": False, "modeBarButtons": BUTTONS}
BOXES: dict[session.Kind, Callable[..., DeltaGenerator]] = {
    "info": st.info,
    "success": st.success,
    "warning": st.warning,
    "error": st.error,
}
ICONS: dict[session.Kind, str] = {
    "info": ":material/info:",
    "success": ":material/check_circle:",
    "warning": ":material/warning:",
    "error": ":material/error:",
}


def _nothing() -> None:
    """Draw nothing."""


# app.py sets what every page shows in the line of its title, and what is docked below it
beside_title: Callable[[], None] = _nothing
under_title: Callable[[], None] = _nothing


def open_page(title: str, lead: str = "") -> None:
    """The title, a sentence on what the page is for, and the waiting messages."""
    st.html(css.STYLE)
    with st.container(horizontal=True, key=css.TITLE):  # one line, to leave room for what is live
        st.title(title, anchor=False, width="content")
        beside_title()
        if lead:
            st.markdown(lead, width="content")
    if workers.trouble():
        st.fragment(_trouble, run_every=LOOK_AGAIN)()
    show_messages()
    under_title()


def settings_and_results() -> tuple[DeltaGenerator, DeltaGenerator]:
    """A narrow column for settings, and a wide one for results."""
    left, right = st.columns([1, 2.6], gap="large")
    return left.container(key="settings"), right


def page_link(name: str, label: str) -> None:
    """A link to a page of the lab, with the page's icon."""
    st.page_link(site.path(name), label=label, icon=site.page(name).icon)


def _trouble() -> None:
    """Why nothing can be trained; once the workers are back, the page is drawn again without it."""
    found = workers.trouble()
    if not found:
        st.rerun()
    st.warning(f"{plain(found)} {MEANWHILE}", icon=ICONS["warning"])


def show_messages() -> None:
    """Show the messages that wait for this visitor, once."""
    for kind, text in session.take_messages():
        BOXES[kind](plain(text), icon=ICONS[kind])


def chart(
    figure: dict[str, Any], key: str, look_for: str, *, caption: bool = True, **options: Any
) -> Any:
    """A figure with a caption on what to look for; returns what `st.plotly_chart` returns.

    Without `caption`, only screen readers read it, because the chart shows it. `key` must be unique
    on the page; options go to `st.plotly_chart`, such as on_select="rerun".
    """
    figure = figure | {"layout": figure["layout"] | {"dragmode": False}}
    picture = {"format": "png", "filename": picture_name(key), "scale": 2}
    bar = MODE_BAR | {"toImageButtonOptions": picture}
    drawn, alt = internals.drawn(figure), f"{look_for} {charts.describe(figure)}"
    answer = st.plotly_chart(drawn, key=key, config=bar, alt=alt, **options)
    if caption:
        st.caption(look_for)
    return answer
