"""A class in a file of its own, and browsers that come to it."""

import pytest
import streamlit as st

from pages.ui.server import classes, stores
from pages.ui.server.visitor import COOKIE
from tests.pages.conftest import press

ANNA, BOB, TEACHER = 43 * "a", 43 * "b", 43 * "t"


@pytest.fixture(autouse=True)
def _own(own_archive):
    """Nothing that a test saves is there for the next one."""


@pytest.fixture
def come(visit, end, monkeypatch):
    """`come(ANNA, "train", {"class": code})` is a first visit with Anna's cookie."""

    def first_visit(who, page="", query=None):
        monkeypatch.setattr(
            type(st.context), "cookies", property(lambda self: {COOKIE: who}), raising=True
        )
        return end(visit(page, query))

    return first_visit


@pytest.fixture
def classroom():
    return stores.classrooms().create(TEACHER)


@pytest.fixture
def join(come, classroom):
    """`join(ANNA, "train", dropout="0.3")` is a visit by the link, and a click on Join."""

    def joined(who=ANNA, page="", **query):
        return press(come(who, page, {"class": classroom.code, **query}), "class.join")

    return joined


@pytest.fixture
def change(classroom):
    """`change(app, frozen=True)`: the teacher decides, and the app's page has noticed."""

    def changed(app, **settings):
        stores.classrooms().change(classroom.id, **settings)
        app.session_state["lab"].kept[classes.Enrolled].looked = 0
        return app.run()

    return changed


def member_of(app):
    """Who works in this page."""
    return app.session_state["lab"].kept[classes.Enrolled].found
