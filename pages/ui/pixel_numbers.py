"""A click on any digit shows its 784 numbers, in the browser.

Digits made by `pages.ui.digits` can be clicked wherever they are. By keyboard, Tab reaches the
first one of a group, the arrow keys the others, and Enter opens the numbers.
"""

from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def load() -> None:
    """Let the browser open the numbers of this page's digits; call it at the end of a page."""
    st.html(f"<script>{SCRIPT}</script>", unsafe_allow_javascript=True)
