"""The bar at the top of each page of Inside: the network and the digit that the page shows."""

import numpy as np
import streamlit as st

from ann.events import Reason
from pages.ui import frame, site, words
from pages.ui.inside import chooser, linked, pictures, place, position, share
from pages.ui.inside import subject as subjects
from pages.ui.inside.subject import Shown, Subject
from pages.ui.links import address
from pages.ui.networks import current, missing, newest, opened, undo
from pages.ui.networks import subject as copied


def open_page(title: str, intro: str, *, positions: bool = True) -> Shown | None:
    """The title, and the bar; returns what was chosen there.

    None, with what the visitor can do, if there is no network to look at, or none yet at the chosen
    step. Without `positions`, the page shows the latest network: it has steps of its own to choose.
    """
    pictures.forget_click()
    newest.bring_back()
    place.arrive()
    frame.open_page(title, intro)
    newest.show()
    undo.offer()
    opened.choose(current.training().job)
    here = place.place()
    if linked.wait(here):
        address.show(run=place.SETTINGS, digit=here.code or None)
        return None
    found = _network()
    if found is None:
        address.show(run=None)
        return None
    copy, subject = found
    address.show(data=None, result=None)  # of a link
    with st.container(horizontal=True, vertical_alignment="center", key="inside.about"):
        about = st.container()
        if positions:
            position.slider(subject)
        about.caption(copy.about + (position.says(subject) if positions else ""))
        _refresh(subject)
        with st.container(width="content"):
            share.popover(subject)
    share.check(subject)
    digit = chooser.choose(subject, here)
    address.show(run=None if subject.number is None else str(subject.number), digit=digit.code)
    there = position.at(subject) if positions else subject
    return Shown(there, digit) if there else None


def link(page: str, label: str, **parameters: str | int | None) -> None:
    """A link to a page of Inside: `link("look", "Look inside", digit="v123", unit="1-17")`.

    The network, the digit and the position stay as they are unless `parameters` say otherwise.
    """
    query = {name: str(value) for name, value in parameters.items() if value is not None}
    st.page_link(
        site.path(page), label=label, icon=site.page(page).icon, query_params=query or None
    )


def _network() -> tuple[copied.Subject, Subject] | None:
    """The network to look at; None, with what to do, if there is none."""
    copy = copied.take()
    if copy is None:
        missing.show("look into")
        return None
    subject = subjects.of(copy)
    if subject is None:
        st.error(
            "The data set this network was trained on is not on this machine, so there are no "
            "digits to look at it with. Choose another network, or train a new one on the Train "
            "page.",
            icon=":material/error:",
        )
        return None
    if not np.isfinite(copy.run.theta).all():
        st.error(
            "The network's weights are not finite: training diverged. Train again with a smaller "
            "learning rate.",
            icon=":material/error:",
        )
        return None
    if copy.run.reason == Reason.DIVERGED:
        st.warning(words.plain(copy.message), icon=":material/warning:")
    return copy, subject


def _refresh(subject: Subject) -> None:
    """While the network trains, a button that takes a new copy of it."""
    if subject.is_training:
        st.button(
            "Refresh",
            icon=":material/refresh:",
            key="inside.refresh",
            on_click=copied.renew,
            help="This network is still training. Press to look at it as it is now.",
        )
