"""Full MNIST with other writers' digits: what is stored, how it is split."""

from collections import Counter

import numpy as np
import pytest

import data
from data import __main__ as command_line
from data import hands
from data.known import openml, uci


@pytest.fixture
def own_mnist(own_folders, arrays, write_idx):
    """120 training digits of noise in the place of full MNIST's."""
    write_idx(own_folders / "mnist", arrays)
    return arrays


def info():
    return {info.name: info for info in data.available()}[hands.NAME]


def digits_of(images):
    return Counter(image.tobytes() for image in images)


def test_it_holds_mnists_digits_and_the_others_each_once(own_mnist):
    dataset = data.load("mnist-hands")
    found = digits_of(dataset.images)
    assert found == digits_of(own_mnist.train_images) + digits_of(uci.read_others()[0])
    assert set(found.values()) == {1}


def test_its_labels_are_those_of_its_images(own_mnist):
    dataset = data.load("mnist-hands")
    images, labels = uci.read_others()
    known = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    known |= {
        image.tobytes(): label
        for image, label in zip(own_mnist.train_images, own_mnist.train_labels, strict=True)
    }
    assert all(
        known[image.tobytes()] == label
        for image, label in zip(dataset.images, dataset.labels, strict=True)
    )


def test_its_test_set_is_mnists(own_mnist):
    dataset = data.load("mnist-hands")
    assert np.array_equal(dataset.test_images, own_mnist.test_images)
    assert np.array_equal(dataset.test_labels, own_mnist.test_labels)
    assert dataset.title == "Full MNIST and UCI, 8,362 digits"  # each digit counts once


def test_its_validation_digits_are_others_than_those_to_learn_from(full_mnist, monkeypatch):
    monkeypatch.setenv("ANN_DATA", str(full_mnist))
    dataset = data.load("mnist-hands")
    assert dataset.fingerprint == "d7dd780a049e6ccf"
    split = dataset.split(0.15)
    held_out = digits_of(split.validation_images)
    assert not held_out.keys() & digits_of(split.train_images).keys()
    counts = np.bincount(split.validation_labels) / len(split.validation_labels)
    assert np.abs(counts - np.bincount(dataset.labels) / len(dataset.labels)).max() < 0.002
    others = sum((held_out & digits_of(uci.read_others()[0])).values())
    assert others == pytest.approx(0.15 * uci.COUNT, rel=0.1)


def test_it_is_listed_where_full_mnist_is_here_or_can_be_had(own_folders, arrays, write_idx):
    assert not info().here and info().can_fetch
    assert "made of full MNIST" in info().how
    assert "python -m data fetch mnist-hands" in info().how
    with pytest.raises(data.DataError, match=r"MNIST: not on this machine yet"):
        data.load("mnist-hands")
    folder = write_idx(own_folders / "mnist", arrays)
    assert info().here and not info().can_fetch and not info().fingerprint
    assert data.load("mnist-hands").fingerprint == info().fingerprint
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    assert not info().here and not info().can_fetch
    assert "t10k-labels-idx1-ubyte" in info().how


def test_the_command_line_makes_it_and_fetches_full_mnist_for_it(
    own_folders, arrays, monkeypatch, capsys
):
    asked = []
    monkeypatch.setattr(openml, "download", lambda name: asked.append(name) or arrays)
    for _ in range(2):
        assert command_line.main(["fetch", "mnist-hands"]) == 0
        assert "Full MNIST and UCI, 8,362 digits: ready" in capsys.readouterr().out
    assert asked == ["mnist"]
    assert info().here


def test_without_internet_a_message_says_so(own_folders, monkeypatch, capsys):
    def offline(name):
        raise data.DataError("Could not download mnist_784 from openml.org: no route.")

    monkeypatch.setattr(openml, "download", offline)
    assert command_line.main(["fetch", "mnist-hands"]) == 1
    assert "no route" in capsys.readouterr().err
    assert not info().here


def test_what_is_called_mnist_and_holds_other_classes_is_refused(own_folders, arrays, write_idx):
    halved = arrays._replace(
        train_labels=arrays.train_labels // 2, test_labels=arrays.test_labels // 2
    )
    write_idx(own_folders / "mnist", halved)
    with pytest.raises(data.DataError, match=r"mnist-hands.*ten digits.*other classes"):
        data.load("mnist-hands")


def test_it_is_made_again_when_full_mnist_is_another(own_folders, arrays, write_idx):
    write_idx(own_folders / "mnist", arrays)
    before = data.load("mnist-hands").fingerprint
    write_idx(own_folders / "mnist", arrays._replace(train_images=arrays.train_images[::-1]))
    assert data.load("mnist-hands").fingerprint != before
