"""Links to hand out, in boxes with a button to copy them."""

import streamlit as st

from pages.ui.links import address
from pages.ui.server import datasets, public_address, workers


def popover(page: str, what: str, *, without: str = "") -> None:
    """A box with a link to what a page shows, with the key `page.link`.

    `what` says what the link contains; `without` is a parameter of the page that it leaves out.
    """
    workers.fragment(_popover)(page, what, without)


def show(url: str, dataset: str | None = None) -> None:
    """The full address `url`, and what keeps others from opening it, if anything does.

    `dataset` is the name of the data set in the link.
    """
    st.code(url, language=None, wrap_lines=True)
    if caveat := public_address.caveat():
        st.caption(f":material/warning: {caveat}")
    if dataset and datasets.is_own(dataset):
        st.caption(
            ":material/warning: Only you can use your own digits, so nobody else can open this "
            "link."
        )


def _popover(page: str, what: str, without: str) -> None:
    """Filled when it is opened: by then the page has put its own parameters into the address."""
    with st.popover(
        "Link",
        icon=":material/link:",
        key=f"{page}.link",
        on_change="rerun",
        help="A link to these settings, to share.",
    ) as box:
        if box.open:
            query = {name: text for name, text in address.whole().items() if name != without}
            show(public_address.link(page, query), query[address.DATASET])
            st.caption(what)
