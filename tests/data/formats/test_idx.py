"""IDX files: intact, damaged and hostile."""

import gzip
import struct
import tracemalloc

import numpy as np
import pytest

import data

IMAGES = "train-images-idx3-ubyte"
LABELS = "train-labels-idx1-ubyte"


def header(*sizes, kind=0x08):
    return bytes([0, 0, kind, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)


@pytest.fixture
def folder(tmp_path, arrays, write_idx):
    """A folder of four good, plain IDX files, for a test to break."""
    return write_idx(tmp_path / "digits", arrays, packed=False)


def refuses(folder, file, complaint):
    """Loading fails, and the message names the file and what is wrong."""
    with pytest.raises(data.DataError, match=complaint) as caught:
        data.load(folder)
    assert str(folder / file) in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("packed", [True, False])
def test_the_four_files_are_read_compressed_or_not(tmp_path, arrays, write_idx, packed):
    dataset = data.load(write_idx(tmp_path / "digits", arrays, packed))
    assert dataset.name == "digits"
    assert dataset.title == "digits, 150 images"
    assert np.array_equal(dataset.test_images, arrays.test_images)
    assert np.array_equal(dataset.test_labels, arrays.test_labels)
    pairs = {(image.tobytes(), label) for image, label in zip(*arrays[:2], strict=True)}
    assert pairs == {
        (image.tobytes(), label)
        for image, label in zip(dataset.images, dataset.labels, strict=True)
    }


def test_compression_is_recognized_by_content_not_by_name(folder, arrays):
    path = folder / IMAGES
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert len(data.load(folder).images) == 120


def test_names_with_a_dot_are_found_too(folder):
    (folder / IMAGES).rename(folder / "train-images.idx3-ubyte")
    assert len(data.load(folder).images) == 120


def test_missing_files_are_named(folder):
    (folder / LABELS).unlink()
    (folder / IMAGES).unlink()
    with pytest.raises(data.DataError, match=f"{IMAGES} and {LABELS}.*missing"):
        data.load(folder)


def test_full_mnist_is_read_as_published(full_mnist):
    dataset = data.load(full_mnist)
    assert dataset.images.shape == (60000, 784)
    assert dataset.test_images.shape == (10000, 784)
    assert dataset.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert dataset.fingerprint == "4cb8432a6067e9a9"
    validation = dataset.split(0.15).validation_labels
    expected = np.bincount(dataset.labels) * 0.15
    assert np.abs(np.bincount(validation) - expected).max() <= 2


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"\0\0", "truncated: no IDX header"),
        (b"\0\0\x08\x03\0\0", "truncated: its header is incomplete"),
        (b"<!DOCTYPE html><html>", "not an IDX file: a web page stands in its place"),
        (b"a note of 20 letters", "not an IDX file: it starts with 61 20 6e 6f"),
        (header(120), r"labels \(1 dimension\); expected images \(3 dimensions\)"),
        (header(120, 784), "an IDX file of 2 dimensions"),
        (header(120, 28, 28, kind=0x0D), "IDX type 0x0d; expected unsigned bytes"),
        (header(120, 32, 28) + bytes(120 * 896), "images of 32 x 28 pixels; expected 28 x 28"),
        (header(0, 28, 28), "holds 0 entries; allowed are 1 to"),
        (header(120, 28, 28) + bytes(120 * 784 - 1), "truncated"),
        (header(120, 28, 28) + bytes(120 * 784 + 1), "more data than the 94,080 bytes"),
        (header(119, 28, 28) + bytes(119 * 784), "120 labels, but .* holds 119 images"),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_a_broken_file_of_images_is_named(folder, content, complaint, packed):
    (folder / IMAGES).write_bytes(gzip.compress(content) if packed else content)
    refuses(folder, LABELS if "labels, but" in complaint else IMAGES, complaint)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (header(120, 28, 28), r"images \(3 dimensions\); expected labels \(1 dimension\)"),
        (header(120) + bytes(119), "truncated"),
        (header(60) + bytes(60), "60 labels, but .* holds 120 images"),
        (header(120) + bytes(7) + b"\x0a" + bytes(112), "entry 8 has the label 10.*0 to 9"),
        (header(120) + b"\xff" * 120, "all 120 images are of one class .255."),
    ],
)
def test_a_broken_file_of_labels_is_named(folder, content, complaint):
    (folder / LABELS).write_bytes(content)
    refuses(folder, LABELS, complaint)


def test_the_test_files_are_checked_like_the_training_files(folder):
    (folder / "t10k-labels-idx1-ubyte").write_bytes(header(30) + b"\x0b" * 30)
    refuses(folder, "t10k-labels-idx1-ubyte", "classes that no training image shows, 11")


@pytest.mark.parametrize("sizes", [(2**32 - 1, 28, 28), (2**32 - 1,) * 3, (1_000_000, 28, 28)])
@pytest.mark.parametrize("packed", [True, False])
def test_a_header_that_claims_a_huge_size_allocates_no_memory(folder, sizes, packed):
    content = header(*sizes) + bytes(1000)
    (folder / IMAGES).write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    refuses(folder, IMAGES, "allowed are 1 to 1,000,000|truncated")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6


def test_a_small_file_that_would_unpack_to_a_huge_one_is_not_unpacked(folder):
    bomb = gzip.compress(header(120, 28, 28) + bytes(100_000_000), 1)
    (folder / IMAGES).write_bytes(bomb)
    tracemalloc.start()
    refuses(folder, IMAGES, "more data than the 94,080 bytes")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6


def test_a_truncated_compressed_file_is_named(folder):
    path = folder / IMAGES
    packed = gzip.compress(path.read_bytes())
    path.write_bytes(packed[:-9])
    refuses(folder, IMAGES, "truncated: the compressed data ends too early")


@pytest.mark.parametrize("position", [3, 500, -6])
def test_a_damaged_compressed_file_is_named(folder, position):
    path = folder / IMAGES
    packed = bytearray(gzip.compress(path.read_bytes()))
    packed[position] ^= 0xFF
    path.write_bytes(packed)
    refuses(folder, IMAGES, "damaged|truncated")


def test_a_folder_in_place_of_a_file_does_not_count(folder):
    (folder / IMAGES).unlink()
    (folder / IMAGES).mkdir()
    refuses(folder, "", f"{IMAGES} .*missing")
