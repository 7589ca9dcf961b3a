"""Where in Inside a visitor is: the network and the digit in the address, and what was there last.

    /look?run=12&digit=v123

`run` is the number of one of the visitor's saved runs, also if it is the current training; without
it, the current training is meant. `run=settings` is the network that the settings in the address
give, on the data set with the fingerprint `data`: so a link can name it to somebody who has none of
one's runs.
"""

import re
from dataclasses import dataclass, field

from ann.recipe import Recipe
from ann.recipes.query import to_query
from pages.ui import session, site
from pages.ui.inside import digit, position
from pages.ui.inside.selection import Selection
from pages.ui.inside.subject import Digit, Subject
from pages.ui.links import address
from pages.ui.links import result as links_result
from pages.ui.networks import choice, current, opened, subject
from pages.ui.server import datasets, internals, stores

KIND = "inside"  # of results that links contain
SETTINGS = "settings"  # in place of a run's number
NUMBER = re.compile(r"[1-9]\d{0,8}")
EVALUATE = "evaluate"  # shows the same copy of a network


@dataclass
class Wanted:
    """The network of a link, which may have to be trained first."""

    recipe: Recipe
    dataset: str | None  # the name of its data set, as in `session.Session`
    fingerprint: str
    instead_of: tuple[object, object]  # the opened run and the job when the link was opened

    def is_what_was_shown(self) -> bool:
        """Whether the visitor has not chosen another network since."""
        return all(a is b for a, b in zip(self.instead_of, _shown_now(), strict=True))


@dataclass
class Place:
    """What the pages of Inside remember for a visitor, from one page to the next."""

    code: str = ""  # of the digit; empty: the first one
    selection: Selection = field(
        default_factory=Selection
    )  # which digits Previous and Next lead to
    wanted: Wanted | None = None

    def digit(self, shown: Subject) -> Digit:
        """The digit to look at. `ValueError`, once, if this network has none with that code."""
        code, self.code = self.code or digit.first(shown), digit.first(shown)
        found = digit.find(shown, code)
        self.code = code
        return found


def place() -> Place:
    """This visitor's place."""
    return session.keep(Place)


def arrive() -> None:
    """Take network, digit and position from the address, if the visitor has just arrived by it."""
    state, here = session.state(), place()
    if not state.arrived:
        return
    inside = state.came_from in {page.name for page in site.PAGES[site.INSIDE]}
    if not inside and state.came_from != EVALUATE:
        subject.renew()
    linked, back = address.arriving("run", "digit"), internals.went_back()
    position.arrive(keep=not back and (inside or not linked))
    here.code = linked.get("digit", here.code)
    run = linked.get("run")
    if run is not None:
        here.wanted = None
    if run == SETTINGS:
        _want(here)
    elif run is not None:
        _open(run, here)
    elif back:  # to a time when the current training was not saved yet
        here.wanted = None
        opened.close()


def _open(text: str, here: Place) -> None:
    """Open the visitor's run with this number, or say why that cannot be done."""
    job, saved = current.training().job, {one.id: one.name for one in choice.mine()}
    number = int(text) if NUMBER.fullmatch(text) else 0
    last = opened.current()
    if number and number == stores.run_autosave().number(job):
        opened.close()
    elif number in saved:
        if last is None or last.number != number:
            opened.show(number, saved[number], job)
    elif last is None or last.number != number:  # one that was deleted can still be shown
        address.unusable(f"run: {text[:20]!r} is none of your saved runs; {_allowed(list(saved))}")
        if job is None and last is None and to_query(session.state().recipe):
            _want(here)


def _allowed(numbers: list[int]) -> str:
    """Which numbers of runs a visitor can use, the newest first."""
    if not numbers:
        return "you have none yet"
    more = f" and {len(numbers) - 5:,} more" if len(numbers) > 5 else ""
    return f"allowed are {', '.join(map(str, numbers[:5]))}{more}"


def _want(here: Place) -> None:
    """Look for the network that the settings in the address give."""
    name, recipe = session.state().dataset, session.state().recipe
    fingerprint = datasets.chosen().fingerprint
    if address.arriving("data").get("data", fingerprint) != fingerprint:
        session.say(
            "The network of the link was trained on other data than are here, so it can't be "
            "trained here.",
            "warning",
        )
        return
    here.wanted = Wanted(recipe, name, fingerprint, _shown_now())
    links_result.arrive(KIND, settings=(recipe, fingerprint))


def _shown_now() -> tuple[object, object]:
    return opened.current(), current.training().job
