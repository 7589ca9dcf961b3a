"""Histories as JSON: what is written comes back, and anything else is refused."""

import json

import numpy as np
import pytest

from ann.events import Signals
from ann.history import MOST_CHANGES, MOST_SIGNALS, History
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


def test_signals_survive_json_and_earlier_files_lack_them():
    history = filled(
        3,
        Signals(0, float("inf"), (0.5, 1.0), (), (0.25,)),
        Signals(1, 2.5, (0.4, 1.0), (0.01, 0.1), ()),
    )
    written = json.loads(json.dumps(to_json(history), allow_nan=False))
    again = from_json(written)
    assert again.signals[1:] == history.signals[1:] and again.signals[0].dead == (0.25,)
    assert np.isnan(again.signals[0].loss)  # what was infinite
    assert (again.first_loss, again.highest_loss) == (history.first_loss, history.highest_loss)
    for name in ("signals", "batch_losses"):
        del written[name]
    assert from_json(written).signals == []


def test_nan_survives_json():
    history = filled(3, epoch(1, validation_loss=float("nan")))
    text = json.dumps(to_json(history), allow_nan=False)
    again = from_json(json.loads(text))
    assert np.isnan(again.epochs["validation_loss"]).all()


@pytest.mark.parametrize(
    "change",
    [
        {"points": [[1, 2]]},
        {"batch_losses": [1]},
        {"batch_losses": [1, 2, 3]},
        {"signals": [[0, [1], [1], [], []]] * (MOST_SIGNALS + 1)},
        {"signals": [[0, [1], [1] * 1_000, [], []]]},
        {"signals": [[-1, [1], [1], [], []]]},
        {"signals": [[0, [1], ["a"], [], []]]},
        {"signals": [[0, [1], [-1], [], []]]},
        {"signals": [[0, 1, 2, 3, 4]]},
        {"signals": [[0, [1], [1], [], [1.5]]]},
        {"signals": [[0, [1], [], [], []]]},
        {"signals": [[1, [1], [1, 1], [0.1], []]]},
        {"signals": [[1, [1], [1], [0.1], [0, 0]]]},
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
        {"changes": [[1, 0.5, "dropout", 0.1, 0.2]] * (MOST_CHANGES + 1)},
        {"confusion": [[]] * 1_001},
        {"epochs": [[1] * 10] * 5_001},
        {"pending": [[1] * 6] * 140_000, "stride": 1e9},
        {"read_as": [1] * 25},
        {"wrong": [1] * 25},
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


def test_a_list_that_is_too_long_is_named_with_its_length_and_the_limit():
    """450,000 changes of an uploaded run took every visitor's page two seconds."""
    data = to_json(filled(5, epoch(1)))
    data["changes"] = [[1, 0.5, "dropout", 0.1, 0.2]] * 450_000
    with pytest.raises(ValueError, match="changes: has 450,000 entries; the limit is 300"):
        from_json(data)
    data["changes"] = data["changes"][:300]
    assert len(from_json(data).changes) == 300
