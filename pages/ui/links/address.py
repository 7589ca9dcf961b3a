"""Settings live in the address: a link reproduces them, and Back undoes the last one.

The query holds every field of the recipe that differs from its default, on every page, and the
data set's name where it is not the embedded digits. Streamlit's own binding of widgets to the query
would drop values between two stops of a slider, drop bad ones without a word and forget all of them
on the next page; so the address is kept in step here.

A page may have parameters of its own: `arriving` are those that a visitor comes with, `show` puts
them into the address.
"""

import streamlit as st

import data
from ann.recipe import FIELDS
from ann.recipes.query import from_query, to_query
from pages.ui import session
from pages.ui.server import datasets, internals

DATASET = "dataset"


def read(page: str) -> None:
    """Before a page runs: take the recipe from the address where the visitor changed it.

    That is on the first visit, with the browser's Back and Forward, and through a link from page
    to page. A click on a page's name starts with an empty query, which means nothing: `write`
    fills it in again. Back and Forward may come to such an address, too, or to that of the
    defaults: it stands for what it stood for last. On any other run the address may lag behind a
    slider: it is not read.
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
    """Tell the visitor which part of a link could not be used."""
    session.say(f"The link's setting could not be used: {message}.", "warning")


def arriving(*names: str) -> dict[str, str]:
    """A page's own parameters, where the visitor has just come by this address; else nothing.

    As with the recipe: that is on the first visit, with Back and Forward, and through a link.
    """
    if not session.state().arrived:
        return {}
    return {name: st.query_params[name] for name in names if name in st.query_params}


def show(**parameters: str | None) -> None:
    """Let the address hold a page's own parameters while the page is open; None is left out."""
    session.state().shown |= parameters


def write() -> None:
    """After a page has run: show the recipe and the page's own parameters in the address."""
    state = session.state()
    if not to_query(state.recipe):
        state.bare[state.page] = state.recipe
    wanted = {name: text for name, text in state.shown.items() if text is not None}
    wanted |= to_query(state.recipe)
    if {_dataset(), data.default_name()} != {data.DEFAULT}:
        wanted[DATASET] = _dataset()
    ours = {*FIELDS, DATASET, *state.shown}
    if wanted == {name: st.query_params[name] for name in ours if name in st.query_params}:
        return
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in ours}
    st.query_params.from_dict(others | wanted)


def _recipe_part() -> dict[str, str]:
    return {name: st.query_params[name] for name in FIELDS if name in st.query_params}


def _dataset() -> str:
    return session.state().dataset or data.default_name()


def _take_dataset(name: str | None) -> None:
    """Use the data set that a link names, or say that it is not here. Never a folder's path."""
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
        f"The link's data set, {title}, {problem}: its settings meet {_dataset()} instead. {how}",
        "warning",
    )
