"""How members of a class look on chips, boards and charts: a color, and a shape beside it.

The first seventy members of a class look different from each other; the shape alone tells seven
apart, for whoever does not see the colors.
"""

import html
from typing import NamedTuple

from pages.ui.palette import CLASSES

SHAPES = (  # as a character, and as Plotly names it; each differs in outline
    ("●", "circle"),
    ("▲", "triangle-up"),
    ("■", "square"),
    ("★", "star"),
    ("◆", "diamond"),
    ("✚", "cross"),
    ("▼", "triangle-down"),
)


class Look(NamedTuple):
    """A member's color and shape."""

    color: str
    glyph: str  # the shape as a character
    symbol: str  # the shape as Plotly names it


def look_of(number: int) -> Look:
    """The look of the member who joined as the one of this number, from 0.

    >>> len({look_of(k) for k in range(70)})
    70
    """
    return Look(CLASSES[number % len(CLASSES)], *SHAPES[number % len(SHAPES)])


def named(name: str, number: int) -> str:
    """HTML for a member's name after their shape, in their color.

    >>> named("Calm Otter", 1)
    '<span style="color: #a8871a" aria-hidden="true">▲</span>&nbsp;Calm Otter'
    """
    look = look_of(number)
    return (
        f'<span style="color: {look.color}" aria-hidden="true">{look.glyph}</span>'
        f"&nbsp;{html.escape(name)}"
    )


def in_markdown(name: str, number: int) -> str:
    """Streamlit's Markdown for a member's name after their shape, in their color.

    >>> in_markdown("Calm Otter", 1)
    ':color[▲]{foreground="#a8871a"} Calm Otter'
    """
    look = look_of(number)
    return f':color[{look.glyph}]{{foreground="{look.color}"}} {name}'
