"""What stands in a file's place, or is damaged, is named, and never listed as here."""

import gzip
import io
import pickle
import tracemalloc
import zipfile

import numpy as np
import pytest
from PIL import Image

import data
from data.yours import own_files
from tests.data import layouts
from tests.data.finding.test_found import csv, keras, libsvm
from tests.data.layouts import MNIST, four, npz, parquet, picture, pictures, table, write

PAGE = "<!DOCTYPE html><html><head><title>403 Forbidden</title></head></html>"
POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


def hugging_face(folder, a):
    parquet(folder / "train.parquet", *a[:2])
    parquet(folder / "test.parquet", *a[2:])


WHOLE = {  # a layout, and one of its files
    "idx": (four, MNIST[0]),
    "labels": (four, MNIST[3]),
    "csv": (csv, "train.csv"),
    "test csv": (csv, "test.csv"),
    "npz": (keras, "mnist.npz"),
    "parquet": (hugging_face, "test.parquet"),
}


def refuses(folder, complaint):
    """The folder is neither here nor opened, and the message says what is wrong."""
    info = next(info for info in data.available() if str(folder) in info.how)
    assert not info.here and not info.can_fetch
    with pytest.raises(data.DataError, match=complaint) as caught:
        data.load(folder)
    assert len(str(caught.value)) < 450
    return str(caught.value)


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (PAGE, "a web page stands in its place"),
        ("\n\n  <html>", "a web page stands in its place"),
        ('<?xml version="1.0"?><Error><Code>AccessDenied</Code>', "a web page stands"),
        (POINTER, "a Git LFS pointer stands in its place"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
        (pickle.dumps([1, 2]), "a pickle.*never opened"),
        (b"", "empty"),
    ],
)
def test_what_stands_in_a_files_place_is_named(own_folders, arrays, kind, content, complaint):
    make, name = WHOLE[kind]
    make(own_folders / "mine", arrays)
    path = write(own_folders / "mine" / name, content)
    assert str(path) in refuses(own_folders / "mine", complaint)


@pytest.mark.parametrize("packed", [PAGE.encode(), POINTER.encode()])
def test_even_when_it_is_packed(own_folders, arrays, packed):
    folder = four(own_folders / "mine", arrays, [f"{name}.gz" for name in MNIST])
    (folder / f"{MNIST[0]}.gz").write_bytes(gzip.compress(packed))
    refuses(folder, "stands in its place")


def test_a_zip_archive_named_csv_is_opened_if_it_holds_one_table_and_else_named(
    own_folders, arrays
):
    csv(own_folders / "mine", arrays)
    expected = data.load("mine").fingerprint
    path = own_folders / "mine" / "train.csv"
    content = path.read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.csv", content)
    assert data.load("mine").fingerprint == expected
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("more.csv", content)
    refuses(own_folders / "mine", "a zip archive of 2 files, 2 of them tables.*[Uu]npack")


@pytest.mark.parametrize("kind", ["idx", "csv.gz", "bz2", "npz", "parquet"])
def test_a_truncated_file_is_named(own_folders, arrays, kind):
    folder = own_folders / "mine"
    if kind == "idx":
        four(folder, arrays, [f"{name}.gz" for name in MNIST])
        name = f"{MNIST[0]}.gz"
    elif kind == "csv.gz":
        name = "train.csv.gz"
        write(folder / name, gzip.compress(table(*arrays[:2]).encode()))
    elif kind == "bz2":
        libsvm(folder, arrays)
        name = "digits.bz2"
    elif kind == "npz":
        keras(folder, arrays)
        name = "mnist.npz"
    else:
        hugging_face(folder, arrays)
        name = "train.parquet"
    path = folder / name
    path.write_bytes(path.read_bytes()[:-300])
    assert str(path) in refuses(folder, "truncated|damaged")


def test_an_array_of_objects_is_never_unpickled(own_folders, arrays, tmp_path):
    class Trap:
        def __reduce__(self):
            return open, (str(tmp_path / "sprung"), "w")

    trap = np.array([Trap()] * len(arrays.train_labels), object)
    npz(own_folders / "mine" / "digits.npz", images=arrays.train_images, labels=trap)
    refuses(own_folders / "mine", "Python objects, which only pickle can read")
    np.save(own_folders / "mine" / "x_train.npy", trap, allow_pickle=True)
    np.save(own_folders / "mine" / "y_train.npy", trap, allow_pickle=True)
    (own_folders / "mine" / "digits.npz").unlink()
    refuses(own_folders / "mine", "Python objects")
    assert not (tmp_path / "sprung").exists()


def test_an_array_that_claims_to_be_huge_allocates_no_memory(own_folders):
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "|u1", "fortran_order": False, "shape": (10**9, 28, 28)}
    )
    folder = own_folders / "mine"
    folder.mkdir()
    with zipfile.ZipFile(folder / "mnist.npz", "w") as archive:
        for name in ("x_train", "y_train"):
            archive.writestr(f"{name}.npy", head.getvalue())
    tracemalloc.start()
    refuses(folder, "at most 784 MB")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_an_npz_without_images_says_what_it_holds(own_folders, arrays):
    npz(own_folders / "mine" / "weights.npz", w0=arrays.train_images, b0=arrays.train_labels)
    refuses(own_folders / "mine", "found the arrays w0, b0; expected x_train")


