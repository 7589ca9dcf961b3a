"""The history: a few points that represent many steps faithfully."""

import numpy as np
import pytest

from ann.events import Epoch, Finished, Step
from ann.history import MOST_CHANGES, MOST_POINTS, History
from ann.saving.history_json import from_json, to_json

RNG = np.random.default_rng(0)


def steps(n):
    losses, accuracies = RNG.random(n), RNG.random(n)
    return [
        Step(i + 1, (i + 1) / 100, losses[i], accuracies[i], 0.5, 0.1 / (i + 1)) for i in range(n)
    ]


def epoch(number, validation_loss=1.0):
    return Epoch(
        number, 100 * number, 1.5, 0.3, 0.9, validation_loss, 0.8, 0.4, 0.85, 0.01,
        np.array([[3, 1], [0, 4]]), [5, 2],
    )  # fmt: skip


def filled(n=0, *epochs):
    history = History()
    for event in (*steps(n), *epochs):
        history.add(event)
    return history


def test_the_first_steps_are_points_of_their_own():
    given = steps(50)
    history = History()
    history.add_steps(given)
    assert history.steps["loss"].tolist() == [step.loss for step in given]
    assert history.steps["step"].tolist() == list(range(1, 51))


@pytest.mark.parametrize("n", [599, 600, 601, 1200, 7_777, 50_000])
def test_even_a_long_training_has_few_points(n):
    points = filled(n).steps
    assert min(n, MOST_POINTS // 2) <= len(points["step"]) <= MOST_POINTS
    assert (np.diff(points["step"]) > 0).all()


def test_a_point_is_the_mean_of_its_steps_at_the_last_one():
    given = steps(4_800)
    history = History()
    history.add_steps(given)
    stride = history.stride
    losses = np.array([step.loss for step in given]).reshape(-1, stride)
    assert np.allclose(history.steps["loss"], losses.mean(axis=1))
    assert history.steps["step"].tolist() == list(range(stride, 4_801, stride))
    assert history.steps["learning_rate"][0] == given[stride - 1].learning_rate


def test_steps_can_be_added_in_portions_of_any_size():
    given = steps(5_000)
    one_by_one, at_once, portions = History(), History(), History()
    for step in given:
        one_by_one.add(step)
    at_once.add_steps(given)
    for i in range(0, 5_000, 37):
        portions.add_steps(np.array(given[i : i + 37]))
    assert to_json(one_by_one) == to_json(at_once) == to_json(portions)


def test_the_best_epoch_has_the_lowest_validation_loss_and_nan_never_wins():
    assert filled(0, epoch(1, 0.5), epoch(2, 0.2), epoch(3, 0.4)).best_epoch == 2
    assert filled(0, epoch(1, float("nan")), epoch(2, 0.9)).best_epoch == 2
    assert filled(0, epoch(1, float("nan"))).best_epoch is None


def test_a_copy_is_complete_and_does_not_change_later():
    history = filled(
        3, epoch(1)._replace(answers=np.array([1, 0]), confidence=np.array([0.9, 0.6]))
    )
    history.add_change(3, 0.03, "dropout", 0.0, 0.2)
    copy, before = history.copy(), to_json(history)
    assert to_json(copy) == before
    assert copy.answers.tolist() == [1, 0] and copy.confidence.tolist() == [0.9, 0.6]
    for event in (*steps(2), epoch(2)):
        history.add(event)
    history.add_change(5, 0.05, "dropout", 0.2, 0.4)
    assert to_json(copy) == before != to_json(history)
    assert len(copy.steps["loss"]) == 3 and len(copy.epochs["epoch"]) == 1


def test_an_empty_history_has_empty_columns():
    history = History()
    history.add(Finished("epochs", ""))
    assert all(len(column) == 0 for column in history.steps.values())
    assert all(len(column) == 0 for column in history.epochs.values())
    assert history.best_epoch is None
    assert history.confusion is None
    assert to_json(from_json(to_json(history))) == to_json(history)


def test_a_history_keeps_only_the_last_changes():
    history = History()
    for k in range(MOST_CHANGES + 50):
        history.add_change(k, k / 100, "dropout", 0.0, 0.2)
    assert [change[0] for change in history.changes] == list(range(50, MOST_CHANGES + 50))
