"""The ink in photos and scans of digits: paper, light, pens and cameras of many kinds."""

import io

import numpy as np
import pytest
from PIL import Image

import data
from data.formats import pictures
from data.writing import drawing, handwriting
from data.writing.one_digit import Doubt, doubt
from tests import paper

KINDS = list(paper.KINDS)


def ink(kind, digit, seed=0, **changes):
    file = paper.taken(paper.enlarged(digit), kind, np.random.default_rng(seed), **changes)
    return handwriting.ink(pictures.photo("picture", file))


def likeness(one, other):
    one, other = one.ravel().astype(float), other.ravel().astype(float)
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.fixture(scope="module")
def digits():
    return data.load("mnist-5k").test_images


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_becomes_what_the_digit_itself_becomes(kind, digits):
    """Of five digits, four are much like the same digit drawn on the canvas."""
    alike = []
    for number, digit in enumerate(digits[:5]):
        found = ink(kind, digit, number)
        drawn = np.rint(paper.enlarged(digit) * 255).astype(np.uint8)
        whole = drawing.to_mnist(np.pad(drawn, 40))
        alike.append(found is not None and likeness(drawing.to_mnist(found.image), whole) > 0.85)
    assert sum(alike) >= 4


@pytest.mark.parametrize("kind", ["chalk", "white on gray", "white on black"])
def test_light_ink_is_told_from_dark(kind, digits):
    assert not ink(kind, digits[0]).dark
    assert ink("plain scan", digits[0]).dark


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if k not in ("margin", "on a table", "phone at night")]
)
def test_empty_paper_has_no_digit(kind):
    """Whatever light falls on it; a margin, a table or much noise may be taken for a mark."""
    blank = np.zeros((20, 20), np.float32)
    file = paper.taken(blank, kind, np.random.default_rng(1), specks=0)
    assert handwriting.ink(pictures.photo("picture", file)) is None


def test_two_digits_are_both_found_and_doubted(digits):
    one = paper.enlarged(digits[0])
    file = paper.taken(
        np.hstack([one, np.zeros((len(one), 60)), one]), "shadow", np.random.default_rng(2)
    )
    found = handwriting.ink(pictures.photo("picture", file))
    assert doubt(found.image) == Doubt.MARKS


def test_a_filled_shape_on_white_stays_filled():
    """A picture of clothes, or a thick stamp, is no stroke."""
    picture = Image.new("L", (300, 300), 255)
    picture.paste(30, (60, 50, 240, 250))
    found = handwriting.ink(picture)
    assert found.image[found.image.shape[0] // 2, found.image.shape[1] // 2] == 255


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_color_is_read(mode, digits):
    gray = 255 - np.pad(np.rint(paper.enlarged(digits[0]) * 255).astype(np.uint8), 60)
    image = Image.fromarray(gray)
    if mode == "I;16":  # of 12 bits, as some scanners save
        image = Image.fromarray(gray.astype(np.uint16) * 16)
    elif mode != "L":
        image = image.convert(mode)
    file = io.BytesIO()
    image.save(file, "JPEG" if mode == "CMYK" else "PNG")
    found = handwriting.ink(pictures.photo("picture", file.getvalue()))
    whole = drawing.to_mnist(255 - gray)
    assert found.dark and likeness(drawing.to_mnist(found.image), whole) > 0.9


def test_a_transparent_ground_and_a_turned_camera(digits):
    alpha = np.pad(np.rint(paper.enlarged(digits[0]) * 255).astype(np.uint8), 60)
    whole = drawing.to_mnist(alpha)
    clear, turned = io.BytesIO(), io.BytesIO()
    Image.fromarray(np.dstack([np.zeros((*alpha.shape, 3), np.uint8), alpha])).save(clear, "PNG")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    Image.fromarray(255 - np.rot90(alpha)).save(turned, "JPEG", exif=exif)
    for file in (clear, turned):
        found = handwriting.ink(pictures.photo("picture", file.getvalue()))
        assert likeness(drawing.to_mnist(found.image), whole) > 0.9


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (2, 3), (7, 900), (3_000, 8)])
def test_pictures_of_any_shape_end_well(size):
    rng = np.random.default_rng(0)
    for levels in (np.zeros(size[::-1]), rng.integers(0, 256, size[::-1])):
        found = handwriting.ink(Image.fromarray(levels.astype(np.uint8)))
        assert found is None or found.image.max() == 255
