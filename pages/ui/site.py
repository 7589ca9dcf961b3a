"""The pages of the lab: their sections, titles and icons, and where their scripts stand.

A page is a folder of `pages/` with a script `page.py`; its address is the folder's name.
"""

from typing import NamedTuple


class Page(NamedTuple):
    """A page: the name of its folder, which is its address too, its title and its icon."""

    name: str
    title: str
    icon: str  # one of Material Symbols


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


def path(name: str) -> str:
    """The script of the page with this name, for `st.page_link` and `st.switch_page`.

    >>> path("train")
    'pages/train/page.py'
    """
    if not any(page.name == name for section in PAGES.values() for page in section):
        raise ValueError(f"page: {name!r} is not one of the lab's")
    return f"pages/{name}/page.py"
