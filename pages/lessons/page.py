"""Lessons: choose one, go on, and see how your forecasts went."""

import streamlit as st

from pages.lessons import certificate, forecasts, listing, teacher
from pages.ui import frame, words
from pages.ui.lessons import desk, shelf


def page() -> None:
    """The list of lessons, then the visitor's forecasts."""
    desk.desk()  # it also knows the language
    frame.open_page(shelf.word("page_title"), shelf.marked(shelf.word("page_lead")))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        listing.choose_language()
        forecasts.summary()
    listing.show()
    forecasts.table()
    certificate.offer()
    teacher.show()
    if problems := shelf.shelf().problems:
        lines = "\n".join(f"- {words.plain(str(problem))}" for problem in problems)
        st.warning(f"{shelf.word('problems')}\n\n{lines}", icon=":material/warning:")


page()
