"""The pages of the lab: their sections, titles and icons, and where their scripts are.

A page is a folder of `pages/` with a script `page.py`. Its address is the name of the folder.
"""

from typing import NamedTuple


class Page(NamedTuple):
    """A page: its name, which is that of its folder and its address, its title and its icon."""

    name: str
    title: str
    symbol: str  # one of the Material Symbols

    @property
    def icon(self) -> str:
        """Its icon, in the form that Streamlit takes."""
        return f":material/{self.symbol}:"


INSIDE = "Inside"
PAGES = {  # section of the sidebar -> its pages
    "Lab": (
        Page("home", "Home", "home"),
        Page("data", "Data", "grid_view"),
        Page("train", "Train", "show_chart"),
        Page("runs", "Runs", "inventory_2"),
        Page("evaluate", "Evaluate", "fact_check"),
        Page("draw", "Draw", "draw"),
    ),
    "Compare": (Page("race", "Race", "flag"), Page("sweep", "Sweep", "grid_on")),
    "Learn": (
        Page("lessons", "Lessons", "school"),
        Page("museum", "Museum", "museum"),
    ),
    "Class": (
        Page("classroom", "Class", "groups"),
        Page("board", "Board", "leaderboard"),
        Page("handwriting", "Your handwriting", "ink_pen"),
    ),
    INSIDE: (
        Page("look", "Look", "frame_inspect"),
        Page("step", "One step", "footprint"),
        Page("replay", "Replay", "replay"),
        Page("map", "Map", "scatter_plot"),
        Page("why", "Why this answer", "help"),
        Page("robustness", "Robustness", "shield"),
    ),
}
HOME = "home"


def page(name: str) -> Page:
    """The page with this name."""
    for section in PAGES.values():
        for one in section:
            if one.name == name:
                return one
    raise ValueError(f"page: {name!r} is not one of the lab's")


def path(name: str) -> str:
    """The script of the page with this name, for `st.page_link` and `st.switch_page`.

    >>> path("train")
    'pages/train/page.py'
    """
    return f"pages/{page(name).name}/page.py"
