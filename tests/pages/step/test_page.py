"""The page One step shows the core's own numbers, and the source of the functions that run."""

import html
import re
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.events import Step
from ann.inside.step import Batch, one_step
from ann.inside.watch import ROOT
from ann.inside.weight_step import weight_step
from ann.optimizers import OPTIMIZERS
from ann.recipe import Recipe
from ann.state import Split, start
from ann.train import train
from pages.step import taken
from pages.step.place import CARDS, StepPlace
from pages.step.taken import Steps
from pages.ui.inside.drawing import Latest
from pages.ui.inside.numbers import three
from tests.pages.conftest import press, query, texts, wait_until
from tests.pages.trained import give, mine, save_runs, still_training, trained

DEEP = Recipe(hidden_sizes=(16, 8), epochs=1)
FULL = replace(
    DEEP, batch_norm=True, dropout=0.2, optimizer="adamw", ema=0.99, l1=1e-5, l2=1e-3,
    clip_norm=0.1, max_norm=0.5, label_smoothing=0.1, augment_shift=2.0,
)  # fmt: skip


def split_of(recipe) -> Split:
    return Split(*data.load("mnist-5k").split(recipe.validation_fraction))


def htmls(app) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def shown(app):
    """The step that the page shows."""
    return next(reversed(app.session_state["lab"].kept[Steps].known.values()))


def arrived(app):
    """Wait until the training has been repeated up to the wanted step."""
    return wait_until(app, lambda: any(b.key == "step.back" for b in app.run().button))


def open_card(app, card):
    app.segmented_control(key="step.card").set_value(card).run()
    assert not app.exception and not app.error
    return app


@pytest.fixture
def page(visit):
    """The page with a small finished network."""
    return give(visit("step"), trained(DEEP))


def test_without_a_network_it_offers_to_train_one(visit):
    app = visit("step")
    assert not app.exception and "no network to look into yet" in texts(app.markdown)


def test_it_begins_with_the_weight_that_moves_most_for_this_digit(page):
    state, split = trained(DEEP).view().state, split_of(DEEP)
    one = one_step(state, split, Batch(split.validation_x[:1], split.validation_y[:1]))
    weight = one.largest(0)
    found = weight_step(one, 0, *weight)
    text = texts(page.markdown)
    assert f"by **{three(found.after - found.before)}**, from {three(found.before)}" in text
    assert "most:" in text and "The training is over" in texts(page.caption)
    layer, i, j = weight
    assert page.selectbox(key="step.layer").value == layer
    assert (page.number_input(key="step.from").value, page.number_input(key="step.to").value) == (
        i,
        j,
    )
    chain = htmls(page)
    for number in (found.x, found.delta, found.gradient):
        assert f"<strong>{three(number)}</strong>" in chain
    for number in (found.before, found.after):  # in full, so that the change can be added
        assert any(
            float(text.replace("−", "-"))
            == pytest.approx(number, abs=1e-2 * abs(found.after - found.before))
            for text in re.findall("<strong>([^<]+)</strong>", chain)
        )


@pytest.mark.parametrize("recipe", [DEEP, FULL], ids=["plain", "everything on"])
@pytest.mark.parametrize("on", ["digit", "next"])
@pytest.mark.parametrize("layer", [1, 2, 3])
def test_each_card_opens_and_its_source_is_the_files(visit, recipe, on, layer):
    app = give(visit("step", {"weight": f"{layer}-3-2"}), trained(recipe))
    app.segmented_control(key="step.batch").set_value(on).run()
    for card in CARDS:
        open_card(app, card)
        found = re.search(r'<pre class="source".*?</pre>', htmls(app), re.DOTALL)[0]
        file, first = re.search(r"Source of [\w.]+, ([\w/]+\.py), from line (\d+)", found).groups()
        text = html.unescape(re.sub(r"<[^>]+>", "", found))
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines(keepends=True)
        n = text.count("\n")
        assert n > 3 and text == "".join(lines[int(first) - 1 : int(first) - 1 + n])
        numbers = [int(number) for number in re.findall(r'data-line="(\d+)"', found)]
        assert numbers == list(range(int(first), int(first) + n))
        assert found.count('class="now"') == 1
        assert app.get("latex") or app.latex


def test_the_next_batch_is_the_step_that_training_takes(visit):
    app = give(visit("step", {"step": "5", "batch": "next"}), trained(FULL))
    arrived(app)
    assert "Step **6**" in texts(app.markdown)
    state, split = start(FULL, split_of(FULL)), split_of(FULL)
    steps = (event for event in train(state, split) if isinstance(event, Step))
    for _ in range(6):
        next(steps)
    assert np.array_equal(shown(app).after.theta, state.theta)
    assert query(app)["step"] == "5" and query(app)["batch"] == "next"


