"""ANN Lab: `streamlit run app.py`. Page configuration and navigation, nothing else."""

import streamlit as st

from pages.ui import address, server, visitor

ABOUT = "**ANN Lab**: watch a neural network learn, in plain NumPy, on handwritten digits."
PAGES = {  # section -> (script, title, icon); a page's address is its script's name
    "Lab": (
        ("lab/home", "Home", "home"),
        ("lab/data", "Data", "grid_view"),
        ("lab/train", "Train", "show_chart"),
        ("lab/runs", "Runs", "inventory_2"),
        ("lab/evaluate", "Evaluate", "fact_check"),
        ("lab/draw", "Draw", "draw"),
    ),
    "Compare": (("lab/race", "Race", "flag"), ("lab/sweep", "Sweep", "grid_on")),
}


def visit() -> None:
    """One run for one visitor: find the page that the address names, and run it."""
    st.set_page_config(
        page_title="ANN Lab",
        page_icon="pages/ui/icon.svg",
        layout="wide",
        initial_sidebar_state=220,  # pixels; hidden on a phone
        menu_items={"About": ABOUT, "Get help": None, "Report a bug": None},
    )
    page = st.navigation({section: list(map(_page, pages)) for section, pages in PAGES.items()})
    address.read(page.url_path)
    address.write()  # a page may stop early; after a click on a page's name the query is empty
    page.run()
    address.write()


def _page(spec: tuple[str, str, str]) -> st.Page:
    script, title, icon = spec
    home = title == "Home"
    return st.Page(
        f"pages/{script}.py",
        title=title,
        icon=f":material/{icon}:",
        url_path=None if home else script.rpartition("/")[2],
        default=home,
    )


if __name__ == "__main__":
    visit()
else:  # the server imports this file once, before the first visitor
    app = st.App("app.py", lifespan=server.life, middleware=visitor.MIDDLEWARE)
