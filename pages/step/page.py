"""One step: what one step of training does to one weight, and the lines that do it."""

from pages.step import place, stepping, view
from pages.ui import frame
from pages.ui.inside import bar


def page() -> None:
    """One weight in one step, in five cards."""
    place.arrive()
    shown = bar.open_page(
        "One step", "Follow one weight through one step of training, and read the code that runs."
    )
    if shown is None:
        return
    place.settle(shown.subject.run.network)
    frame.show_messages()  # about the address
    place.show()
    stepping.show(shown.subject)
    view.show(shown)


page()
