"""Let others join: the address of the lab in large type, and its QR code."""

import html

import streamlit as st

from pages.ui import palette, qr
from pages.ui.server import listening, public_address

CODE, LARGE_CODE = "8.5rem", "min(58vh, 100%)"  # widths: on a laptop, and for the last row
# of the letters, in rem: what a long address needs on a phone, at most on Home, and for a projector
LEAST, MOST, LARGEST = 1.0, 2.2, 4.5
GLYPH = 0.6  # no letter of an address is wider, measured by the size of the letters
STYLE = f"""<style>
.join {{ display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.25rem; }}
.join > div {{ flex: 1 1 15rem; }}
.join p {{ margin: 0; }}
.join p:last-child {{ font-size: 0.875rem; color: {palette.SOFT}; }}
.join-address {{ container-type: inline-size; line-height: 1.3; user-select: all;
  overflow-wrap: anywhere; font-weight: 600; }}
.join-large {{ text-align: center; }}
.join-large img {{ margin: 0 auto 1rem; }}
</style>"""


def show() -> None:
    """A box with the address that others open, its QR code, and who can open it."""
    address = public_address.address()
    if not address.for_others:
        st.caption(f":material/lan: {listening.audience()}")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.html(
            f'{STYLE}<div class="join">{qr.picture(address.url, CODE)}<div>'
            "<p><strong>Let others join.</strong> They open this address, or point a camera at the "
            f"code:</p>{_in_large_type(address.url, MOST)}"
            f"<p>{html.escape(listening.audience())}</p></div></div>"
        )
        if st.button(
            "Show large",
            key="home.join",
            icon=":material/fullscreen:",
            help="Show address and QR code on a projector.",
        ):
            _dialog()


@st.dialog("Let others join", width="large")
def _dialog() -> None:
    """Address and code as large as the window allows."""
    url = public_address.address().url
    shown = qr.picture(url, LARGE_CODE) + _in_large_type(url, LARGEST)
    st.html(f'{STYLE}<div class="join-large">{shown}</div>')


def _in_large_type(url: str, most: float) -> str:
    """HTML: an address in letters of up to `most` rem, in one line if there is room for it."""
    fitting = 100 / GLYPH / len(url)  # % of the width of its box
    size = f"clamp({LEAST}rem, {fitting:.2f}cqi, {most}rem)"
    text = f'<span style="font-size: {size}">{html.escape(url)}</span>'
    return f'<div class="join-address">{text}</div>'
