"""The address holds the settings: a link reproduces them, and Back undoes the last change.

On every page, the query holds each field of the recipe that is not at its default, and the name of
the data set unless it is the embedded digits. Streamlit can bind widgets to the query itself. But
it drops values between two stops of a slider, drops bad values silently, and forgets all of them on
the next page. So this module keeps the address up to date.

A page may have parameters of its own: `arriving` returns those that a visitor comes with, `show`
puts them into the address.
"""

import streamlit as st

import data
from ann.recipe import FIELDS
from ann.recipes.query import from_query, to_query
from pages.ui import session
from pages.ui.server import datasets, internals

DATASET = "dataset"


def read(page: str) -> None:
    """Before a page runs, take recipe and data set from the address if the visitor changed it.

    Visitors do so on their first visit, with the browser's Back and Forward, and by a link from
    page to page. A click on a page's name comes with an empty query, which means nothing: `write`
    fills it in again. Back and Forward may also lead to an empty query: it then means what it meant
    the last time. On all other runs the address is not read, because it may lag behind a slider.
    """
    state = session.state()
    query = _recipe_part()
    first = state.page is None
    if page != state.page:
        session.forget_controls()
        if state.on_leaving:
            state.on_leaving()
        state.on_leaving = None
    back = internals.went_back()
    moved = back or page != state.page
    meant: str | None = None  # by an address that names no data set
    if back and not query:
        recipe, meant = state.bare.get(page, (state.recipe, state.dataset))
        query = to_query(recipe)
    elif moved and not query:
        state.bare[page] = state.recipe, state.dataset
    if first or ((back or query) and moved and query != to_query(state.recipe)):
        recipe, messages = from_query(query)
        session.set_recipe(recipe)
        for message in messages:
            unusable(message)
    if back and DATASET not in st.query_params:
        _set_dataset(meant)
    elif first or moved:
        _take_dataset(st.query_params.get(DATASET))
    state.came_from, state.page = state.page, page
    state.arrived, state.shown = first or moved, {}


def unusable(message: str) -> None:
    """Tell the visitor which part of a link cannot be used."""
    session.say(f"A setting in the link cannot be used: {message}.", "warning")


def arriving(*names: str) -> dict[str, str]:
    """A page's own parameters, if the visitor has just arrived by this address; else nothing.

    As for the recipe: on the first visit, with Back and Forward, and by a link.
    """
    if not session.state().arrived:
        return {}
    return {name: st.query_params[name] for name in names if name in st.query_params}


def show(**parameters: str | None) -> None:
    """Put a page's own parameters into the address while it is open; None leaves one out."""
    session.state().shown |= parameters


def own() -> dict[str, str]:
    """The page's own parameters, as the address shows them now or is going to after this run."""
    state = session.state()
    here = state.query if state.came_from == state.page else {}
    last = {name: text for name, text in here.items() if name not in (*FIELDS, DATASET)}
    return {name: text for name, text in (last | state.shown).items() if text is not None}


def whole() -> dict[str, str]:
    """The query of a link to what the page shows, for visitors with other settings of their own."""
    return own() | to_query(session.state().recipe) | {DATASET: _dataset()}


def write() -> None:
    """After a page has run, put the recipe and the page's own parameters into the address."""
    state = session.state()
    wanted = {name: text for name, text in state.shown.items() if text is not None}
    wanted |= to_query(state.recipe)
    name, default = _dataset(), datasets.default_name()
    if {name, default} != {data.DEFAULT}:
        wanted[DATASET] = name
    if state.page is not None and not (to_query(state.recipe) or DATASET in wanted):
        state.bare[state.page] = state.recipe, state.dataset
    ours = {*FIELDS, DATASET, *state.shown}
    if wanted != {name: st.query_params[name] for name in ours if name in st.query_params}:
        others: dict[str, str | list[str]] = {
            name: st.query_params.get_all(name) for name in st.query_params if name not in ours
        }
        st.query_params.from_dict({**others, **wanted})
    state.query = st.query_params.to_dict()


def _recipe_part() -> dict[str, str]:
    return {name: st.query_params[name] for name in FIELDS if name in st.query_params}


def _dataset() -> str:
    return session.state().dataset or datasets.default_name()


def _take_dataset(name: str | None) -> None:
    """Use the data set that a link names, or say that it is not here; a path is never used."""
    if name is None or name == _dataset():
        return
    info = next((info for info in datasets.available() if info.name == name), None)
    problem = "is not on this machine"
    title, how = (info.title, info.how) if info else (name[:50], "No data set here has that name.")
    if not info and datasets.is_own(name):
        problem = "is not yours"
        how = "Whoever brought it can use it, in the same browser. You can bring your own digits."
    if info and info.here:
        try:
            datasets.by_name(name)
        except data.DataError as error:
            problem, how = "cannot be opened", str(error)
        else:
            _set_dataset(name)
            return
    session.say(
        f"The link's data set {_with_size(title)} {problem}; using "
        f"{_with_size(datasets.chosen().title)} instead. {how}",
        "warning",
    )


def _set_dataset(name: str | None) -> None:
    state = session.state()
    if (name or datasets.default_name()) != _dataset():
        state.dataset = name
        session.forget_controls()


def _with_size(title: str) -> str:
    """A title within a sentence.

    >>> _with_size("MNIST, 5,000 digits")
    'MNIST (5,000 digits)'
    """
    name, comma, size = title.partition(", ")
    return f"{name} ({size})" if comma else name
