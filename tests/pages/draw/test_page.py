"""The Draw page without a browser: the canvas is replaced by pictures."""

import json

import numpy as np
import pytest

import data
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from pages.draw import answer, own_test_set, preparation
from pages.ui import charts, site
from pages.ui.networks import opened
from tests import not_digits
from tests.pages.canvas import BLANK, drawing, html, png
from tests.pages.conftest import texts
from tests.pages.trained import give, new_job, still_training, trained


@pytest.fixture
def draw(visit, canvas):
    """The page with a small network."""
    return give(visit("draw"), trained(Recipe(hidden_sizes=(64,), epochs=6)))


def meant(app):
    return next(pills for pills in app.pills if pills.label == "What did you draw?")


def test_without_a_network_one_click_trains_one(visit, canvas):
    app = visit("draw")
    assert [b.label for b in app.button] == ["Train a quick network"]
    assert not canvas.keys


def test_an_empty_canvas_says_what_to_do(draw, canvas):
    assert "Draw a digit on the black square" in texts(draw.markdown)
    canvas.image = BLANK
    draw.run()
    assert "Draw a digit on the black square" in texts(draw.markdown)
    assert "verdict" not in html(draw)
    assert not draw.exception


def test_the_canvas_fits_a_phone_and_gives_its_pixels(draw, canvas):
    assert canvas.options["width"] == canvas.options["height"] == 280
    assert canvas.options["return_image_data"]
    assert canvas.options["stroke_width"] == 18


def test_the_brush_can_be_set(draw, canvas):
    assert canvas.options["initial_drawing"] is None
    draw.segmented_control(key="draw.brush").set_value("Thick").run()
    assert canvas.options["stroke_width"] == 30


def test_the_strokes_survive_when_another_brush_makes_a_new_canvas(draw, canvas):
    draw.segmented_control(key="draw.brush").set_value("Thick").run()
    assert canvas.options["initial_drawing"] == {"objects": ["draw.canvas.0"]}
    draw.button(key="draw.clear").click().run()
    assert canvas.options["initial_drawing"] is None
    assert canvas.options["stroke_width"] == 30


def test_a_drawing_is_classified_and_its_steps_are_shown(draw, canvas):
    canvas.image = drawing(0)
    draw.run()
    assert not draw.exception
    assert 'class="verdict"' in html(draw)
    for step in ("1. Drawn", "2. Cropped", "4. Scaled", "5. Centered"):
        assert step in html(draw)
    (link,) = [one.proto for one in draw.get("page_link") if one.proto.label == "Look inside"]
    assert link.query_string == "digit=drawing"


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("two digits", "two separate marks"),
        ("dot", "very small"),
        ("minus", "wider than it is high"),
        ("smiley", "more lines or loops"),
        ("letter X", "more like a letter"),
    ],
)
def test_what_is_not_one_digit_is_named_beside_the_answer(draw, canvas, kind, says):
    ink = not_digits.drawn(not_digits.KINDS[kind](np.random.default_rng(2)))
    canvas.image = np.dstack([ink, ink, ink, np.full_like(ink, 255)])
    draw.run()
    assert says in texts(draw.warning) and "one digit at a time" in texts(draw.warning)
    assert 'class="verdict"' in html(draw)
    canvas.image = drawing(0)
    draw.run()
    assert not draw.warning


def test_a_network_that_learned_something_else_is_not_doubted(visit, canvas):
    ink = not_digits.drawn(not_digits.KINDS["dot"](np.random.default_rng(0)))
    canvas.image = np.dstack([ink, ink, ink, np.full_like(ink, 255)])
    app = give(visit("draw"), trained(Recipe(hidden_sizes=(8,), epochs=1)))
    assert "one digit" in texts(app.warning)
    recipe = Recipe(hidden_sizes=(4,))
    x, y = np.zeros((3, 784), np.uint8), np.arange(3)
    run = Run.of(start(recipe, Split(x, y, x[:0], y[:0]), n_classes=3), History())
    place = opened.OpenedRun(opened.Opened(run, "brought", 1))
    app.session_state["lab"].kept[opened.OpenedRun] = place
    assert "one digit" not in texts(app.run().warning)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (png(np.zeros((2_000, 2_000, 4), np.uint8)), "2,000 × 2,000 pixels"),
        (png(drawing(0)[..., :3]), "8-bit RGB; expected 280 × 280, 8-bit RGBA"),
        (png(drawing(0))[:400], "the PNG file is damaged"),
        (b"<svg onload=alert(1)>", "it is not a PNG file"),
    ],
)
def test_a_picture_that_no_canvas_sends_is_refused_and_clear_helps(draw, canvas, file, says):
    canvas.file = file
    draw.run()
    assert not draw.exception
    (warning,) = draw.warning
    assert says in warning.value and "Press **Clear**" in warning.value
    assert 'class="verdict"' not in html(draw)
    canvas.file = png(drawing(0))
    draw.button(key="draw.clear").click().run()
    assert not draw.warning and 'class="verdict"' in html(draw)


