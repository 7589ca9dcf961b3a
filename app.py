"""ANN Lab: `streamlit run app.py`. Only page configuration and navigation."""

from typing import Any

import streamlit as st

from pages.ui import site
from pages.ui.server import life, middleware

ABOUT = "**ANN Lab**: watch a neural network in plain NumPy learn to read handwritten digits."


def visit() -> None:
    """Run the page that the visitor's address names."""
    st.set_page_config(
        page_title="ANN Lab",
        page_icon="pages/ui/icon.svg",
        layout="wide",
        initial_sidebar_state=220,  # pixels; hidden on a phone
        menu_items={"About": ABOUT, "Get help": None, "Report a bug": None},
    )
    page = st.navigation(
        {
            title: [st.Page(site.path(one.name), **_options(one)) for one in pages]
            for title, pages in site.PAGES.items()
        }
    )
    if page.url_path:
        st.set_page_config(page_title=f"{page.title} · ANN Lab")
    # not with the server, which answers earlier without them: see pages/ui/server/first_page.py
    from pages.ui import frame, pixel_numbers
    from pages.ui.classroom import arrival, chip
    from pages.ui.links import address
    from pages.ui.server import tabs, workers

    with workers.page_turn():
        tabs.arrive(page.url_path)
        frame.beside_title, frame.under_title = chip.show, docked
        address.read(page.url_path)
        arrival.arrive()
        address.write()  # now, too: a page may stop early; a click on its name empties the query
        page.run()
        pixel_numbers.load()
        address.write()


def docked() -> None:
    """What is docked on every page: what a class asks or says, and the card of the open lesson."""
    from pages.ui.classroom import chip, join
    from pages.ui.lessons import card

    chip.notice()
    join.card()
    card.show()


def _options(page: site.Page) -> dict[str, Any]:
    home = page.name == site.HOME
    return {
        "title": page.title,
        "icon": page.icon,
        "url_path": None if home else page.name,
        "default": home,
    }


if __name__ == "__main__":
    visit()
else:  # the server imports this file once, before the first visitor
    app = st.App("app.py", lifespan=life.life, middleware=middleware.MIDDLEWARE)
