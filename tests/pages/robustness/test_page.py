"""Robustness: the page shows what is measured on changed validation digits."""

from dataclasses import replace

import numpy as np
import pytest

import data
from ann.evaluation.metrics import wilson_interval
from data.writing.distortions import DISTORTIONS
from pages.ui.inside import computed, curves
from pages.ui.inside.drawing import Latest
from pages.ui.inside.place import Place
from tests.pages.conftest import texts
from tests.pages.trained import SMALL, give, trained
from tests.waiting import wait_until

SPLIT = data.load("mnist-5k").split(SMALL.validation_fraction)


@pytest.fixture(autouse=True)
def nothing_kept():
    computed.kept.clear()


def measured(app, kind):
    """The page with the curve of this change, once a worker has measured it."""
    app.segmented_control(key="robustness.kind").set_value(kind).run()
    futures = app.session_state["lab"].kept[computed.Asked].futures
    wait_until(lambda: all(one.done() for one in list(futures.values())))
    return app.run()


@pytest.mark.parametrize("page", ["why", "robustness"])
def test_a_drawing_has_no_label_and_so_no_wrong_answer(visit, page):
    app = visit(page)
    kept = app.session_state["lab"].kept
    kept[Latest], kept[Place] = Latest(np.array(SPLIT.validation_images[7])), Place("drawing")
    app = give(app, trained())
    assert not app.exception
    told = texts(app.markdown) + texts(app.caption)
    assert "wrong" not in told and "correct." not in told


@pytest.mark.parametrize("kind", DISTORTIONS)
def test_each_change_has_its_curve_its_table_and_the_digit_at_each_strength(visit, kind):
    app = measured(give(visit("robustness"), trained()), kind)
    assert not app.exception
    run, labels = trained().run(), SPLIT.validation_labels
    expected = [
        np.mean(
            [
                (run.predict_proba(v).argmax(1) == labels).mean()
                for v in DISTORTIONS[kind].versions(np.asarray(SPLIT.validation_images), s)
            ]
        )
        for s in DISTORTIONS[kind].strengths
    ]
    table = app.dataframe[0].value
    np.testing.assert_allclose(table["Accuracy"], 100 * np.array(expected))
    at = DISTORTIONS[kind].strengths.index(0)
    low, high = wilson_interval(round(expected[at] * len(labels)), len(labels))
    np.testing.assert_allclose(table.iloc[at, 2:], [100 * low, 100 * high])
    assert any(h.body.count("<figure") == len(expected) for h in app.get("html"))


def test_the_threshold_tells_what_is_answered_and_how_well(visit):
    app = give(visit("robustness"), trained())
    p = trained().run().predict_proba(np.asarray(SPLIT.validation_images))
    right = p.argmax(1) == SPLIT.validation_labels
    for threshold in (0.0, 0.9):
        app.select_slider(key="robustness.threshold").set_value(threshold).run()
        sure = p.max(1) >= threshold
        shown = {metric.label: metric.value for metric in app.metric}
        assert shown["Answered"] == f"{sure.mean():.1%}"
        assert shown["Accuracy among those"] == f"{right[sure].mean():.1%}"
        assert shown["Declined"] == f"{(~sure).sum()} of 600 digits"


def test_without_validation_digits_the_page_says_why_it_shows_nothing(visit):
    app = give(visit("robustness"), trained(replace(SMALL, validation_fraction=0.0)))
    assert not app.exception and "validation fraction is 0" in texts(app.info)
    assert not app.get("plotly_chart")


def test_a_large_network_is_measured_with_fewer_digits():
    run = trained().run()
    assert curves.affordable(run, 20) == curves.MOST_DIGITS
    many = replace(run, recipe=replace(run.recipe, hidden_sizes=(4096, 4096)))
    few = curves.affordable(many, 20)
    assert 1 <= few < 60
    assert few * 20 * many.network.n_weights <= curves.WORK


def test_the_attack_curves_begin_at_the_accuracy_and_the_planned_one_falls():
    run = trained().run()
    found = curves.of_attack(run, SPLIT.validation_images, SPLIT.validation_labels)
    p = run.predict_proba(np.asarray(SPLIT.validation_images))
    accuracy = (p.argmax(1) == SPLIT.validation_labels).mean()
    assert found.planned.accuracy[0] == found.random.accuracy[0] == accuracy
    at = found.planned.strengths.index(0.1)
    assert found.planned.accuracy[at] < 0.3 < accuracy - 0.1 < found.random.accuracy[at]
    for curve in found:
        assert (curve.low <= curve.accuracy).all() and (curve.accuracy <= curve.high).all()
