"""Histories as JSON: what is written comes back, and anything else is refused."""

import json

import numpy as np
import pytest

from ann.history import History
from ann.saving.history_json import from_json, to_json
from tests.ann.test_history import epoch, filled, steps


def test_a_history_survives_json_in_mid_training_and_continues_unchanged():
    given = steps(3_001)
    whole, first = History(), History()
    whole.add_steps(given)
    first.add_steps(given[:1_999])
    first.add(epoch(1))
    first.add_change(7, 0.07, "learning_rate", 0.1, 0.01)
    again = from_json(json.loads(json.dumps(to_json(first), allow_nan=False)))
    again.add_steps(given[1_999:])
    assert np.array_equal(again.steps["loss"], whole.steps["loss"])
    assert again.changes == [(7, 0.07, "learning_rate", 0.1, 0.01)]
    assert again.wrong == [5, 2]
    assert again.confusion.tolist() == [[3, 1], [0, 4]]
    assert again.epochs["train_loss"].tolist() == [0.3]


def test_nan_survives_json():
    history = filled(3, epoch(1, validation_loss=float("nan")))
    text = json.dumps(to_json(history), allow_nan=False)
    again = from_json(json.loads(text))
    assert np.isnan(again.epochs["validation_loss"]).all()


@pytest.mark.parametrize(
    "change",
    [
        {"points": [[1, 2]]},
        {"points": [[1] * 6] * 10_000},
        {"points": 3},
        {"points": [["a"] * 6]},
        {"pending": [[1] * 6] * 100},
        {"stride": "many"},
        {"epochs": [[1]]},
        {"epochs": None},
        {"changes": [[1, 2]]},
        {"confusion": [[1, 2], [3]]},
        {"confusion": "no"},
        {"confusion": [1, 2]},
        {"confusion": [[1, 2]]},
        {"confusion": [[1, -2], [3, 4]]},
        {"epochs": [[None] * 10]},
        {"points": [[-1] * 6]},
        {"points": [[1, float("inf"), 1, 1, 1, 1]]},
        {"changes": [[1, 0.5, "<b>", 1, 2]]},
        {"changes": [[1, 0.5, "dropout", "0.1", 0.2]]},
        {"changes": [[1, 0.5, "dropout", 0.1, None]]},
        {"changes": [[1, None, "dropout", 0.1, 0.2]]},
        {"wrong": ["a"]},
        {"wrong": None},
    ],
)
def test_anything_but_a_history_is_refused(change):
    with pytest.raises(ValueError, match="history"):
        from_json(to_json(filled(5, epoch(1))) | change)


def test_a_message_does_not_echo_a_long_value():
    with pytest.raises(ValueError, match="history") as caught:
        from_json(to_json(filled(5)) | {"points": [[1, 1, "x" * 100_000, 1, 1, 1]]})
    assert len(str(caught.value)) < 400
