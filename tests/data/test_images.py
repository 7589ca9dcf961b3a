"""Images to classify, out of files and folders of any kind."""

import gzip
import io
import struct

import numpy as np
import pytest
from PIL import Image

import data
from data.images import CENTERED, INVERTED, read_images
from data.known import embedded


@pytest.fixture(scope="module")
def digits():
    """Twelve digits of MNIST, (12, 784), and their labels."""
    arrays = embedded.read()
    return arrays.test_images[:12], arrays.test_labels[:12].astype(int)


def picture(path, pixels, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(pixels, np.uint8)).save(path, **options)
    return path


def idx(path, array):
    array = np.asarray(array, np.uint8)
    head = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    content = head + array.tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def similarity(one, other):
    """The cosine of the angle between two pictures, 1 if they are alike."""
    one, other = one.astype(float).ravel(), other.astype(float).ravel()
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_a_picture_of_28_pixels_is_taken_as_it_is(tmp_path, digits):
    path = picture(tmp_path / "four.png", digits[0][3].reshape(28, 28))
    found = read_images(str(path))
    assert np.array_equal(found.pixels, digits[0][3:4])
    assert (found.labels, found.names, found.notes) == (None, (str(path),), ())


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [*((mode, "png") for mode in ("L", "RGB", "P", "LA", "RGBA")), ("L", "bmp"), ("RGB", "bmp")],
)
def test_dark_strokes_on_a_light_ground_are_inverted_whatever_the_kind_of_color(
    mode, suffix, tmp_path, digits
):
    image = Image.fromarray(255 - digits[0][3].reshape(28, 28)).convert(mode)
    image.save(tmp_path / f"four.{suffix}")
    found = read_images(tmp_path / f"four.{suffix}")
    assert np.abs(found.pixels.astype(int) - digits[0][3]).max() <= 1
    assert found.notes == (INVERTED,)


def test_ink_on_a_transparent_ground_is_seen(tmp_path, digits):
    """Drawing programs export strokes of black, or of white, with nothing behind them."""
    alpha = digits[0][3].reshape(28, 28)
    for ink in (0, 255):
        pixels = np.dstack([np.full((28, 28, 3), ink, np.uint8), alpha])
        found = read_images(picture(tmp_path / f"{ink}.png", pixels))
        assert np.abs(found.pixels.astype(int) - digits[0][3]).max() <= 1


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_larger_picture_is_centered_like_mnist(light, suffix, tmp_path, digits):
    """A digit in the corner of a scan becomes like the one in MNIST that it was made from."""
    sheet = np.zeros((500, 400), np.uint8)
    sheet[200:480, 20:300] = np.kron(digits[0][3].reshape(28, 28), np.ones((10, 10)))
    path = picture(tmp_path / f"scan.{suffix}", 255 - sheet if light else sheet)
    found = read_images(path)
    assert similarity(found.pixels, digits[0][3]) > 0.9
    assert CENTERED in found.notes and (INVERTED in found.notes) == light


def test_a_photo_is_turned_as_its_camera_was_held_and_shrunk(tmp_path, digits):
    sheet = 255 - np.kron(np.pad(digits[0][3].reshape(28, 28), 6), np.ones((80, 80), np.uint8))
    assert sheet.size > 10_000_000
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    path = picture(tmp_path / "photo.jpg", np.rot90(sheet), exif=exif)
    assert similarity(read_images(path).pixels, digits[0][3]) > 0.9


def test_pictures_in_a_folder_come_in_the_order_of_their_numbers(tmp_path, digits):
    for number, pixels in enumerate(digits[0]):
        picture(tmp_path / "mine" / f"scan {number}.png", pixels.reshape(28, 28))
    (tmp_path / "mine" / "notes.txt").write_text("scanned today")
    found = read_images(tmp_path / "mine")
    assert np.array_equal(found.pixels, digits[0])
    assert found.labels is None
    assert found.names[10].endswith("scan 10.png")


@pytest.mark.parametrize("words", [False, True])
def test_folders_of_classes_give_the_labels(words, tmp_path, digits):
    for number, (pixels, label) in enumerate(zip(*digits, strict=True)):
        name = f"digit {label}" if words else str(label)
        picture(tmp_path / "mine" / name / f"{number}.png", pixels.reshape(28, 28))
    found = read_images(tmp_path / "mine")
    assert sorted(found.labels.tolist()) == sorted(
        f"digit {label}" if words else label for label in digits[1].tolist()
    )
    for pixels, label in zip(found.pixels, found.labels, strict=True):
        (place,) = np.flatnonzero((digits[0] == pixels).all(axis=1))
        assert str(label).endswith(str(digits[1][place]))


