"""The open data sets of the server."""

import shutil
from types import SimpleNamespace

import pytest

import data
from ann.running.find_data import PARTS
from data import cache
from data.known import embedded
from pages.ui.server import datasets
from tests.data import layouts


def test_a_data_set_whose_files_were_removed_is_loaded_again(tmp_path, monkeypatch):
    folder, made = tmp_path / "0123456789abcdef", []

    def load(name):
        folder.mkdir()
        for part in PARTS:
            (folder / part).touch()
        made.append(SimpleNamespace(folder=folder, fingerprint=folder.name))
        return made[-1]

    monkeypatch.setattr("data.load", load)
    assert datasets.opened("mine") is datasets.opened("mine") is made[0]
    shutil.rmtree(folder)  # as when data/cache is emptied
    assert datasets.opened("mine") is made[1] and folder.is_dir()
    datasets.opened.clear("mine")


def test_a_data_set_is_found_without_opening_those_that_are_known_to_be_others(monkeypatch):
    opened = []

    def open_it(name):
        opened.append(name)
        return SimpleNamespace(fingerprint={"right": "1", "new": "3"}.get(name, "2"))

    listed = [
        data.Info(name, name, True, "", "", fingerprint=known)
        for name, known in (("other", "2"), ("new", ""), ("right", "1"))
    ]
    monkeypatch.setattr("data.available", lambda: listed)
    monkeypatch.setattr(datasets, "opened", open_it)
    monkeypatch.setattr(datasets.session, "state", lambda: SimpleNamespace(dataset="mine", kept={}))
    assert datasets.find("1")[0] == "right"
    assert datasets.find("3")[0] == "new"
    assert datasets.find("4") is None
    assert set(opened) == {"mine", "new", "right"}


def test_a_visitors_own_data_set_is_found_for_her_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    digits = embedded.read()
    table = layouts.table(digits.train_images[::13], digits.train_labels[::13])
    who = "anna"
    monkeypatch.setattr(datasets, "visitor_id", lambda: who)
    state = SimpleNamespace(dataset=None, kept={})
    monkeypatch.setattr(datasets.session, "state", lambda: state)
    made = datasets.bring("mine", [("mine.csv", table.encode())])
    found = datasets.find(made.fingerprint)
    assert found and found[0] == "my:mine"
    who = "ben"
    assert datasets.find(made.fingerprint) is None
    who = "anna"
    datasets.delete("my:mine")
    assert datasets.find(made.fingerprint) is None
    with pytest.raises(data.DataError, match="no data set of this name"):
        datasets.by_name("my:mine")
    datasets.opened.clear()  # what was found on the way lies in this test's cache
