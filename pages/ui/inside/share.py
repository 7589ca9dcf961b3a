"""A link to hand out: what this page shows, for somebody who has none of the visitor's runs."""

import streamlit as st

from ann.recipes.query import to_query
from pages.ui import session, site
from pages.ui.inside.digit import DRAWING
from pages.ui.inside.place import KIND, SETTINGS
from pages.ui.inside.subject import Subject
from pages.ui.links import address, handout
from pages.ui.links import result as links_result
from pages.ui.live import beat
from pages.ui.networks.link import Repeatable, changed_midway
from pages.ui.server import public_address, workers


def popover(subject: Subject) -> None:
    """The box with the link."""
    workers.fragment(_popover)(subject)


def check(subject: Subject) -> None:
    """If a link has brought the visitor here, say whether this is exactly its network."""
    settings = subject.run.recipe, subject.run.fingerprint
    if links_result.settings(KIND) == settings:
        links_result.check(KIND, settings, _repeatable(subject).result)


def url(subject: Subject) -> str:
    """The address of this page for others, with the network's settings in place of its number."""
    query = address.own() | {"run": SETTINGS, "data": subject.run.fingerprint}
    if query.get("digit") == DRAWING:
        del query["digit"]
    query |= to_query(subject.run.recipe) | {address.DATASET: subject.digits.name}
    if not (subject.run.reason or {"step", "epoch"} & set(query)):
        query["step"] = str(subject.run.step)  # so that it is not the end of the training
    if result := _repeatable(subject).result:
        query["result"] = str(result)
    return public_address.link(session.state().page or site.HOME, query)


def _popover(subject: Subject) -> None:
    """Filled when it is opened: by then the page has put its own parameters into the address."""
    with st.popover(
        "Link",
        icon=":material/link:",
        key="inside.link",
        on_change="rerun",
        help="A link to exactly this view, to hand out.",
    ) as box:
        if box.open:
            _explain(subject)


def _explain(subject: Subject) -> None:
    made = _repeatable(subject)
    if made.changed:
        st.markdown(changed_midway(made))
        st.caption("In this browser, the address bar leads back to what you see.")
        return
    handout.show(url(subject), subject.digits.name)
    st.caption(
        "Network, digit and what is chosen on this page. Whoever opens it trains the same network "
        "with one click, bit for bit, or has it already."
    )
    if not made.result:
        st.caption(
            f"This training has not run to its end. The link trains to the end, then goes back to "
            f"step {subject.run.step:,}."
        )
    if address.own().get("digit") == DRAWING:
        st.caption("A link cannot contain your drawing: it shows the first digit instead.")


def _repeatable(subject: Subject) -> Repeatable:
    run = subject.run
    version = subject.weights, run.recipe, run.step, run.reason
    return beat.once("inside.result", version, lambda: Repeatable.of(run))
