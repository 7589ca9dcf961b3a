"""Filled sheets: found however they are turned, read box by box, and empty boxes skipped."""

import io
from functools import lru_cache

import numpy as np
import pytest
from PIL import Image

from data import DataError
from data.known import embedded
from data.writing import sheet, sheet_reader
from tests import filled_sheet, paper
from tests.filled_sheet import KINDS


@lru_cache
def digits():
    """The embedded test digits of each class."""
    a = embedded.read()
    return [a.test_images[a.test_labels == label] for label in range(10)]


def fill(rng, share=0.85):
    """Digits for a share of the boxes, by their numbers, each in the column of its class."""
    return {
        number: digits()[box.label][rng.integers(len(digits()[box.label]))]
        for number, box in enumerate(sheet.boxes())
        if rng.uniform() < share
    }


def alike(a, b):
    return float(np.corrcoef(a.astype(float), b.astype(float))[0, 1])


QUICK = ("tilted", "dim and grainy", "upside down", "white on black", "poor JPEG", "large digits")


@pytest.mark.parametrize(
    "kind", [k if k in QUICK else pytest.param(k, marks=pytest.mark.slow) for k in KINDS]
)
def test_nearly_every_digit_is_read_and_no_empty_box_is(kind):
    rng = np.random.default_rng(len(kind))
    written = fill(rng)
    found = sheet_reader.read(filled_sheet.photo(written, kind, rng))
    read = {cell.row * sheet.COLUMNS + cell.label: cell.picture for cell in found.cells}
    assert not read.keys() - written.keys(), "an empty box"
    right = [n for n, one in written.items() if n in read and alike(one, read[n]) > 0.7]
    assert len(right) >= (0.95 if kind == "large digits" else 0.98) * len(written)
    assert found.dark == (kind != "white on black")


def test_a_sheet_with_nothing_written_has_no_digits():
    rng = np.random.default_rng(0)
    for kind in ("scan", "tilted", "dim and grainy", "poor JPEG"):
        assert sheet_reader.read(filled_sheet.photo({}, kind, rng)).cells == []


def test_ink_that_comes_in_from_a_neighbor_is_not_read():
    rng = np.random.default_rng(0)
    seven = digits()[7][0]
    picture = filled_sheet.photo({77: seven}, "scan", rng, extent=0.8, wander=0.0)
    level = np.asarray(picture).copy()
    found = sheet_reader.read(Image.fromarray(level)).cells
    assert [(cell.label, cell.row) for cell in found] == [(7, 7)]
    far = filled_sheet.photo({77: seven}, "scan", rng, extent=1.1, wander=0.0)
    assert [(c.label, c.row) for c in sheet_reader.read(far).cells] == [(7, 7)]


OTHER = {
    "white": lambda rng: np.full((400, 300), 255, np.uint8),
    "black": lambda rng: np.zeros((400, 300), np.uint8),
    "noise": lambda rng: rng.integers(0, 256, (600, 500), np.uint8),
    "tiny": lambda rng: rng.integers(0, 256, (3, 2), np.uint8),
    "a line": lambda rng: rng.integers(0, 256, (1, 4_000), np.uint8),
    "squares everywhere": lambda rng: np.kron(
        (np.indices((40, 40)).sum(axis=0) % 2).astype(np.uint8), np.full((20, 20), 255, np.uint8)
    ),
    "dots": lambda rng: np.kron(
        (rng.uniform(size=(80, 80)) > 0.2).astype(np.uint8), np.full((9, 9), 255, np.uint8)
    ),
}


@pytest.mark.parametrize("kind", OTHER)
def test_what_is_no_sheet_is_refused_with_advice(kind):
    picture = Image.fromarray(OTHER[kind](np.random.default_rng(1)))
    try:
        found = sheet_reader.read(picture)
    except DataError as error:
        assert "black squares of the sheet were not found" in str(error)
    else:
        assert kind in ("squares everywhere", "dots") and len(found.cells) <= 100


def test_a_photo_of_one_digit_is_no_sheet():
    rng = np.random.default_rng(2)
    one = paper.photo(paper.enlarged(digits()[4][0]), "ruled", rng)
    with pytest.raises(DataError, match="not found"):
        sheet_reader.read(one)


def test_a_file_is_opened_with_distrust():
    with pytest.raises(DataError, match="not a PNG, JPEG or BMP"):
        sheet_reader.read_file(b"%PDF-1.4", 25_000_000)
    bomb = io.BytesIO()
    Image.new("L", (6_000, 6_000)).save(bomb, "PNG")
    with pytest.raises(DataError, match="at most 25,000,000 are read"):
        sheet_reader.read_file(bomb.getvalue(), 25_000_000)
    good = filled_sheet.file({0: digits()[0][0]}, "scan", np.random.default_rng(0))
    assert len(sheet_reader.read_file(good, 25_000_000).cells) == 1
    with pytest.raises(DataError, match="damaged"):
        sheet_reader.read_file(good[: len(good) // 2], 25_000_000)


def test_the_sheet_prints_on_one_page_with_a_box_for_ten_of_each_digit():
    assert sheet.pdf().startswith(b"%PDF") and sheet.pdf().count(b"/Type /Page\n") <= 1
    boxes = sheet.boxes()
    assert [sum(box.label == digit for box in boxes) for digit in range(10)] == [10] * 10
    page = sheet.draw(100)
    assert page.size == (827, 1169)
    assert all(box.left + sheet.CELL < 195 and box.top + sheet.CELL < 260 for box in boxes)
