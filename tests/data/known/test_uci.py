"""The embedded digits by Turkish writers are what the README says, and their makers make them."""

import numpy as np
import pytest

import data
from data.known import embedded, uci
from tests.data import uci_6415_maker, uci_maker

PART = slice(None, None, 4)  # every fourth digit: all of them would take many seconds


@pytest.fixture(scope="module")
def made():
    return uci_maker.make(PART)


def test_the_set_holds_mnists_digits_and_the_others_with_mnists_test_set():
    dataset, mnist = data.load("mnist-uci"), data.load("mnist-5k")
    assert dataset.title == "MNIST and UCI, 13,212 digits"
    assert dataset.images.shape == (12_212, 784)
    assert "UCI" in dataset.source
    assert np.array_equal(dataset.test_images, mnist.test_images)
    both = {image.tobytes() for image in dataset.images}
    assert both >= {image.tobytes() for image in mnist.images}
    assert both >= {image.tobytes() for image in uci.read().train_images[4000:]}


def test_the_fingerprint_is_the_documented_one():
    assert data.load("mnist-uci").fingerprint == "fc065394339fdcb9"


def test_no_test_digit_is_among_the_training_digits():
    dataset = data.load("mnist-uci")
    learned = {image.tobytes() for image in dataset.images}
    assert not learned & {image.tobytes() for image in dataset.test_images}


def test_the_file_equals_what_its_maker_makes_from_scikit_learns_digits(made):
    images, labels = embedded.open_arrays(uci.FILE, ("images", "labels"))
    assert len(images) == len(labels) == 1797
    assert np.array_equal(labels[PART], made[1])
    # another version of SciPy may round differently
    assert np.abs(images[PART].astype(int) - made[0]).mean() < 0.1


def test_its_digits_are_centered_like_mnists(made):
    pictures = made[0].reshape(-1, 28, 28)
    down, right = np.indices((28, 28))
    mass = pictures.sum(axis=(1, 2), dtype=float)
    for along in (down, right):
        center = (pictures * along).sum(axis=(1, 2)) / mass
        assert abs(center.mean() - 14) < 0.1


def test_a_file_with_a_wrong_label_is_refused(tmp_path):
    path = tmp_path / "wrong.npz"
    np.savez(path, images=np.zeros((3, 784), np.uint8), labels=np.array([1, 2, 10], np.uint8))
    with pytest.raises(data.DataError, match=r"wrong\.npz.*label 10"):
        uci.read(path)


def test_the_6415_are_other_digits_of_all_classes_centered_like_mnists():
    images, labels = uci.read_others(uci.MORE)
    assert len(images) == 6415 and set(labels) == set(range(10))
    assert len({image.tobytes() for image in uci.read_others()[0]}) == uci.COUNT
    mass = images.sum(axis=1, dtype=float)
    for along in np.indices((28, 28)).reshape(2, -1):
        assert abs((images @ along.astype(float) / mass).mean() - 14) < 0.1


def test_their_maker_takes_uci_training_parts_from_the_packages_files(tmp_path, monkeypatch):
    monkeypatch.setattr(uci_6415_maker, "OPTDIGITS", 2)
    monkeypatch.setattr(uci_6415_maker, "PENBASED", 5)
    scans = np.tile(np.r_[np.eye(8).ravel() * 16, 7], (3, 1))
    path = [50, 100, 50, 90, 50, 80, 50, 60, 50, 40, 50, 20, 50, 10, 50, 0]  # downwards
    paths = [[*path, digit] for digit in (1, 4, 9, 9, 5, 1)]  # 4 and 5 are left out
    np.savetxt(tmp_path / "optdigits.dat", scans, delimiter=",")
    np.savetxt(tmp_path / "penbased.dat", paths, delimiter=",")
    images, labels = uci_6415_maker.make(tmp_path)
    assert labels.tolist() == [7, 7, 1, 9]
    line = images[2].reshape(28, 28)
    height, width = (np.ptp(np.flatnonzero(line.max(axis=axis))) for axis in (1, 0))
    assert height > 5 * width
