"""The metrics, compared with scikit-learn's and with cases that can be counted by hand."""

import dataclasses

import numpy as np
import pytest
import sklearn.metrics

from ann.evaluation import metrics


def test_all_scores_agree_with_scikit_learn(samples):
    p, labels = samples
    classes = np.arange(p.shape[1])
    result = metrics.evaluate(p, labels)
    yhat = p.argmax(axis=1)
    assert result.accuracy == pytest.approx(sklearn.metrics.accuracy_score(labels, yhat))
    expected = sklearn.metrics.confusion_matrix(labels, yhat, labels=classes)
    np.testing.assert_array_equal(result.confusion, expected)
    scores = sklearn.metrics.precision_recall_fscore_support
    for ours, theirs in zip(
        result.per_class, scores(labels, yhat, labels=classes, zero_division=0), strict=True
    ):
        np.testing.assert_allclose(ours, theirs)
    macro = scores(labels, yhat, average="macro", zero_division=0)[:3]
    ours = (result.macro_precision, result.macro_recall, result.macro_f1)
    np.testing.assert_allclose(ours, macro)
    exact = p / p.sum(axis=1, keepdims=True, dtype=float)  # scikit-learn wants sums of 1
    expected = sklearn.metrics.log_loss(labels, exact, labels=classes)
    assert result.loss == pytest.approx(expected, rel=1e-5)


def test_wilson_interval_agrees_with_published_values():
    # Newcombe 1998, Statistics in Medicine 17, table I: 81/263, 15/148, 0/20, 1/29.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for counts, interval in published.items():
        assert metrics.wilson_interval(*counts, z=1.959964) == pytest.approx(interval, abs=5e-5)


def test_wilson_interval_covers_the_truth_in_95_of_100():
    rng = np.random.default_rng(0)
    intervals = [metrics.wilson_interval(k, 500) for k in rng.binomial(500, 0.9, 2000)]
    assert 0.93 < np.mean([low <= 0.9 <= high for low, high in intervals]) < 0.97


def test_a_class_without_samples_or_predictions_scores_zero_not_nan():
    scores = metrics.precision_recall_f1([[3, 0, 0], [0, 0, 0], [1, 0, 0]])
    assert scores.precision.tolist() == [0.75, 0, 0]
    assert scores.recall.tolist() == [1, 0, 0]
    assert scores.f1[1:].tolist() == [0, 0]
    assert scores.support.tolist() == [3, 0, 1]


def test_a_probability_of_zero_costs_much_but_is_finite():
    assert metrics.log_loss([[1.0, 0.0]], [1]) == pytest.approx(87.3, abs=0.1)
    assert metrics.log_loss([[1.0, 0.0]], [0]) == 0


def test_most_confused_lists_pairs_in_order_and_none_without_a_mistake():
    confusion = np.array([[5, 1, 0], [3, 6, 1], [0, 0, 0]])
    pairs = metrics.most_confused(confusion, k=10)
    assert [(p.true, p.predicted, p.count) for p in pairs] == [(1, 0, 3), (0, 1, 1), (1, 2, 1)]
    assert pairs[0].share == pytest.approx(0.3)
    assert metrics.most_confused(confusion, k=1) == pairs[:1]
    assert metrics.most_confused(np.eye(3, dtype=int)) == []


def test_mistakes_are_all_the_wrong_ones_most_confident_first(samples):
    p, labels = samples
    result = metrics.evaluate(p, labels)
    mistakes = result.mistakes()
    assert set(mistakes) == set(np.flatnonzero(result.predictions != labels))
    assert (np.diff(result.confidence[mistakes]) <= 0).all()


def test_an_evaluation_cannot_be_changed_by_accident(samples):
    with pytest.raises(dataclasses.FrozenInstanceError):
        metrics.evaluate(*samples).accuracy = 1.0


def test_one_sample_is_enough():
    result = metrics.evaluate([[0.2, 0.8]], [1])
    assert (result.accuracy, result.macro_f1) == (1.0, 1.0), "class 0 does not occur"
    assert result.mistakes().tolist() == []


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: metrics.evaluate([[0.5, 0.5]], [0, 1]), r"\(1, 2\) and \(2,\)"),
        (lambda: metrics.evaluate([0.5, 0.5], [0, 1]), r"\(2,\) and \(2,\)"),
        (lambda: metrics.evaluate(np.empty((0, 10)), []), r"\(0, 10\)"),
        (lambda: metrics.evaluate([[0.5, 0.5]], [2]), "labels: got classes from 2 to 2.* 0 to 1"),
        (lambda: metrics.evaluate([[0.5, 0.5]], [-1]), "labels: got classes from -1"),
        (lambda: metrics.evaluate([[0.5, 0.5]], [1.0]), "labels: got dtype float64"),
        (lambda: metrics.evaluate([[np.nan, 0.5]], [1]), "probabilities: got values from nan"),
        (lambda: metrics.evaluate([[3.0, -2.0]], [1]), "from -2.0 to 3.0, allowed is 0 to 1"),
        (lambda: metrics.confusion_matrix([1, 2], [1], 3), r"\(2,\) and \(1,\)"),
        (lambda: metrics.confusion_matrix([], [], 3), "at least 1"),
        (lambda: metrics.confusion_matrix([0, 1], [0, 5], 2), "predictions: got classes"),
        (lambda: metrics.precision_recall_f1([[1, 2]]), r"confusion: got shape \(1, 2\)"),
        (lambda: metrics.most_confused([1, 2]), r"confusion: got shape \(2,\)"),
        (lambda: metrics.wilson_interval(0, 0), "n: got 0"),
        (lambda: metrics.wilson_interval(5, 4), "k: got 5, allowed is 0 to n = 4"),
    ],
)
def test_wrong_input_is_named_with_what_is_allowed(call, says):
    with pytest.raises(ValueError, match=says):
        call()
