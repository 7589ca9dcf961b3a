"""The open data sets of the server."""

import shutil
from types import SimpleNamespace

from ann.running.find_data import PARTS
from pages.ui.server import datasets


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
