"""Draw asks several saved runs about one drawing."""

import numpy as np
import pytest

import data
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from pages.draw import several
from pages.ui.server import stores
from tests.pages.canvas import drawing, html
from tests.pages.conftest import texts
from tests.pages.trained import give, trained, visitor

SMALL, TINY = Recipe(hidden_sizes=(64,), epochs=6), Recipe(hidden_sizes=(8,), epochs=1)


@pytest.fixture(autouse=True)
def _own_archive(own_archive):
    """Every test begins with an archive of its own."""


@pytest.fixture
def app(visit, canvas):
    """The page with a drawing of a test digit, and two saved runs of this visitor."""
    app = visit("draw")
    for recipe, name in ((SMALL, "Small <b>"), (TINY, "Tiny")):
        stores.archive().save(visitor(app), trained(recipe).run(), name=name)
    canvas.image = drawing(0)
    return give(app, trained(SMALL)).run()


def numbers(app, *names):
    """The saved runs of these names."""
    by_name = {one.name: one.id for one in stores.archive().list(visitor(app))}
    return [by_name[name] for name in names]


def ask(app, *names):
    app.multiselect(key="draw.asked").set_value(numbers(app, *names)).run()
    assert not app.exception
    return html(app)


def test_each_run_gives_its_own_answer_to_the_drawing(app):
    shown = ask(app, "Small <b>", "Tiny")
    assert shown.count('class="run"') == 2 and "Small &lt;b&gt;" in shown
    label = int(data.load("mnist-5k").test_labels[0])
    assert f"<b>{label}</b>" in shown and "answer" in texts(app.caption)
    assert ask(app, "Tiny").count('class="run"') == 1


def test_nobody_is_asked_before_a_choice_and_only_one_s_own_runs_can_be_chosen(app):
    stores.archive().save(43 * "s", trained(SMALL).run(), name="Theirs")
    app.run()
    assert 'class="run"' not in html(app)
    assert app.multiselect(key="draw.asked").options == ["Tiny", "Small <b>"]
    assert app.multiselect(key="draw.asked").proto.max_selections == several.MAX_ASKED_RUNS


def test_a_run_that_was_deleted_meanwhile_is_no_longer_asked(app):
    ask(app, "Small <b>", "Tiny")
    stores.archive().delete(visitor(app), *numbers(app, "Tiny"))
    app.run()
    assert not app.exception and html(app).count('class="run"') == 1


def test_weights_in_memory_are_bounded(app, monkeypatch):
    monkeypatch.setattr(several, "MAX_ASKED_MB", 0.25)  # 64 neurons take 0.2 MB, 8 take 0.03
    shown = ask(app, "Small <b>", "Tiny")
    assert "Too large" not in shown
    monkeypatch.setattr(several, "MAX_ASKED_MB", 0.1)
    assert "Too large" in ask(app, "Tiny", "Small <b>")


def test_a_network_with_other_inputs_says_that_it_cannot_answer(app):
    x, y = np.zeros((2, 9), np.uint8), np.arange(2)
    run = Run.of(start(Recipe(hidden_sizes=()), Split(x, y, x[:0], y[:0]), n_classes=2), History())
    stores.archive().save(visitor(app), run, name="Nine")
    assert "cannot answer" in ask(app.run(), "Nine")


def test_of_many_classes_only_the_most_probable_have_a_bar():
    probabilities = np.full(300, 0.5 / 299)
    probabilities[7] = 0.5
    large, bars = several.answer(probabilities, [f"<{k}>" for k in range(300)])
    assert "&lt;7&gt;" in large and "50%" in large
    assert bars.count("<span") <= 12 and bars.count("class=top") == 1