def tables(folder, pixels, labels):
    """Files of every kind that hold the same digits, and whether each also holds the labels."""
    rows = [",".join(map(str, row)) for row in pixels.tolist()]
    header = ",".join(f"pixel{number}" for number in range(784))
    (folder / "test.csv").write_text("\n".join([header, *rows]))
    (folder / "train.csv").write_text(
        "\n".join(f"{label},{row}" for label, row in zip(labels, rows, strict=True))
    )
    np.save(folder / "images.npy", pixels.reshape(-1, 28, 28))
    np.save(folder / "floats.npy", pixels / 255)
    np.savez(folder / "images.npz", pixels)
    np.savez(folder / "test.npz", x_test=pixels, y_test=labels)
    np.savez(
        folder / "mnist.npz", x_train=pixels[:5], y_train=labels[:5], x_test=pixels, y_test=labels
    )
    (folder / "alone").mkdir()
    idx(folder / "alone" / "t10k-images-idx3-ubyte.gz", pixels.reshape(-1, 28, 28))
    idx(folder / "t10k-images-idx3-ubyte", pixels.reshape(-1, 28, 28))
    idx(folder / "t10k-labels-idx1-ubyte.gz", labels)
    return {
        "test.csv": False,
        "train.csv": True,
        "images.npy": False,
        "floats.npy": False,
        "images.npz": False,
        "test.npz": True,
        "mnist.npz": True,
        "alone/t10k-images-idx3-ubyte.gz": False,
        "t10k-images-idx3-ubyte": True,
    }


def test_the_same_digits_come_out_of_files_of_every_kind(tmp_path, digits):
    for name, labeled in tables(tmp_path, *digits).items():
        found = read_images(tmp_path / name)
        assert np.array_equal(found.pixels, digits[0]), name
        assert (found.labels is not None) == labeled, name
        assert not labeled or np.array_equal(found.labels, digits[1]), name
        assert found.names[11] == f"{tmp_path / name} [11]"
        assert ("scaled" in " ".join(found.notes)) == (name == "floats.npy"), name


def test_a_single_array_is_one_image(tmp_path, digits):
    for shape in ((28, 28), (784,)):
        np.save(tmp_path / "one.npy", digits[0][3].reshape(shape).astype(float))
        assert np.array_equal(read_images(tmp_path / "one.npy").pixels, digits[0][3:4])


def empty_picture():
    content = io.BytesIO()
    Image.new("L", (300, 200), 200).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.png", empty_picture(), "the picture is empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "not a PNG, JPEG or BMP picture"),
        ("a.png", empty_picture()[:60], "damaged"),
        ("a.jpg", b"\xff\xd8\xff" + bytes(99), "not a PNG, JPEG or BMP picture"),
        ("a.png", b"<!DOCTYPE html><html>404</html>", "a web page stands in its place"),
        ("a.npy", b"\x93NUMPY", "damaged"),
        ("a.csv", b"1,2,3", "3 columns; expected 785"),
        ("a.xlsx", b"PK\3\4" + bytes(99), "damaged"),
        ("a.bin", b"", "empty"),
        ("a.h5", b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        ("a.pkl", b"\x80\x04\x95", "never opened"),
    ],
)
def test_what_holds_no_images_is_named(name, content, complaint, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(data.DataError, match=complaint) as caught:
        read_images(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert "pickle=" not in str(caught.value)


def test_a_picture_of_objects_is_never_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{"a": 1}], object), allow_pickle=True)
    with pytest.raises(data.DataError, match="Python objects") as caught:
        read_images(tmp_path / "a.npy")
    assert "allow_pickle" not in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere", "x" * 5_000, "a\0b", "~nobody/x"])
def test_a_name_of_nothing_is_refused(name, tmp_path):
    with pytest.raises(data.DataError) as caught:
        read_images(name)
    assert len(str(caught.value)) < 400


def test_a_folder_without_pictures_says_so(tmp_path):
    with pytest.raises(data.DataError, match="found no PNG, JPEG or BMP pictures"):
        read_images(tmp_path)


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path):
    Image.new("1", (30_000, 30_000)).save(tmp_path / "bomb.png")
    with pytest.raises(data.DataError, match=r"at most 50,000,000 pixels"):
        read_images(tmp_path / "bomb.png")
    Image.new("1", (8_000, 8_000)).save(tmp_path / "large.png")
    with pytest.raises(data.DataError, match=r"8,000 × 8,000 pixels; at most 50,000,000"):
        read_images(tmp_path / "large.png")