@pytest.mark.parametrize("strokes", [[1], {"objects": 3}, "x", {"objects": ["x" * 3_000_000]}])
def test_strokes_that_no_canvas_sends_are_not_kept(draw, canvas, strokes):
    canvas.image, canvas.strokes = drawing(0), strokes
    draw.segmented_control(key="draw.brush").set_value("Thick").run()
    assert not draw.exception
    assert "strokes" in draw.warning[0].value and len(draw.warning[0].value) < 200
    draw.segmented_control(key="draw.brush").set_value("Thin").run()
    assert canvas.options["initial_drawing"] is None


def test_clear_gives_a_fresh_canvas(draw, canvas):
    before = canvas.keys[-1]
    draw.button(key="draw.clear").click().run()
    assert canvas.keys[-1] != before


def test_undo_tells_the_canvas_to_draw_all_but_the_latest_stroke(draw, canvas):
    assert draw.button(key="draw.undo").disabled
    canvas.image, canvas.strokes = drawing(0), {"objects": [{"left": 1}, {"left": 2}]}
    draw.run()
    draw.button(key="draw.undo").click().run()
    assert canvas.options["initial_drawing"]["objects"] == [{"left": 1}]


def test_the_drawing_comes_back_after_a_visit_to_another_page(draw, canvas):
    canvas.image, canvas.strokes = drawing(0), {"objects": [{"left": 7}]}
    answered = html(draw.run())
    canvas.image = canvas.strokes = None  # a new canvas has reported nothing
    draw.switch_page(site.path("data")).run()
    draw.switch_page(site.path("draw")).run()
    assert canvas.options["initial_drawing"]["objects"] == [{"left": 7}]
    assert 'class="verdict"' in answered and 'class="verdict"' in html(draw)


def test_the_network_gets_a_validation_digit_exactly_and_the_arrows_move_it(draw, canvas):
    draw.button(key="draw.take").click().run()
    assert not draw.exception and "Validation digit" in texts(draw.caption)
    lab = draw.session_state["lab"].kept
    sheet, digits = lab[own_test_set.Drawings], data.load("mnist-5k")
    split = digits.split(Recipe().validation_fraction)
    picture = preparation.prepare(sheet.image, sheet.prepared).picture
    (number,) = np.flatnonzero((split.validation_images == picture).all(axis=1))
    assert f"labeled {split.validation_labels[number]}" in texts(draw.caption)
    assert 'class="verdict"' in html(draw) and not draw.toggle[0].value
    canvas.strokes = sheet.strokes
    before = sheet.objects[0]["left"]
    draw.button(key="draw.left").click().run()
    assert canvas.options["initial_drawing"]["objects"][0]["left"] == before - 10
    draw.button(key="draw.clear").click().run()
    assert draw.toggle[0].value


def test_a_drawing_that_is_not_centered_reaches_the_network_where_it_is(draw, canvas):
    canvas.image = drawing(0)
    draw.run()
    draw.toggle[0].set_value(False).run()
    assert "2. Shrunk to 28×28" in html(draw)
    picture = preparation.prepare(drawing(0), center=False).picture.reshape(28, 28)
    assert not picture[:4].any() and not picture[:, :1].any() and picture.any()


def test_drawings_are_saved_with_the_class_that_was_meant(draw, canvas):
    label = int(data.load("mnist-5k").test_labels[0])
    canvas.image = drawing(0)
    draw.run()
    meant(draw).set_value(str(label)).run()
    assert f"{label} → " in html(draw)
    draw.button(key="draw.clear").click().run()
    draw.run()
    meant(draw).set_value(str((label + 1) % 10)).run()
    assert "of 2 drawings classified correctly" in texts(draw.markdown)
    meant(draw).set_value(None).run()
    assert "1 of 1 drawing" in texts(draw.markdown) or "0 of 1 drawing" in texts(draw.markdown)
    assert not draw.exception


def test_saved_drawings_are_classified_by_the_next_network(draw, canvas):
    canvas.image = drawing(0)
    draw.run()
    meant(draw).set_value(str(data.load("mnist-5k").test_labels[0])).run()
    give(draw, trained(Recipe(hidden_sizes=(8,), epochs=1)))
    assert "of 1 drawing" in texts(draw.markdown)
    assert not draw.exception


