"""Look: what the network computes for one digit."""

from pages.look import controls, place, spread, view, way
from pages.ui.inside import bar


def page() -> None:
    """The layers of the network for the digit, and the sums of one unit."""
    place.remember_link()
    shown = bar.open_page("Look", "Look inside a network, at what it computes for one digit.")
    if shown is None or not view.fits(shown.subject):
        return
    view.begin(shown)
    way.show(shown, controls.clicked(shown.subject))
    view.show(shown)
    spread.show(shown.subject)


page()
