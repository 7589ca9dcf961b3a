"""What the tests of the Sweep page share."""

import pytest

from pages.sweep.current import CurrentSweep
from pages.ui.server import stores, visitor
from tests.pages.conftest import pressable, query, texts, wait_until

TINY = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512"}
SEARCH = {"search": "learning_rate~0.0001~0.01~~dropout~0.0~0.5"}


def sweep(app):
    return app.session_state["lab"].kept[CurrentSweep].sweep


def buttons(app):
    return pressable(app, "sweep") - {"published"}


def train_again(app):
    """Wait until the best trial has been retrained; it may have finished already."""
    again = app.session_state["lab"].kept[CurrentSweep].retrain
    if again:
        wait_until(app, lambda: again.job.status == "finished")


def run_to_the_end(app):
    return wait_until(app, lambda: sweep(app).status != "running")


@pytest.fixture
def one_visitor(monkeypatch):
    """One new visitor, to whom all pages of the test belong."""
    name = visitor.new_id()
    monkeypatch.setattr(visitor, "new_id", lambda: name)
    yield name
    forget_the_server()


def forget_the_server():
    """As a restart of the server does: of the sweeps, only the file is left."""
    stores.sweep_autosave.clear()
    stores.sweeps.clear()


def shown(app):
    """What the page says about its sweep."""
    assert not app.exception
    table = app.dataframe[0].value.drop(columns="Seconds")
    return table.to_dict(), texts(app.markdown), query(app)
