"""Your handwriting: one digit after the other, saved, undone, shared and deleted."""

import pytest

from ann.keeping import limits
from ann.keeping.database import UnusableError
from ann.keeping.drawings import Medium
from data.writing.drawing import to_mnist
from pages.handwriting import pad
from pages.ui.server import stores
from tests.pages.canvas import BLANK, drawing, html
from tests.pages.conftest import press, texts
from tests.pages.handwriting.conftest import write, written


@pytest.fixture
def patient(monkeypatch):
    """No drawing is saved by itself."""
    monkeypatch.setattr(pad, "PAUSE", 1e9)


def draw(app, canvas, index):
    """Draw one of the test digits on the canvas that is shown now."""
    canvas.image, canvas.strokes = drawing(index), {"objects": [{"drawn": index}]}
    return app.run()


def finish(app, canvas):
    """Press Next; the browser then shows an empty canvas."""
    app.button(key="hand.next").click()
    app.run()
    canvas.image, canvas.strokes = BLANK, None
    return app.run()


def test_the_prompt_goes_around_and_each_drawing_is_saved_with_its_digit(hand, canvas, patient):
    assert "Draw a 0  ·  1 of 100" in texts(hand.markdown)
    for index in range(12):
        draw(hand, canvas, index)
        finish(hand, canvas)
    assert [one.label for one in written(hand)] == [*range(10), 0, 1]
    assert {one.source for one in written(hand)} == {Medium.CANVAS}
    assert "Draw a 2  ·  13 of 100" in texts(hand.markdown)
    assert not hand.exception


def test_a_drawing_is_prepared_as_draw_prepares_it(hand, canvas, patient):
    draw(hand, canvas, 3)
    finish(hand, canvas)
    expected = (to_mnist(drawing(3)) * 255).round().astype("u1")
    assert written(hand)[0].picture == expected.tobytes()


def test_a_drawing_is_saved_by_itself_when_the_pen_has_rested(hand, canvas, monkeypatch):
    monkeypatch.setattr(pad, "PAUSE", 0.0)
    before = len(canvas.keys)
    canvas.image = drawing(0)
    canvas.strokes = {"objects": [1]}
    # AppTest runs the page again at once, where the browser would show the new, empty canvas.
    monkeypatch.setattr(pad.Pad, "see", once(pad.Pad.see))
    hand.run()
    assert [one.label for one in written(hand)] == [0]
    assert canvas.keys[-1] != canvas.keys[before - 1], "an empty canvas"


def once(see):
    """As `see`, but only the first report shows something."""
    seen = []

    def look(self, content):
        see(self, content if not seen else content._replace(image=None, strokes=None))
        seen.append(content)

    return look


def test_it_is_not_saved_by_itself_where_that_is_off(hand, canvas, monkeypatch):
    hand.toggle(key="hand.auto").set_value(False).run()
    monkeypatch.setattr(pad, "PAUSE", 0.0)
    draw(hand, canvas, 0)
    assert written(hand) == []
    finish(hand, canvas)
    assert len(written(hand)) == 1


def test_an_empty_canvas_is_not_taken(hand, canvas, patient):
    canvas.image, canvas.strokes = BLANK, {"objects": []}
    press(hand, "hand.next")
    assert "Nothing is drawn yet" in texts(hand.warning)
    assert written(hand) == []


def test_a_stroke_that_is_reported_moments_after_the_click_on_next_is_saved(hand, canvas, patient):
    canvas.image, canvas.strokes = BLANK, {"objects": []}
    press(hand, "hand.next")
    draw(hand, canvas, 5)
    assert [one.label for one in written(hand)] == [0]


def test_a_stroke_long_after_a_click_on_next_is_not(hand, canvas, patient, monkeypatch):
    monkeypatch.setattr(pad, "LATE", 0.0)
    canvas.image, canvas.strokes = BLANK, {"objects": []}
    press(hand, "hand.next")
    draw(hand, canvas, 5)
    assert written(hand) == []


def test_undo_empties_the_canvas_first_and_then_deletes_the_last_drawing(hand, canvas, patient):
    assert hand.button(key="hand.undo").disabled
    for index in (0, 1):
        draw(hand, canvas, index)
        finish(hand, canvas)
    draw(hand, canvas, 2)
    key = canvas.keys[-1]
    canvas_is_new = press(hand, "hand.undo") and canvas.keys[-1] != key
    assert canvas_is_new and len(written(hand)) == 2
    canvas.image, canvas.strokes = BLANK, None
    hand.run()
    press(hand, "hand.undo")
    assert [one.label for one in written(hand)] == [0]
    assert "Draw a 1  ·  2 of 100" in texts(hand.markdown)


def test_after_ten_of_each_it_says_so_and_goes_on(hand, canvas, patient):
    write(hand, each=10)
    assert "Done: 100 drawings" in texts(hand.markdown)
    draw(hand, canvas, 77)
    finish(hand, canvas)
    assert len(written(hand)) == 101


def test_beyond_the_limit_a_message_says_what_is_allowed(hand, canvas, patient, monkeypatch):
    monkeypatch.setattr(limits, "MAX_DRAWINGS", 1)
    for index in (0, 1):
        draw(hand, canvas, index)
        hand.button(key="hand.next").click().run()
    assert "these would make 2; allowed are 1" in texts(hand.error)
    assert len(written(hand)) == 1


def test_the_picture_of_all_drawings_tells_the_halves_apart_by_shape_and_in_words(hand):
    write(hand, each=4)
    grid = html(hand)
    assert grid.count('class="drawn aside"') == grid.count('class="drawn"') == 20
    assert grid.count("kept aside") == 20 and "40 drawings: 4 of 0, 4 of 1" in grid
    assert grid.count("<i></i>") == 60, "what is still missing"


@pytest.mark.parametrize(
    "sent", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + 50 * b"\xff", 5_000_000 * b"x"]
)
def test_what_no_canvas_sends_is_refused_with_a_message(hand, canvas, patient, sent):
    canvas.file, canvas.strokes = sent, {"objects": ["forged"]}
    hand.run()
    assert "picture" in texts(hand.warning)
    press(hand, "hand.next")
    assert written(hand) == [] and not hand.exception


def test_nothing_can_be_shared_outside_a_class(hand):
    write(hand)
    assert "hand.share" not in [one.key for one in hand.toggle]


def test_drawings_are_shared_only_when_the_switch_is_on_and_can_be_taken_back(
    visit, canvas, own_archive
):
    room = stores.classrooms().create("t" * 43)
    hand = press(visit("handwriting", {"class": room.code}), "class.join")
    assert hand.toggle(key="hand.share").disabled
    write(hand, each=2)
    assert not hand.toggle(key="hand.share").value
    assert "Only you can see" in texts(hand.caption)
    hand.toggle(key="hand.share").set_value(True).run()
    assert all(one.shared for one in written(hand))
    assert hand.toggle(key="hand.share").value
    assert "Your teacher can see" in texts(hand.caption)
    hand.toggle(key="hand.share").set_value(False).run()
    assert not any(one.shared for one in written(hand))


def test_all_drawings_can_be_deleted(hand):
    write(hand, each=2)
    press(hand, "hand.delete")
    assert written(hand) == []
    assert "Draw a 0  ·  1 of 100" in texts(hand.markdown)


def test_a_file_that_cannot_be_used_gives_a_message(hand, monkeypatch):
    def fail(*_):
        raise UnusableError("runs.sqlite: the file of saved runs can't be used")

    monkeypatch.setattr(stores.drawings(), "all", fail)
    hand.run()
    assert "can't be used" in texts(hand.error) and not hand.exception
