"""Finding data sets: by name, by folder, by ANN_DATA."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import data
from data import __main__ as command_line
from data.yours import own_files

ROOT = Path(__file__).parents[2]
NAMES = ["mnist-5k", "mnist-uci", "mnist", "mnist-hands", "fashion-mnist"]


def infos():
    return {info.name: info for info in data.available()}


def test_a_fresh_machine_has_the_embedded_digits_and_says_how_to_get_the_others():
    found = infos()
    assert list(found) == NAMES
    assert [info.here for info in found.values()] == [True, True, False, False, False]
    assert "python -m data fetch mnist" in found["mnist"].how
    assert "python -m data fetch fashion-mnist" in found["fashion-mnist"].how
    assert "4,000 training" in found["mnist-5k"].size
    assert "12,212 training" in found["mnist-uci"].size


def test_loading_a_missing_data_set_says_how_to_get_it():
    with pytest.raises(data.DataError, match=r"MNIST: not on this machine yet.*data fetch mnist"):
        data.load("mnist")


@pytest.mark.parametrize(
    "name", ["mnist5k", "/no/such/folder", "~nobody-at-all/x", "a\0b", "x" * 9999]
)
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(
        data.DataError, match="names are mnist-5k, mnist-uci, mnist-hands, mnist, fa"
    ):
        data.load(name)


def test_a_folder_without_files_says_which_files_it_should_hold(tmp_path):
    with pytest.raises(data.DataError, match=r"train-images-idx3-ubyte.*mnist_train\.csv"):
        data.load(tmp_path)


def test_files_in_the_data_folder_itself_are_mnist(own_folders, arrays, write_idx):
    write_idx(own_folders, arrays)
    dataset = data.load("mnist")
    assert dataset.name == "mnist"
    assert dataset.title == "MNIST, 150 digits"
    assert infos()["mnist"].here


def test_a_folder_in_the_data_folder_is_a_data_set_of_that_name(own_folders, arrays, write_csv):
    write_csv(own_folders / "my-digits", arrays)
    assert infos()["my-digits"].here
    assert data.load("my-digits").name == "my-digits"
    with pytest.raises(data.DataError, match="my-digits"):
        data.load("no-digits")


@pytest.mark.parametrize("name", ["fashion-mnist", "Fashion", "my_FASHION_files"])
def test_a_folder_with_fashion_in_its_name_holds_clothes(tmp_path, arrays, write_idx, name):
    dataset = data.load(write_idx(tmp_path / name, arrays))
    assert dataset.name == "fashion-mnist"
    assert dataset.title == "Fashion-MNIST, 150 images"
    assert dataset.class_names[9] == "Ankle boot"
    assert len(dataset.class_names) == 10


def test_the_environment_variable_names_a_folder(tmp_path, arrays, write_idx, monkeypatch):
    write_idx(tmp_path / "digits", arrays)
    monkeypatch.setenv("ANN_DATA", str(tmp_path / "digits"))
    assert data.load().name == data.default_name() == "digits"
    assert data.load("digits").name == "digits"
    assert data.load("mnist-5k").name == "mnist-5k"
    assert infos()["digits"].here


def test_the_environment_variable_may_be_relative(tmp_path, arrays, write_idx, monkeypatch):
    write_idx(tmp_path / "shared" / "mnist", arrays)
    (tmp_path / "main").mkdir()
    monkeypatch.chdir(tmp_path / "main")
    monkeypatch.setenv("ANN_DATA", "../shared/mnist")
    dataset = data.load()
    assert dataset.name == "mnist"
    assert data.load("mnist").fingerprint == dataset.fingerprint
    assert infos()["mnist"].here


def test_the_environment_variable_names_a_data_set(monkeypatch):
    for chosen, name in (("mnist-5k", "mnist-5k"), (" ", "mnist-5k"), ("mnist-uci", "mnist-uci")):
        monkeypatch.setenv("ANN_DATA", chosen)
        assert data.load().name == data.default_name() == name
    for chosen in ("mnist-hands", "fashion-mnist"):  # neither is here
        monkeypatch.setenv("ANN_DATA", chosen)
        assert data.default_name() == chosen


def test_a_wrong_environment_variable_is_named_and_affects_nothing_else(monkeypatch):
    monkeypatch.setenv("ANN_DATA", "/no/such/folder")
    with pytest.raises(data.DataError, match="ANN_DATA: /no/such/folder"):
        data.load()
    assert data.load("mnist-5k").name == data.default_name() == "mnist-5k"
    assert list(infos()) == NAMES


def test_incomplete_files_are_listed_with_what_is_missing(own_folders, arrays, write_idx):
    folder = write_idx(own_folders / "half", arrays)
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    assert not infos()["half"].here
    assert "t10k-labels-idx1-ubyte" in infos()["half"].how


def test_a_complete_csv_pair_takes_precedence_over_incomplete_idx_files(
    tmp_path, arrays, write_idx, write_csv
):
    folder = write_csv(write_idx(tmp_path / "both", arrays), arrays)
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    assert "CSV" in data.load(folder).source


@pytest.mark.parametrize(("name", "count"), [("mnist-5k", 4000), ("mnist-uci", 12_212)])
def test_a_folder_named_like_embedded_digits_does_not_hide_them(
    own_folders, arrays, write_idx, name, count
):
    write_idx(own_folders / name, arrays)
    assert len(data.load(name).images) == count
    assert len(data.load(f"{name}-files").images) == 120


def test_a_path_object_is_always_a_folder(tmp_path, arrays, write_idx, monkeypatch):
    write_idx(tmp_path / "mnist-5k", arrays)
    monkeypatch.chdir(tmp_path)
    assert len(data.load(Path("mnist-5k")).images) == 120
    assert len(data.load("./mnist-5k").images) == 120


def test_the_command_line_lists_what_is_there(capsys):
    assert command_line.main([]) == 0
    out = capsys.readouterr().out
    assert "mnist-5k" in out
    assert "not here" in out


def test_importing_the_package_needs_nothing_but_numpy():
    code = (
        "import sys, data; data.load('mnist-5k'); data.available()\n"
        "print(sorted({'sklearn', 'pandas', 'streamlit', 'plotly', 'ann'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_images_keep_their_labels_through_shuffling_and_storing(tmp_path, arrays, write_idx):
    marked = arrays.train_images.copy()
    marked[:, 0] = arrays.train_labels
    dataset = data.load(write_idx(tmp_path / "marked", arrays._replace(train_images=marked)))
    assert np.array_equal(dataset.images[:, 0], dataset.labels)


def test_a_folder_of_anything_else_is_listed_with_what_is_there_and_cannot_be_fetched(own_folders):
    (own_folders / "empty").mkdir()
    (own_folders / "notes").mkdir()
    (own_folders / "notes" / "notes.txt").write_text("digits to come\n")
    found = infos()
    for name, there in (("empty", "nothing"), ("notes", "1 .txt file")):
        assert not found[name].here and not found[name].can_fetch
        assert f"found: {there}; expected: " in found[name].how
        with pytest.raises(data.DataError, match="found: "):
            data.load(name)
    assert found["mnist"].can_fetch and not found["mnist-5k"].can_fetch


def test_what_is_small_is_read_before_it_is_listed_as_here(own_folders, arrays, write_csv):
    good = write_csv(own_folders / "good", arrays)
    bad = write_csv(own_folders / "bad", arrays)
    text = (bad / "mnist_test.csv").read_text()
    (bad / "mnist_test.csv").write_text(text[:-400])  # cut off while it was copied
    found = infos()
    assert found["good"].here and good.name in found["good"].how
    assert not found["bad"].here and "columns" in found["bad"].how
    (bad / "mnist_test.csv").write_text(text)
    assert infos()["bad"].here, "files that changed are looked at again"


def test_what_is_large_is_listed_by_its_beginning(own_folders, arrays, write_csv, monkeypatch):
    monkeypatch.setattr(own_files, "TRIAL_BYTES", 1_000)
    folder = write_csv(own_folders / "large", arrays)
    text = (folder / "mnist_test.csv").read_text()
    (folder / "mnist_test.csv").write_text(text[:-400])
    assert infos()["large"].here
    with pytest.raises(data.DataError, match="columns"):
        data.load("large")
    assert not infos()["large"].here, "now the lab knows better"


def test_the_command_line_ends_quietly_when_its_reader_has_enough():
    done = subprocess.run(
        f"{sys.executable} -m data | head -1",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("mnist-5k") and done.stderr == ""