def test_step_back_and_next_step(page):
    last = trained(DEEP).view().state.step
    assert page.button(key="step.next").disabled
    arrived(press(page, "step.back"))
    assert query(page)["step"] == str(last - 1)
    assert page.number_input(key="step.number").value == last
    assert shown(page).before.step == last - 1
    press(page, "step.next")
    assert "step" not in query(page) and shown(page).before.step == last
    arrived(page.number_input(key="step.number").set_value(1).run())
    assert shown(page).before.step == 0 and page.button(key="step.back").disabled


def test_another_weight_goes_into_the_address_and_back_to_the_largest(page):
    assert "weight" not in query(page)
    page.number_input(key="step.from").set_value(2).run()
    page.selectbox(key="step.layer").set_value(1).run()
    page.number_input(key="step.from").set_value(300).run()
    page.number_input(key="step.to").set_value(15).run()
    assert query(page)["weight"] == "1-300-15"
    assert "pixel 300 (row 10, column 20) → unit 15 of layer 1" in texts(page.markdown)
    page.selectbox(key="step.layer").set_value(3).run()
    assert query(page)["weight"] == "3-7-9", "units that are not there become the last ones"
    press(page, "step.largest")
    assert "weight" not in query(page) and not page.exception


@pytest.mark.parametrize(
    "parameter, value, message",
    [
        ("weight", "1-300", "is no weight"),
        ("weight", "<b>1-2-3</b>" + 50 * "x", "is no weight"),
        ("weight", "4-0-0", "layer 4 is outside 1 to 3"),
        ("weight", "1-784-0", "from unit 784 is outside 0 to 783"),
        ("weight", "2-0-8", "to unit 8 is outside 0 to 7"),
        ("card", "magic", "is none of forward"),
        ("batch", "yes", "is none of next"),
        ("row", "a", "is not a number"),
    ],
)
def test_a_bad_address_is_named_and_changes_nothing(visit, parameter, value, message):
    app = give(visit("train"), trained(DEEP))
    app.query_params[parameter] = value
    app.switch_page("pages/step/page.py").run()
    assert not app.exception
    warned = texts(app.warning)
    assert message in warned and "<b>" not in warned and 30 * "x" not in warned
    assert parameter not in query(app) and shown(app).n == 1


def test_a_link_opens_the_weight_the_card_and_the_row(visit):
    link = {"weight": "1-300-15", "card": "gradient", "batch": "next", "row": "3"}
    app = give(visit("step", link), trained(DEEP))
    assert {name: query(app)[name] for name in link} == link
    assert "pixel 300" in texts(app.markdown) and "**Gradient.**" in texts(app.markdown)
    assert app.number_input(key="step.row").value == 3


def test_a_row_of_the_batch_can_be_chosen_and_a_training_digit_is_found_in_it(visit):
    state, split = trained(DEEP).view().state, split_of(DEEP)
    rows = one_step(state, split).samples
    app = give(visit("step", {"digit": f"t{rows[5]}", "batch": "next"}), trained(DEEP))
    assert app.number_input(key="step.row").value == 5
    assert "not in this batch" not in texts(app.caption)
    app.number_input(key="step.row").set_value(7).run()
    assert query(app)["row"] == "7"
    assert f"right is **{split.train_y[rows[7]]}**" in texts(app.markdown)
    other = give(visit("step", {"digit": "v3", "batch": "next"}), trained(DEEP))
    assert "not in this batch" in texts(other.caption)


def test_with_batch_norm_the_digit_is_a_row_of_its_batch(visit):
    app = give(visit("step"), trained(FULL))
    one = shown(app)
    assert one.n > 30 and "takes the place of the first one" in texts(app.caption)
    split = split_of(FULL)
    assert np.array_equal(one.layers[0].x[0], one.before.scaling.apply(split.validation_x[0]))
    assert "never passes alone" in texts(app.info) and "Dropout" in texts(app.info)
    open_card(app, "update")
    assert "running average" in texts(app.info)


