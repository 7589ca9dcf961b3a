"""Presentation mode: charts and numbers that can be read from the back of a classroom.

Type of 24 pixels on a projected window of 1280 by 720 can be read from eight meters. What is not
needed there goes: the sidebar, the settings, captions. Whether the mode is on belongs to a tab and
is kept here alone; the address holds it, too, so a teacher can bookmark a page in this mode. It
leans on the classes of Streamlit 1.67.
"""

from dataclasses import dataclass

import streamlit as st

from pages.ui import session
from pages.ui.links import address
from pages.ui.live.styles import LIVE, SCORES

KEY, PARAMETER, ON = "presentation", "present", "on"
SCALE = 2.0  # of the type, lines and points of a chart: 12 pixels become 24
TALLER = 1.25  # of a chart, which needs room for its larger numbers
STYLE = f"""<style>
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"],
.stColumn:has(.st-key-settings), .stMain [data-testid="stCaptionContainer"],
.st-key-page-title [data-testid="stMarkdown"], [class*="st-key-{SCORES}"] .stTooltipIcon,
[class*="st-key-{LIVE}"] [data-testid="stMetricDelta"] {{ display: none !important; }}
.stApp .st-key-page-title {{ padding-left: 0 !important; }}
.stMainBlockContainer {{ padding-left: 1.5rem !important; padding-right: 1.5rem !important; }}
[class*="st-key-{SCORES}"] label * {{ font-size: 1.5rem; }}
[class*="st-key-{SCORES}"] [data-testid="stMetricValue"] {{ font-size: 2.25rem; }}
[data-testid="stProgress"] p, [class*="st-key-race-lane"] b {{ font-size: 1.5rem !important; }}
</style>"""


@dataclass
class Presentation:
    """Whether a tab is in presentation mode."""

    on: bool = False


def toggle() -> None:
    """Draw the switch. While it is on, the page shows what is live, and larger."""
    mode = session.keep(Presentation)
    if PARAMETER in (arriving := address.arriving(PARAMETER)):
        mode.on = arriving[PARAMETER] == ON
        session.set_control(KEY, mode.on)
    session.seed_control(KEY, mode.on)
    mode.on = st.toggle(
        "Large",
        key=KEY,
        help="Presentation mode, for a projector: larger numbers and lines, and less around them. "
        "Settings and sidebar come back when you switch it off.",
    )
    address.show(**{PARAMETER: ON if mode.on else None})
    if mode.on:
        st.html(STYLE)


def scale() -> float:
    """How much larger than usual the type, lines and points of a chart are."""
    return SCALE if session.keep(Presentation).on else 1.0


def height(pixels: int) -> int:
    """The height of a chart that is usually this high."""
    return round(pixels * TALLER) if session.keep(Presentation).on else pixels
