"""Draw asks the network several times: about the drawing and slightly changed copies of it."""

import re

import pytest

import data
from ann.evaluation.several_times import TIMES, answers
from ann.recipe import Recipe
from pages.draw.preparation import prepare
from pages.ui.words import percent
from tests.pages.canvas import drawing, html
from tests.pages.trained import give, still_training, trained

UNSURE = Recipe(hidden_sizes=(8,), epochs=1)


def ask(visit, canvas, index, job):
    canvas.image = drawing(index)
    app = give(visit("draw"), job)
    assert "Mean of the" not in html(app), "off until someone wants it"
    app.toggle(key="draw.copies").set_value(True).run()
    assert not app.exception
    return html(app)


def probabilities(index):
    picture = prepare(drawing(index)).picture
    return answers(trained(UNSURE).run(), picture[None])[:, 0]


@pytest.fixture(scope="module")
def unsure():
    """A test digit about which the copies' answers differ."""
    return next(k for k in range(100) if len(set(probabilities(k).argmax(axis=1))) > 1)


def test_each_copy_is_shown_with_its_answer_and_those_that_differ_are_framed(visit, canvas, unsure):
    shown = ask(visit, canvas, unsure, trained(UNSURE))
    expected = probabilities(unsure)
    captions = re.findall(r"<figcaption>(?:as it is|copy \d)<br>(\d) \((.*?)\)", shown)
    assert captions == [(str(p.argmax()), percent(float(p.max()))) for p in expected]
    assert len(captions) == TIMES
    other = int((expected.argmax(axis=1) != expected.mean(axis=0).argmax()).sum())
    assert shown.count("class=marked") == other > 0


def test_the_mean_is_that_of_the_answers(visit, canvas, unsure):
    shown = ask(visit, canvas, unsure, trained(UNSURE))
    mean = probabilities(unsure).mean(axis=0)
    card = shown[shown.index(f"Mean of the {TIMES} answers") :]
    large, small = re.search(r"<b>(\d)</b><small>(.*?)</small>", card).groups()
    assert (int(large), small) == (mean.argmax(), percent(float(mean.max())))


def test_it_works_while_the_network_still_trains(visit, canvas):
    assert "Mean of the" in ask(visit, canvas, 0, still_training())


def test_the_names_of_other_classes_are_text(visit, canvas):
    canvas.image = drawing(0)
    job, digits = trained(UNSURE), data.load("mnist-5k")
    named = data.Dataset(
        **{
            f: getattr(digits, f)
            for f in (
                "name",
                "title",
                "images",
                "labels",
                "test_images",
                "test_labels",
                "fingerprint",
                "source",
                "folder",
            )
        },
        class_names=tuple(f"<i>{k}" for k in range(10)),
    )
    app = give(visit("draw"), job, named)
    app.toggle(key="draw.copies").set_value(True).run()
    assert not app.exception
    assert "&lt;i&gt;" in html(app) and "<i>0" not in html(app)
