"""The class's code, as large as a projector needs it, and who has come in so far."""

import html

import streamlit as st

from ann.classroom.snapshot import Classroom
from pages.classroom import chosen, live
from pages.classroom.teacher import link
from pages.ui import looks, palette, qr
from pages.ui.links import handout
from pages.ui.server import public_address, workers

CODE = "min(58vh, 100%)"  # the width of the QR code
# A code has five letters of 0.6 of their size, and some room between them: 28% of the width fits.
STYLE = f"""<style>
.class-way {{ container-type: inline-size; }}
.class-way p {{ font-size: clamp(1.3rem, 4.5cqi, 2.4rem); line-height: 1.3; margin: 0;
  overflow-wrap: anywhere; }}
.class-way .class-code {{ font: 700 min(28cqi, 45vh)/1.1 ui-monospace, monospace;
  letter-spacing: 0.06em; white-space: nowrap; user-select: all; }}
.class-names {{ display: flex; flex-wrap: wrap; gap: 0.4rem 0.6rem; font-size: 1.4rem; }}
.class-names span.name {{ border: 1px solid {palette.MUTED}; border-radius: 1rem;
  padding: 0 0.7rem; }}
</style>"""


def show(room: Classroom) -> None:
    """The code, the address and a QR code that holds both; below, the names of who is here."""
    way = public_address.link("home", {"class": room.code})
    words, picture = st.columns([5, 3], gap="large", vertical_alignment="center")
    with words:
        address = html.escape(public_address.address().url)
        st.html(
            f'{STYLE}<div class="class-way"><p>Open <b>{address}</b> and type</p>'
            f'<p class="class-code">{html.escape(room.code)}</p></div>'
        )
    with picture:
        if qr.fits(way):
            st.html(qr.picture(way, CODE))
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen.next_button(chosen.WATCH, "Watch")
        with st.popover(
            "Link for learners",
            icon=":material/link:",
            key="classroom.link",
            help="For a chat or a page of your school. Whoever opens it is asked to join.",
        ):
            handout.show(way)
        link.popover(room)
    workers.fragment(_present, run_every=live.BEAT)(room.id)


def _present(class_id: int) -> None:
    """How many have come in, and their names."""
    found = live.snapshot(class_id)
    if found is None:
        return
    n = len(found.members)
    st.header(f"{n:,} here" if n else "Nobody is here yet", anchor=False)
    names = "".join(
        f'<span class="name">{looks.named(one.name, one.look)}</span>' for one in found.members
    )
    st.html(f'<div class="class-names">{names}</div>')
