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
    """Before a page runs, take the recipe from the address if the visitor changed the address.

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
    back = internals.went_back()
    moved = back or page != state.page
    if back and not query:
        query = to_query(state.bare.get(page, state.recipe))
    elif moved and not query:
        state.bare[page] = state.recipe
    if first or ((back or query) and moved and query != to_query(state.recipe)):
        recipe, messages = from_query(query)
        session.set_recipe(recipe)
        for message in messages:
            unusable(message)
    if first or moved:
        _take_dataset(st.query_params.get(DATASET))
    state.page, state.arrived, state.shown = page, first or moved, {}


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


def write() -> None:
    """After a page has run, put the recipe and the page's own parameters into the address."""
    state = session.state()
    if state.page is not None and not to_query(state.recipe):
        state.bare[state.page] = state.recipe
    wanted = {name: text for name, text in state.shown.items() if text is not None}
    wanted |= to_query(state.recipe)
    if {_dataset(), data.default_name()} != {data.DEFAULT}:
        wanted[DATASET] = _dataset()
    ours = {*FIELDS, DATASET, *state.shown}
    if wanted == {name: st.query_params[name] for name in ours if name in st.query_params}:
        return
    others: dict[str, str | list[str]] = {
        name: st.query_params.get_all(name) for name in st.query_params if name not in ours
    }
    st.query_params.from_dict({**others, **wanted})


def _recipe_part() -> dict[str, str]:
    return {name: st.query_params[name] for name in FIELDS if name in st.query_params}


def _dataset() -> str:
    return session.state().dataset or data.default_name()


def _take_dataset(name: str | None) -> None:
    """Use the data set that a link names, or say that it is not here; a path is never used."""
    if name is None or name == _dataset():
        return
    info = next((info for info in data.available() if info.name == name), None)
    problem = "is not on this machine"
    title, how = (info.title, info.how) if info else (name[:50], "No data set here has that name.")
    if info and info.here:
        try:
            datasets.opened(name)
        except data.DataError as error:
            problem, how = "cannot be opened", str(error)
        else:
            session.state().dataset = name
            session.forget_controls()
            return
    session.say(
        f"The link's data set {_with_size(title)} {problem}; using "
        f"{_with_size(datasets.chosen().title)} instead. {how}",
        "warning",
    )


def _with_size(title: str) -> str:
    """A title within a sentence.

    >>> _with_size("MNIST, 5,000 digits")
    'MNIST (5,000 digits)'
    """
    name, comma, size = title.partition(", ")
    return f"{name} ({size})" if comma else name
