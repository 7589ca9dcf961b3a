"""One click to a network: which data set it uses, and what the page says of it."""

import numpy as np
import pytest

import data
from pages.ui.networks import quick
from tests.pages.conftest import press, query, texts
from tests.pages.trained import job_of, new_job, trained, training_of


@pytest.fixture
def home(visit, end):
    """The Home page; its training ends with the test."""
    return lambda query=None: end(visit("home", query))


def write_csv(folder, count=60):
    random = np.random.default_rng(1)
    for part in ("train", "test"):
        rows = np.column_stack([np.arange(count) % 10, random.integers(0, 256, (count, 784))])
        np.savetxt(folder / f"mnist_{part}.csv", rows, fmt="%d", delimiter=",")
    return str(folder)


def test_in_place_of_the_embedded_mnist_digits_it_learns_from_more_writers(home):
    app = press(home(), "quick")
    assert not app.exception
    lab = app.session_state["lab"]
    assert job_of(app).source.fingerprint == data.load("mnist-uci").fingerprint
    assert lab.recipe == quick.QUICK
    assert query(app)["dataset"] == "mnist-uci"


def test_another_chosen_data_set_stays(home, tmp_path):
    app = home()
    lab = app.session_state["lab"]
    lab.dataset = write_csv(tmp_path)
    app.run()
    assert "Turkish" not in app.button(key="quick").help
    press(app, "quick")
    assert not app.exception
    assert job_of(app).source.fingerprint == data.load(str(tmp_path)).fingerprint


def test_home_says_how_accurate_the_trained_network_is(home):
    app = home()
    assert "It classifies" not in texts(app.markdown)
    training_of(app).job = job = trained()
    accuracy = job.run().history.epochs["validation_accuracy"][-1]
    assert f"It classifies **{accuracy:.1%}**" in texts(app.run().markdown)
    training_of(app).job = new_job()
    assert "It classifies" not in texts(app.run().markdown)


def test_home_says_nothing_of_the_training_while_a_saved_run_is_opened(home, monkeypatch):
    app = home()
    training_of(app).job = trained()
    assert "It classifies" in texts(app.run().markdown)
    monkeypatch.setattr(quick.opened, "current", lambda: trained())
    assert "It classifies" not in texts(app.run().markdown)
