"""A printed sheet: downloaded, photographed, confirmed, saved."""

import io

import numpy as np
import pytest
from PIL import Image

from ann.keeping.drawings import Medium
from data.writing import sheet
from pages.handwriting.from_sheet import Reading, printed
from tests import filled_sheet
from tests.data.writing.test_sheet import fill
from tests.pages.canvas import html
from tests.pages.conftest import press, texts, wait_until
from tests.pages.handwriting.conftest import written


@pytest.fixture
def paper(hand):
    """The page at the step where a sheet is brought."""
    return hand.segmented_control(key="hand.step").set_value("Fill in a sheet").run()


@pytest.fixture(scope="module")
def filled():
    """A filled sheet, by the numbers of its boxes, and a photo of it."""
    rng = np.random.default_rng(3)
    digits = fill(rng, share=0.5)
    return digits, filled_sheet.file(digits, "tilted", rng)


def state_of(app) -> Reading:
    return app.session_state["lab"].kept[Reading]


def bring(app, content: bytes, name="sheet.png"):
    reading = state_of(app)
    box = next(b for b in app.file_uploader if b.key == f"hand.photo.{reading.number}")
    box.set_value((name, content, "image/png")).run()
    return wait_until(app, lambda: reading.future is None or reading.future.done())


def test_the_sheet_can_be_downloaded(paper):
    assert len(paper.get("download_button")) == 1
    assert printed().startswith(b"%PDF")


def test_what_was_found_is_shown_before_it_is_saved_with_the_label_of_its_column(paper, filled):
    digits, photo = filled
    bring(paper, photo)
    assert not paper.exception
    assert f"**{len(digits)} digits found**, dark on light." in texts(paper.markdown)
    assert html(paper).count("<figure") == len(digits)
    assert written(paper) == []
    press(paper, "hand.save")
    saved = written(paper)
    assert [one.label for one in saved] == [n % sheet.COLUMNS for n in sorted(digits)]
    assert {one.source for one in saved} == {Medium.SHEET}
    assert f"{len(digits)} digits saved." in texts(paper.success)
    assert state_of(paper).found is None


def test_what_is_left_out_is_not_saved_and_what_is_brought_twice_is_saved_once(paper, filled):
    digits, photo = filled
    bring(paper, photo)
    key = f"hand.out.{state_of(paper).number}"
    paper.multiselect(key=key).set_value([0, 1]).run()
    press(paper, "hand.save")
    assert len(written(paper)) == len(digits) - 2
    bring(paper, photo)
    press(paper, "hand.save")
    assert len(written(paper)) == len(digits)
    assert f"2 digits saved. {len(digits) - 2} were saved before." in texts(paper.success)


def test_it_can_be_discarded(paper, filled):
    bring(paper, filled[1])
    press(paper, "hand.discard")
    assert state_of(paper).found is None and written(paper) == []


def blank() -> bytes:
    return filled_sheet.file({}, "scan", np.random.default_rng(0))


def bomb() -> bytes:
    file = io.BytesIO()
    Image.new("L", (6_000, 6_000)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (lambda: b"GIF89a", "not a PNG, JPEG or BMP"),
        (bomb, "25,000,000"),
        (lambda: 11_000_000 * b"x", "more than 10 MB"),
        (blank, "nothing is written on it"),
    ],
)
def test_a_picture_that_cannot_be_used_gives_the_reason(paper, content, why):
    bring(paper, content())
    assert why in texts(paper.warning).replace("\\", "")
    assert not paper.exception and state_of(paper).found is None
