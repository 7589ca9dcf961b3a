"""The pages of the lab: their sections, titles and icons, and where their scripts stand.

A page is a folder of `pages/` with a script `page.py`; its address is the folder's name.
"""

from typing import NamedTuple


class Page(NamedTuple):
    """A page: the name of its folder, which is its address too, its title and its icon."""

    name: str
    title: str
    symbol: str  # one of Material Symbols

    @property
    def icon(self) -> str:
        """Its icon, as Streamlit takes it."""
        return f":material/{self.symbol}:"


PAGES = {  # by the section of the sidebar that they stand in
    "Lab": (
        Page("home", "Home", "home"),
        Page("data", "Data", "grid_view"),
        Page("train", "Train", "show_chart"),
        Page("runs", "Runs", "inventory_2"),
        Page("evaluate", "Evaluate", "fact_check"),
        Page("draw", "Draw", "draw"),
    ),
    "Compare": (Page("race", "Race", "flag"), Page("sweep", "Sweep", "grid_on")),
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