def test_a_picture_too_large_is_not_decoded(own_folders, arrays):
    folder = pictures(own_folders / "mine", arrays.train_images[:40], arrays.train_labels[:40])
    content = io.BytesIO()
    Image.new("L", (9000, 9000)).save(content, "PNG")
    path = folder / str(arrays.train_labels[0]) / "00000.png"
    path.write_bytes(content.getvalue())
    tracemalloc.start()
    refuses(folder, "9,000 × 9,000 pixels; at most 4,000,000")
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (PAGE, "not a PNG, JPEG or BMP picture"),
        (picture(np.random.default_rng(0).integers(0, 256, 784, np.uint8))[:-200], "damaged"),
        (b"", "not a PNG"),
    ],
)
def test_a_broken_picture_is_named(own_folders, arrays, content, complaint):
    folder = pictures(own_folders / "mine", arrays.train_images[:40], arrays.train_labels[:40])
    path = write(folder / str(arrays.train_labels[5]) / "00005.png", content)
    assert str(path) in refuses(folder, complaint)


def test_pictures_without_classes_are_counted(own_folders, arrays):
    for number in range(3):
        write(own_folders / "mine" / f"{number}.png", picture(arrays.train_images[number]))
        write(own_folders / "split" / "train" / f"{number}.png", picture(arrays.test_images[0]))
    refuses(own_folders / "mine", "found: 3 pictures; expected: .* a folder for each class")
    refuses(own_folders / "split", "found: 3 pictures; expected: ")
    pictures(own_folders / "single", arrays.train_images[:9], ["7"] * 9)
    refuses(own_folders / "single", "one folder for each class")


@pytest.mark.parametrize("kind", ["idx", "csv", "npz", "parquet", "pictures"])
def test_a_single_class_is_an_error(own_folders, arrays, kind):
    same = arrays._replace(
        train_labels=np.full_like(arrays.train_labels, 3),
        test_labels=np.full_like(arrays.test_labels, 3),
    )
    folder = own_folders / "mine"
    {
        "idx": four,
        "csv": csv,
        "npz": keras,
        "parquet": hugging_face,
        "pictures": lambda f, a: [pictures(f / part, *a[:2]) for part in ("train", "test")],
    }[kind](folder, same)
    refuses(folder, "class")


def test_labels_that_are_evidently_wrong_are_named(own_folders, arrays):
    labels = arrays.train_labels.copy()
    labels[8] = 77
    folder = four(own_folders / "mine", arrays._replace(train_labels=labels))
    assert "train-labels" in refuses(folder, "entry 9 has the label 77; labels must be 0 to 9")
    many = arrays._replace(train_labels=np.arange(120, dtype=np.uint8))
    refuses(four(own_folders / "many", many), "different labels; allowed are 2 to 100 classes")


def test_sizes_that_are_no_squares_or_differ_are_named(own_folders, arrays):
    npz(own_folders / "mine" / "a.npz", images=np.zeros((20, 28, 30)), labels=np.arange(20) % 2)
    refuses(own_folders / "mine", "images of 28 x 30 pixels; expected 28 x 28")
    small = arrays.test_images.reshape(-1, 28, 28)[:, :16, :16].reshape(-1, 256)
    folder = four(own_folders / "two", arrays._replace(test_images=small))
    refuses(folder, "training images of 784 pixels, but test images of 256")


def test_too_many_small_images_are_refused_before_they_keep_everyone_waiting(own_folders):
    images, labels = np.zeros((30_001, 64), np.uint8), np.arange(30_001) % 3
    images[:, 5] = 16
    npz(own_folders / "mine" / "small.npz", images=images, labels=labels)
    refuses(own_folders / "mine", "30,001 images of 8 x 8 pixels; at most 30,000")


def test_black_pictures_are_no_data_set(own_folders, arrays):
    folder = four(own_folders / "mine", [part * 0 if part.ndim == 2 else part for part in arrays])
    with pytest.raises(data.DataError, match="all pixels are 0"):
        data.load(folder)


def test_what_was_refused_once_is_not_read_again_until_it_changes(own_folders, arrays, monkeypatch):
    labels = arrays.train_labels.copy()
    labels[8] = 77
    folder = four(own_folders / "mine", arrays._replace(train_labels=labels))
    refuses(folder, "label 77")
    monkeypatch.setattr(own_files.reading, "read", None)
    assert not next(i for i in data.available() if i.name == "mine").here
    monkeypatch.undo()
    monkeypatch.setattr(own_files.places, "HERE", own_folders)
    write(folder / MNIST[1], layouts.idx(arrays.train_labels))
    assert next(i for i in data.available() if i.name == "mine").here
