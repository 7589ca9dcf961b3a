"""The way into a class, large: its code, the address and a QR code, and who has come."""

import html

from ann.classroom.snapshot import Snapshot
from pages.board.members import listed
from pages.board.shown import Shown
from pages.ui import qr
from pages.ui.words import counted

MOST = 32  # names that fit on a projector; the newest, for those who have just joined
STYLE = """<style>
.way-in { display: flex; gap: 0.5em 1.5em; flex-wrap: wrap; font-size: var(--board); }
.way-in > :last-child { flex: 1 1 14em; min-width: min(14em, 100%); }
.way-in .code { font-size: clamp(3rem, 11vw, 18vh); font-weight: 750; letter-spacing: 0.06em;
  line-height: 1; margin: 0; font-variant-ligatures: none; }
.way-in .at { overflow-wrap: anywhere; margin: 0 0 0.8em; font-size: inherit; line-height: 1.35; }
</style>"""


def view(snapshot: Snapshot, link: str) -> Shown:
    """The code and the address of the class; `link` leads into it."""
    code, there = snapshot.classroom.code, len(snapshot.members)
    short = link.partition("://")[2].partition("?")[0].rstrip("/")
    told = f"**{counted(there, 'member')}** {'is' if there == 1 else 'are'} here."
    if snapshot.classroom.ended:
        return Shown(told, listed(snapshot.members[-MOST:]))
    picture = qr.picture(link, "min(58vh, 100%)") if qr.fits(link) else ""
    names = listed(snapshot.members[-MOST:])
    more = f"<p class='at'>and {there - MOST} more</p>" if there > MOST else ""
    return Shown(
        f"Scan the code, or open the address and type **{code}**. {told}",
        f'{STYLE}<div class="way-in">{picture}<div><p class="code">{code}</p>'
        f'<p class="at">{html.escape(short)}</p>{names}{more}</div></div>',
    )