def test_a_drawing_is_given_its_right_answer(visit):
    app = give(visit("step"), trained(DEEP))
    app.session_state["lab"].kept[Latest] = Latest(split_of(DEEP).validation_x[3])
    app.query_params["digit"] = "drawing"
    app.switch_page("pages/train/page.py").run()
    app.query_params["digit"] = "drawing"
    app.switch_page("pages/step/page.py").run()
    app.selectbox(key="step.label").set_value(8).run()
    assert not app.exception and shown(app).y.tolist() == [8]
    assert "right is **8**" in texts(app.markdown)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_terms_on_the_page_add_up(visit, optimizer):
    recipe = replace(DEEP, optimizer=optimizer, max_norm=0.3, l2=0.01, clip_norm=0.01)
    app = give(visit("step", {"card": "update", "weight": "2-3-4"}), trained(recipe))
    assert not app.exception
    tables = re.findall(r'<table class="numbers">.*?</table>', htmls(app), re.DOTALL)
    sums = [t for t in tables if 'class="sum"' in t]
    assert sums
    for table in sums:
        cells = re.findall(r"</th><td>(.*?)</td>", table)
        *terms, total = [float(c.replace("−", "-").replace(",", "")) for c in cells]
        assert sum(terms) == pytest.approx(total, abs=1e-15)


def test_the_slider_moves_the_weight_and_the_loss_follows(page):
    open_card(page, "gradient")
    one, place = shown(page), page.session_state["lab"].kept[StepPlace]
    key = next(s.key for s in page.slider if s.key.startswith("step.move"))
    page.slider(key=key).set_value(0.5).run()
    weight = one.largest(0)
    assert place.weight is None and not page.exception
    state, split = trained(DEEP).view().state, split_of(DEEP)
    moved = replace(state, theta=state.theta.copy())
    found = weight_step(one, 0, *weight)
    moved.theta[found.position] += np.float32(0.5)
    loss = one_step(moved, split, Batch(split.validation_x[:1], split.validation_y[:1])).loss
    told = float(re.search(r"→ ([\d.e+-]+) \(", texts(page.caption))[1])
    assert told == pytest.approx(loss, rel=1e-3)


def test_the_temperature_makes_the_probabilities_alike(page):
    open_card(page, "loss")
    page.slider(key="step.temperature").set_value(10.0).run()
    assert "at temperature 10" in texts(page.caption) and "logit / 10" in htmls(page)


def test_the_lines_can_be_stepped_through(page):
    open_card(page, "update")
    slider = next(s for s in page.slider if ".line.adam" in s.key)
    slider.set_value(4).run()
    now = re.search(r'<span class="now".*?</span>\n', htmls(page))[0]
    assert "M *= BETA_1" in now and "aria-current" in now
    assert "<span>    theta -= g</span>" in htmls(page), "what has not run yet shows no number"


def test_what_is_too_large_is_refused_with_a_sentence(page, monkeypatch):
    monkeypatch.setattr(taken, "MOST_BYTES", 1e4)
    page.run()
    assert "takes" in texts(page.warning) and "25," not in texts(page.warning)
    assert not page.exception
    page.segmented_control(key="step.batch").set_value("next").run()
    assert "is too much for this page" in texts(page.warning) and not page.exception


def test_several_weights_can_be_checked_together(page):
    open_card(page, "gradient")
    assert "The gradient is" in texts(page.caption)
    page.toggle(key="step.several").set_value(True).run()
    assert not page.exception
    one, told = shown(page), texts(page.caption)
    layer = one.largest(0)[0]
    sizes = np.sort(np.abs(one.views(one.penalized)[layer - 1].weights), axis=None)[::-1]
    largest = re.search(r"The 10 gradients are [\S]+ to ([\d.e−]+) in size", told)[1]
    assert largest == three(float(sizes[0]))


def test_a_network_that_is_still_training_shows_the_step_it_takes_next(visit):
    app = give(visit("step", {"batch": "next"}), still_training())
    assert not app.exception and "The training is over" not in texts(app.caption)
    assert shown(app).before.step == still_training().view().state.step


def test_a_saved_run_is_trained_again_up_to_its_end(visit, own_archive):
    app = save_runs(visit("step"), DEEP)
    app.query_params["run"] = str(mine(app)[0].id)
    app.switch_page("pages/train/page.py").run()
    app.query_params["run"] = str(mine(app)[0].id)
    app.switch_page("pages/step/page.py").run()
    wait_until(app, lambda: Steps in app.run().session_state["lab"].kept)
    assert not app.exception
    assert np.array_equal(shown(app).before.theta, trained(DEEP).view().state.theta)


def test_a_batch_of_augmented_digits_says_so(visit):
    app = give(visit("step", {"batch": "next"}), trained(FULL))
    assert "changes each digit a little" in texts(app.caption)
    app.segmented_control(key="step.batch").set_value("digit").run()
    assert "changes each digit a little" not in texts(app.caption)