def test_drawing_works_while_the_network_trains(visit, canvas):
    canvas.image = drawing(3)
    app = give(visit("draw"), still_training())
    assert not app.exception
    assert 'class="verdict"' in html(app)


def test_a_job_that_never_began_is_no_network(visit, canvas):
    app = give(visit("draw"), new_job())
    assert [b.label for b in app.button] == ["Train a quick network"]


def test_outputs_that_are_not_finite_give_no_answer(visit, canvas):
    state = new_job().view().state
    state.step, state.theta[:] = 1, np.inf
    canvas.image = drawing(0)
    app = give(visit("draw"), new_job(state=state))
    assert not app.exception
    assert "no answer" in texts(app.info)


def test_a_saved_run_with_hundreds_of_classes_does_not_get_hundreds_of_buttons(draw, canvas):
    canvas.image = drawing(0)
    meant(draw.run()).set_value("3").run()
    for classes in (300, 1):
        recipe = Recipe(hidden_sizes=(4,))
        x, y = np.zeros((classes, 784), np.uint8), np.arange(classes)
        state = start(recipe, Split(x, y, x[:0], y[:0]), n_classes=classes)
        draw.session_state["lab"].kept[opened.OpenedRun] = opened.OpenedRun(
            opened.Opened(Run.of(state, History()), "brought", 1)
        )
        draw.run()
        assert not draw.exception
        assert f"its {classes} classes" in texts(draw.info)
        assert len([box for box in draw.pills if box.label == "What did you draw?"]) == (
            classes == 1
        )
        bars = draw.get("plotly_chart")[0].proto.spec
        assert len(json.loads(bars)["data"][0]["y"]) <= charts.MOST_BARS


def test_a_network_with_other_inputs_is_not_asked(draw, canvas):
    recipe = Recipe(hidden_sizes=())
    x, y = np.zeros((2, 9), np.uint8), np.arange(2)
    run = Run.of(start(recipe, Split(x, y, x[:0], y[:0]), n_classes=2), History())
    place = opened.OpenedRun(opened.Opened(run, "brought", 1))
    draw.session_state["lab"].kept[opened.OpenedRun] = place
    draw.run()
    assert not draw.exception and "takes images of 9 pixels" in texts(draw.error)


def test_the_network_gets_a_drawing_in_the_form_of_its_data():
    made = preparation.prepare(drawing(0))
    assert made.picture.shape == (784,) and made.picture.dtype == np.uint8
    assert made.picture.max() == 255
    assert preparation.prepare(None) is None and preparation.prepare(BLANK) is None


def test_most_redrawn_test_digits_are_classified_correctly():
    labels = data.load("mnist-5k").test_labels[:60]
    pictures = np.stack([preparation.prepare(drawing(k)).picture for k in range(60)])
    run = trained(Recipe(hidden_sizes=(64,), epochs=6)).run()
    assert (answer.answers(pictures, run).argmax(1) == labels).mean() > 0.8


@pytest.mark.parametrize(
    ("probabilities", "found"),
    [
        ([0.97, 0.02, 0.01], [0]),
        ([0.02, 0.36, 0.62], [2]),
        ([0.05, 0.5, 0.45], [1, 2]),
        ([0.34, 0.33, 0.33], [0, 1, 2]),
        ([0.59, 0.05, 0.36], [0, 2]),
    ],
)
def test_an_unsure_network_names_all_candidates(probabilities, found):
    assert answer.candidates(np.array(probabilities)) == found
    text = answer.verdict(np.array(probabilities), "abc")
    assert ("Not sure" in text) == (len(found) > 1)


def test_an_unsure_answer_is_never_shown_as_a_sure_one():
    flat = np.array([0.55, *[0.05] * 9])
    assert "Not sure" in answer.verdict(flat, "0123456789")


def test_only_the_latest_drawings_are_saved():
    drawings = own_test_set.Drawings()
    for number in range(own_test_set.MOST_DRAWINGS + 5):
        drawings.remember(np.zeros(784, np.uint8), str(number % 10))
        drawings.clear()
    assert len(drawings.meant) == len(drawings.pictures) == own_test_set.MOST_DRAWINGS
    assert min(drawings.meant) == 5


def test_drawings_are_listed_by_the_classes_of_the_current_network():
    drawings = own_test_set.Drawings()
    drawings.remember(np.zeros(784, np.uint8), "4")
    drawings.clear()
    drawings.remember(np.ones(784, np.uint8), "Dress")
    pictures, meant = drawings.among(("Dress", "Coat"))
    assert meant == ["Dress"] and pictures[0].max() == 1
