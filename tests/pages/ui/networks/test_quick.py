"""One click to a network: which data set it uses, and what the page says of it."""

from dataclasses import replace

import numpy as np
import pytest

import data
from data import catalog, hands
from pages.ui import site
from pages.ui.networks import quick, undo
from pages.ui.server import datasets
from tests.pages.conftest import press, query, texts, wait_until
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


@pytest.fixture
def full_mnist_home(home, tmp_path, monkeypatch):
    """The Home page of a lab that starts with full MNIST, here a few digits of noise."""
    folder = tmp_path / "mnist"
    folder.mkdir()
    app = home()  # before ANN_DATA is set, because the first visit takes it away
    monkeypatch.setenv("ANN_DATA", write_csv(folder))
    datasets.opened.clear()
    yield app.run()
    datasets.opened.clear()


def test_in_place_of_full_mnist_it_learns_from_the_embedded_digits_of_more_writers(
    full_mnist_home,
):
    app = full_mnist_home
    assert app.session_state["lab"].dataset is None
    assert "Turkish" in app.button(key="quick").help
    assert f"for {quick.QUICK.epochs} epochs" in app.button(key="quick").help
    press(app, "quick")
    assert not app.exception and app.session_state["lab"].dataset == "mnist-uci"
    assert job_of(app).source.fingerprint == data.load("mnist-uci").fingerprint
    assert job_of(app).view().recipe == quick.QUICK


def test_if_no_set_with_more_writers_can_be_opened_it_learns_from_full_mnist(
    full_mnist_home, monkeypatch
):
    def damaged(*_):
        raise data.DataError("uci_1797.npz: damaged, restore it.")

    monkeypatch.setattr(catalog, "_load_embedded", damaged)
    monkeypatch.setattr(hands, "load", damaged)
    datasets.opened.clear()
    app = press(full_mnist_home, "quick")
    assert not app.exception
    assert job_of(app).source.fingerprint == data.load("mnist").fingerprint


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


def undoable(app):
    return [button for button in app.button if button.key == "quick.undo"]


def test_the_quick_network_says_what_it_changed_and_can_be_undone(home):
    app = home({"dropout": "0.5", "epochs": "7"})
    before = app.session_state["lab"].recipe
    press(app, "quick")
    n = len(quick.QUICK.differences(before))
    (line,) = (c.value for c in app.caption if "The quick network changed" in c.value)
    assert f"{n} settings and the data set" in line and "Your training" not in line
    job = job_of(app)
    press(app, "quick.undo")
    lab = app.session_state["lab"]
    assert (lab.recipe, lab.dataset, job_of(app)) == (before, None, None)
    assert query(app) == {"dropout": "0.5", "epochs": "7"}
    assert job.status == "finished" and not undoable(app)


@pytest.mark.parametrize("running", [True, False], ids=["running", "paused"])
def test_a_training_under_way_is_paused_and_comes_back(home, visit, running):
    app = home()
    begun = new_job(replace(trained().view().recipe, epochs=5000))
    training_of(app).job, training_of(app).dataset = begun, data.load("mnist-5k")
    begun.resume()
    wait_until(app, lambda: begun.has_begun)
    if not running:
        begun.pause()
    press(app, "quick")
    assert begun.status == "paused" and job_of(app) is not begun
    assert "Your training" in texts(app.caption) and "is paused at epoch" in texts(app.caption)
    for page in ("train", "evaluate", "draw"):
        app.switch_page(site.path(page)).run()
        assert undoable(app) and not app.exception
    press(app, "quick.undo")
    assert job_of(app) is begun and begun.status == ("running" if running else "paused")
    begun.finish()


def test_nothing_is_offered_once_another_training_has_begun(home):
    app = press(home(), "quick")
    training_of(app).job = trained()
    assert not undoable(app.run())
    assert app.session_state["lab"].kept[undo.Undo].before is None
