"""Evaluate asks the network several times about each digit, if the learner wants it to."""

import numpy as np
import pytest

import data
from ann.evaluation import several_times
from ann.evaluation.metrics import evaluate
from pages.evaluate import several_times as section
from pages.ui.inside import computed
from tests.pages.conftest import texts
from tests.pages.trained import SMALL, give, trained
from tests.waiting import wait_until

DIGITS = data.load("mnist-5k")
VALIDATION = DIGITS.split(SMALL.validation_fraction)[2:]
TEST = DIGITS.test_images, DIGITS.test_labels


@pytest.fixture(autouse=True)
def nothing_kept():
    computed.kept.clear()


def ask(app, times):
    """The page once a worker has asked the network so often."""
    app.segmented_control(key="evaluate.times").set_value(times).run()
    futures = app.session_state["lab"].kept[computed.Asked].futures
    wait_until(lambda: all(one.done() for one in list(futures.values())))
    app.run()
    assert not app.exception
    return app


def accuracies(app):
    return {one.label: one.value for one in app.metric if one.label.startswith("Asked")}


def said(app):
    return "\n".join(map(texts, (app.markdown, app.caption, app.info, app.success)))


def test_nothing_is_computed_before_someone_asks(visit):
    app = give(visit("evaluate"), trained())
    assert not accuracies(app) and computed.Asked not in app.session_state["lab"].kept
    assert app.segmented_control(key="evaluate.times").value == 1


@pytest.mark.parametrize("times", [8, 16])
def test_it_shows_both_accuracies_and_whether_the_difference_is_real(visit, times):
    app = ask(give(visit("evaluate"), trained()), times)
    images, labels = VALIDATION
    once = trained().run().predict_proba(np.asarray(images)).argmax(axis=1)
    several = several_times.predictions(trained().run(), np.asarray(images), times)
    expected = {"Asked once": once, f"Asked {times} times": several}
    assert accuracies(app) == {k: f"{(p == labels).mean():.2%}" for k, p in expected.items()}
    told = said(app)
    assert f"asked {times} times against asked once" in told and "points" in told
    gained = int(((once != labels) & (several == labels)).sum())
    lost = int(((once == labels) & (several != labels)).sum())
    assert gained and lost, "this network shows both"
    metric = next(one for one in app.metric if one.label == f"Asked {times} times")
    points = 100 * ((several == labels).mean() - (once == labels).mean())
    assert metric.delta == f"{points:+.2f} points"
    up, down = (metric.proto.MetricDirection.Value(name) for name in ("UP", "DOWN"))
    assert metric.proto.direction == (up if points > 0 else down)
    assert f"**Wrong only when asked once**: {gained}" in told
    assert f"**Wrong only when asked {times} times**: {lost}" in told


def test_on_the_test_set_it_asks_about_test_digits(visit):
    app = give(visit("evaluate"), trained())
    app.segmented_control(key="evaluate.set").set_value("test").run()
    next(b for b in app.button if b.label == "Open the test set").click().run()
    once = evaluate(trained().run().predict_proba(np.asarray(TEST[0])), TEST[1])
    assert accuracies(ask(app, 8))["Asked once"] == f"{once.accuracy:.2%}"


def test_of_many_digits_or_for_a_large_network_it_takes_the_first(visit, monkeypatch):
    monkeypatch.setattr(section, "MOST_DIGITS", 200)
    app = ask(give(visit("evaluate"), trained()), 8)
    assert "first 200 of 600 digits" in said(app)
    images, labels = (part[:200] for part in VALIDATION)
    several = several_times.predictions(trained().run(), np.asarray(images), 8)
    assert accuracies(app)["Asked 8 times"] == f"{(several == labels).mean():.2%}"
