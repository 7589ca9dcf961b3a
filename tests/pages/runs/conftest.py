"""What the tests of the Runs page share."""

import pytest


@pytest.fixture(autouse=True)
def _own_archive(own_archive):
    """Every test begins with an archive of its own."""


def press(app, key):
    next(b for b in app.button if b.key == key or str(b.key).startswith(f"{key}.")).click().run()
    assert not app.exception
    return app


def turn_to(app, tab):
    app.session_state["runs.tab"] = tab
    app.run()
    assert not app.exception


def show_curves(app):
    app.session_state["runs.curves"] = True
    app.run()
    assert not app.exception
