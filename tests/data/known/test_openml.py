"""Downloading, without internet: scikit-learn's function is replaced."""

import socket
import time
from urllib.error import HTTPError, URLError

import numpy as np
import pytest
import sklearn.datasets
from sklearn.utils import Bunch

import data
from data import __main__ as command_line
from data import cache
from data.known import openml


@pytest.fixture
def answer(monkeypatch):
    """Return a function that makes fetch_openml return, or raise, what a test chooses."""
    calls = []

    def choose(result):
        def fetch_openml(name, **options):
            calls.append((name, options, socket.getdefaulttimeout()))
            if isinstance(result, Exception):
                raise result
            return result

        monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)
        return calls

    return choose


@pytest.fixture
def table(monkeypatch):
    """A small table as OpenML sends it: pixels as floats, labels as strings."""
    monkeypatch.setattr(openml, "IMAGES", 700)
    monkeypatch.setattr(openml, "TEST_IMAGES", 100)
    pixels = np.random.default_rng(0).integers(0, 256, (700, 784)).astype(float)
    return Bunch(data=pixels, target=np.array([str(i % 10) for i in range(700)], dtype=object))


@pytest.mark.parametrize(
    ("name", "asked", "title"),
    [
        ("mnist", "mnist_784", "MNIST, 700 digits"),
        ("fashion-mnist", "Fashion-MNIST", "Fashion-MNIST, 700 images"),
    ],
)
def test_a_downloaded_data_set_is_stored_and_loaded_from_then_on(answer, table, name, asked, title):
    calls = answer(table)
    dataset = data.fetch(name)
    assert (dataset.name, dataset.title) == (name, title)
    assert dataset.images.shape == (600, 784)
    # The last rows are the test set, in their order.
    assert np.array_equal(dataset.test_images, table.data[600:])
    assert dataset.test_labels.tolist() == [int(label) for label in table.target[600:]]
    assert "openml.org" in dataset.source

    assert data.load(name).fingerprint == dataset.fingerprint
    assert data.fetch(name).fingerprint == dataset.fingerprint
    assert [info.here for info in data.available() if info.name == name] == [True]
    assert len(calls) == 1
    assert calls[0][0] == asked
    assert calls[0][1]["version"] == 1


def test_the_classes_of_fashion_mnist_are_named_after_clothes(answer, table):
    answer(table)
    assert data.fetch("fashion-mnist").class_names[0] == "T-shirt/top"


def test_progress_is_reported_from_start_to_end(answer, table):
    answer(table)
    reports = []
    data.fetch("mnist", lambda fraction, message: reports.append((fraction, message)))
    fractions = [fraction for fraction, _ in reports]
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert fractions == sorted(fractions)
    assert all(message for _, message in reports)


@pytest.mark.parametrize(
    "failure",
    [
        URLError(socket.gaierror(-2, "Name or service not known")),
        HTTPError("https://openml.org", 503, "Service Unavailable", {}, None),
        TimeoutError("timed out"),
        ConnectionResetError(104, "Connection reset by peer"),
    ],
)
def test_without_internet_the_message_is_clear_and_the_embedded_digits_work(answer, failure):
    answer(failure)
    with pytest.raises(data.DataError, match=r"mnist_784 from openml.org.*internet") as caught:
        data.fetch("mnist")
    assert "embedded 5,000 digits work without it" in str(caught.value)
    assert len(data.load().images) == 4000
    assert not cache.describe("mnist")


@pytest.mark.parametrize(
    "failure", [ValueError("md5 checksum"), KeyError("x"), PermissionError(13, "no")]
)
def test_any_other_failure_is_a_message_too(answer, failure):
    answer(failure)
    with pytest.raises(data.DataError, match=f"mnist_784.*{type(failure).__name__}"):
        data.fetch("mnist")


def test_a_silent_server_times_out_and_the_default_timeout_stays(answer, table):
    before = socket.getdefaulttimeout()
    calls = answer(table)
    data.fetch("mnist")
    assert calls[0][2] == openml.TIMEOUT_SECONDS
    assert socket.getdefaulttimeout() == before


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda bunch: bunch.update(data=bunch.data[:, :-1]), r"shape \(700, 783\)"),
        (lambda bunch: bunch.update(data=bunch.data[:-1]), r"shape \(699, 784\)"),
        (lambda bunch: bunch.update(target=bunch.target[:-1]), "699 labels"),
        (
            lambda bunch: bunch.data.__setitem__((3, 3), 256),
            "pixels are not all.*one is 256.0",
        ),
        (
            lambda bunch: bunch.data.__setitem__((3, 3), 0.5),
            "pixels are not all.*one is 0.5",
        ),
        (
            lambda bunch: bunch.data.__setitem__((3, 3), np.nan),
            "pixels are not all.*one is nan",
        ),
        (
            lambda bunch: bunch.target.__setitem__(3, "10"),
            "labels are not all.*one is 10.0",
        ),
        (lambda bunch: bunch.target.__setitem__(3, "cat"), "labels are not all.*; one is 'cat'"),
        (lambda bunch: bunch.target.__setitem__(3, None), "labels are not all.*; one is None"),
    ],
)
def test_a_table_of_the_wrong_shape_or_values_is_refused(answer, table, change, complaint):
    change(table)
    answer(table)
    with pytest.raises(data.DataError, match=f"mnist_784 from openml.org.*{complaint}"):
        data.fetch("mnist")
    assert not cache.describe("mnist")


def test_only_the_two_tables_can_be_downloaded(answer):
    calls = answer(URLError("offline"))
    with pytest.raises(data.DataError, match=r"'cifar' cannot be downloaded.*mnist, fashion-mnist"):
        data.fetch("cifar")
    assert not calls


def test_a_damaged_download_says_so_and_can_be_downloaded_again(answer, table):
    answer(table)
    dataset = data.fetch("mnist")
    (dataset.folder / "train_images.npy").write_bytes(b"broken")
    with pytest.raises(data.DataError, match=r"stored copy is damaged.*data fetch mnist"):
        data.load("mnist")
    assert data.fetch("mnist").fingerprint == dataset.fingerprint
    assert len(data.load("mnist").images) == 600


def test_the_users_files_take_precedence_over_a_download(answer, own_folders, arrays, write_idx):
    calls = answer(URLError("offline"))
    write_idx(own_folders, arrays)
    assert len(data.fetch("mnist").images) == 120
    assert not calls


def test_the_command_downloads_and_says_where_it_is_stored(answer, table, capsys):
    answer(table)
    assert command_line.main(["fetch", "mnist"]) == 0
    out = capsys.readouterr().out
    assert "100%" in out
    assert "stored in" in out


def test_the_command_ends_with_an_error_line_when_offline(answer, capsys):
    answer(URLError("offline"))
    assert command_line.main(["fetch", "mnist"]) == 1
    assert capsys.readouterr().err.startswith("error: Could not download mnist_784")


def test_mnist_from_openml_is_the_same_data_set_as_from_its_files(
    answer, full_mnist, in_file_order
):
    files = in_file_order(full_mnist)
    pixels = np.concatenate([files.train_images, files.test_images])
    labels = np.concatenate([files.train_labels, files.test_labels]).astype(str).astype(object)
    answer(Bunch(data=pixels, target=labels))
    start = time.perf_counter()
    assert data.fetch("mnist").fingerprint == "4cb8432a6067e9a9"
    assert time.perf_counter() - start < 20
