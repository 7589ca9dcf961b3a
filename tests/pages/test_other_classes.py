"""Every page works with data sets of other than ten classes, under the names of their own."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache as once

import numpy as np
import pytest

import data
from ann import ANNClassifier
from ann.cli import main
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.state import Split, start
from pages.ui import site
from pages.ui.server import datasets
from tests.data.layouts import four
from tests.pages.conftest import texts
from tests.pages.trained import SMALL, give
from tests.waiting import wait_until

SETS = {"letters": np.arange(650) % 26 + 1, "pair": np.arange(650) % 2 * 5 + 3}
NAMES = {"letters": tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "pair": ("3", "8")}


@pytest.fixture(scope="module", params=list(SETS))
def folder(request, tmp_path_factory):
    """A folder with 26 letters, or with two digits."""
    digits, labels = data.load("mnist-5k"), SETS[request.param].astype(np.uint8)
    arrays = (digits.images[:520], labels[:520], digits.test_images[:130], labels[520:])
    return four(tmp_path_factory.mktemp("sets") / request.param, arrays)


@pytest.fixture
def visit(visit, folder, monkeypatch):
    """The first visit of a lab that starts with the folder's data set."""
    monkeypatch.setenv("ANN_DATA", str(folder))
    datasets.opened.clear()
    yield visit
    datasets.opened.clear()


@once
def trained_on(folder: str) -> Job:
    """A finished job on a folder's data set."""
    digits = data.load(folder)
    split = Split(*digits.split(SMALL.validation_fraction))
    source = Source(str(digits.folder), digits.fingerprint, len(split.train_x))
    state = start(SMALL, split, n_classes=len(digits.class_names))
    job = Job(Pool(lambda: ThreadPoolExecutor(1)), state, source)
    job.resume()
    wait_until(lambda: job.status != "running")
    return job


INSIDE = [page.name for page in site.PAGES[site.INSIDE]]
PAGES = ["", "data", "train", "evaluate", "draw", "race", "sweep", "runs", *INSIDE]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_such_a_set_and_a_network_that_learned_it(visit, folder, page):
    digits = data.load()
    app = give(visit(page), trained_on(str(folder)), digits)
    assert not app.exception and not app.error
    assert digits.class_names == NAMES[folder.name]
    if page == "data":
        assert {m.label: m.value for m in app.metric}["Classes"] == str(len(digits.class_names))
        assert "taken for A to Z" in texts(app.info) or folder.name == "pair"


@pytest.mark.parametrize("card", ["forward", "loss", "backward", "gradient", "update"])
def test_one_step_speaks_of_images_and_of_their_classes(visit, folder, card):
    link = {"card": card, "batch": "next", "weight": "2-3-1"}
    app = give(visit("step", link), trained_on(str(folder)), data.load())
    assert not app.exception and not app.warning
    told = texts(app.markdown) + texts(app.caption)
    shown = told + "".join(element.proto.body for element in app.get("html"))
    assert f"output 1 ({NAMES[folder.name][1]})" in told
    if folder.name == "letters":
        code = r"<pre.*?</pre>|<style>.*?</style>|<script.*?</script>|<[^>]*>"
        words = re.sub(code, "", shown, flags=re.DOTALL)
        assert "image" in words
        assert not re.search(r"\b(this|other|the|each|training|validation) digits?\b", words)


def test_evaluate_lists_each_class_once_the_test_set_is_opened(visit, folder):
    app = give(visit("evaluate"), trained_on(str(folder)), data.load())
    for button in app.button:
        if "test" in button.label.lower():
            app = button.click().run()
            break
    assert not app.exception
    names = NAMES[folder.name]
    assert any(
        tuple(table.value["Class"]) == names for table in app.dataframe if "Class" in table.value
    )


def test_the_command_line_trains_and_evaluates(folder, tmp_path, capsys):
    run = str(tmp_path / "run.npz")
    options = ["--data", str(folder), "--json"]
    assert main(["train", "--epochs", "1", "--out", run, "--quiet", *options], data) == 0
    capsys.readouterr()
    assert main(["evaluate", run, *options], data) == 0
    assert json.loads(capsys.readouterr().out)["images"] == 130


def test_the_estimator_learns_the_names_of_the_classes(folder):
    digits = data.load(str(folder))
    names = np.array(digits.class_names)
    network = ANNClassifier(hidden_sizes=(16,), epochs=1, validation_fraction=0, seed=1)
    network.fit(digits.images, names[digits.labels])
    assert tuple(network.classes_) == tuple(sorted(digits.class_names))
    assert network.predict_proba(digits.test_images).shape == (130, len(names))
