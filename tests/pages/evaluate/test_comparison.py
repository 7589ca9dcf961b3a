"""Two networks on the same digits: compared digit by digit, not by their two intervals."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.evaluation.metrics import evaluate
from pages.evaluate.differences import difference
from pages.ui.networks import opened
from pages.ui.server import stores
from tests.pages.conftest import texts
from tests.pages.trained import SMALL, give, mine, trained, visitor

BETTER = replace(SMALL, epochs=6)


@pytest.fixture(autouse=True)
def _own_archive(own_archive):
    """Every test begins with an archive of its own."""


def save(app, *recipes):
    for recipe in recipes:
        stores.archive().save(visitor(app), trained(recipe).run())
    return app.run()


def compare(app, number):
    app.selectbox(key="evaluate.other").set_value(number).run()
    assert not app.exception
    return app


def said(app):
    return "\n".join(map(texts, (app.markdown, app.caption, app.info, app.success, app.warning)))


def test_a_small_difference_on_the_same_digits_is_real_if_it_is_always_in_one_direction():
    labels = np.zeros(600, int)
    answers = [
        np.eye(2)[np.r_[np.ones(wrong, int), np.zeros(600 - wrong, int)]] for wrong in (50, 40)
    ]
    ours, theirs = (evaluate(p, labels) for p in answers)
    assert ours.interval[0] < theirs.accuracy < ours.interval[1], "inside each other's interval"
    assert theirs.interval[0] < ours.accuracy < theirs.interval[1]
    verdict = difference(labels, ours.predictions, theirs.predictions)
    assert verdict.real and verdict.difference == pytest.approx(10 / 600)
    assert not difference(labels, ours.predictions, ours.predictions).real


def test_any_saved_run_with_the_same_digits_can_be_compared(visit):
    app = save(give(visit("evaluate"), trained()), BETTER, replace(SMALL, validation_fraction=0.3))
    better = next(saved for saved in mine(app) if saved.recipe == BETTER)
    assert len(app.selectbox(key="evaluate.other").options) == 2, "the other has other digits"
    compare(app, better.id)
    told = said(app)
    assert "against this network" in told and "points" in told
    assert "Only this network gets wrong" in told and f"Only {better.name[:10]}" in told
    ours, theirs = map(evaluated, (SMALL, BETTER))
    both = int(((ours.predictions == ours.labels) & (theirs.predictions == theirs.labels)).sum())
    assert f"both classify {both:,} correctly" in told


def evaluated(recipe):
    split = data.load("mnist-5k").split(recipe.validation_fraction)
    probabilities = trained(recipe).run().predict_proba(split.validation_images)
    return evaluate(probabilities, split.validation_labels)


def test_an_opened_run_is_compared_with_others_but_not_with_itself(visit):
    app = save(visit("evaluate"), SMALL, BETTER)
    one, other = mine(app)
    run = stores.archive().open(visitor(app), one.id)
    app.session_state["lab"].kept[opened.OpenedRun] = opened.OpenedRun(
        opened.Opened(run, one.name, one.id)
    )
    app.run()
    assert len(app.selectbox(key="evaluate.other").options) == 2
    assert "against this network" in said(compare(app, other.id))


def test_without_another_run_it_says_what_is_needed(visit):
    app = give(visit("evaluate"), trained())
    assert "Train another network with the same data set" in said(app)


def test_a_damaged_run_gives_a_message(visit):
    app = save(give(visit("evaluate"), trained()), BETTER)
    number = mine(app)[0].id
    with sqlite3.connect(stores.path()) as db:
        db.execute("UPDATE files SET npz = x'00'")
    assert "damaged" in said(compare(app, number))
