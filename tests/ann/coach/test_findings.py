"""The coach on trainings that take a second: what it finds, what it says, and when it is silent.

`tests/benchmarks/coach.py` measures it on many more.
"""

from dataclasses import replace
from functools import cache
from itertools import takewhile

import numpy as np
import pytest

import data
from ann.coach.advice import advise, healthy
from ann.coach.cures import CURES, in_words
from ann.coach.evidence import Evidence
from ann.coach.findings import RULES, find
from ann.coach.signals import watched
from ann.events import Epoch, Step
from ann.history import History
from ann.recipe import Recipe
from ann.saving.history_json import from_json, to_json
from ann.state import Split, start

SMALL = Recipe(hidden_sizes=(32, 16), epochs=6, batch_size=32)
SICK = {
    "zero_initialization": {"initializer": "zeros"},
    "initialization_too_large": {"initializer": "normal", "init_scale": 5.0},
    "learning_rate_too_large": {"optimizer": "sgd", "learning_rate": 5.0},
    "learning_rate_too_small": {"learning_rate": 1e-5},
    "vanishing_gradients": {
        "hidden_sizes": (16, 16, 16, 16), "activation": "sigmoid", "optimizer": "sgd",
        "learning_rate": 0.1, "epochs": 15,
    },
    "too_few_steps": {"batch_size": 2_000},
    "too_much_regularization": {"l2": 0.3, "epochs": 15},
    "network_too_small": {"hidden_sizes": (2,), "epochs": 40},
    "overfitting": {"hidden_sizes": (64,), "epochs": 60, "train_size": 60, "batch_size": 16},
    "nothing_held_out": {"validation_fraction": 0.0, "learning_rate": 0.003, "epochs": 12},
    "batch_of_one": {"batch_norm": True, "batch_size": 1, "epochs": 1, "train_size": 200},
}  # fmt: skip


@cache
def digits(validation_fraction):
    """1,500 digits to learn from, and others to validate on."""
    parts = data.load("mnist-5k").split(validation_fraction=validation_fraction)
    x, y, *held = map(np.asarray, parts)
    return Split(x[:1500], y[:1500], *held)


@cache
def trained(recipe):
    split = digits(recipe.validation_fraction)
    state, history = start(recipe, split), History()
    for event in watched(state, split):
        history.add(event)
    return state, history


def found(recipe):
    advice = advise(*trained(recipe))
    return advice.finding.name if advice else None


@pytest.mark.parametrize("name", SICK)
def test_each_fault_is_found_with_a_number_as_evidence_and_a_cure(name):
    recipe = replace(SMALL, **SICK[name])
    advice = advise(*trained(recipe))
    assert advice and advice.finding.name == name
    assert any(sign.isdigit() for sign in advice.finding.evidence)
    assert advice.cure and advice.cure != recipe
    assert advice.change == in_words(recipe, advice.cure) and advice.change in advice.text
    assert healthy(*trained(recipe)) == ""


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch_norm": True},
        {"activation": "tanh"},
        {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 15},
        {"optimizer": "nesterov", "learning_rate": 0.02},
        {"hidden_sizes": (32, 32, 32, 32)},
    ],
    ids=str,
)
def test_healthy_trainings_are_told_so_with_their_limits(settings, seed):
    recipe = replace(SMALL, learning_rate=0.003, epochs=12, seed=seed)
    recipe = replace(recipe, **settings)
    state, history = trained(recipe)
    assert advise(state, history) is None
    told = healthy(state, history)
    assert told.startswith("Healthy") and "limit" in told and "points are chance" in told


def test_a_finding_comes_as_soon_as_it_is_known_not_at_the_end():
    recipe = replace(SMALL, initializer="zeros")
    split = digits(recipe.validation_fraction)
    state, history = start(recipe, split), History()
    for event in takewhile(lambda event: not isinstance(event, Step), watched(state, split)):
        history.add(event)
    assert advise(state, history).finding.name == "zero_initialization"


def test_what_only_the_end_can_tell_is_not_said_before():
    recipe = replace(SMALL, batch_size=2_000)
    split = digits(recipe.validation_fraction)
    state, history = start(recipe, split), History()
    for event in watched(state, split):
        history.add(event)
        if isinstance(event, Epoch) and not state.reason:
            assert advise(state, history) is None
            assert healthy(state, history) == ""
    assert advise(state, history).finding.name == "too_few_steps"


def test_a_saved_run_gets_the_same_advice():
    for settings in SICK.values():
        state, history = trained(replace(SMALL, **settings))
        again = from_json(to_json(history))
        assert advise(state, again) == advise(state, history)


def test_a_run_without_signals_gets_no_advice():
    state, history = trained(replace(SMALL, initializer="zeros"))
    earlier = history.copy()
    earlier.signals = []
    assert advise(state, earlier) is None and healthy(state, earlier) == ""


def test_a_highest_loss_from_before_a_change_is_not_held_against_the_new_settings():
    recipe = replace(SMALL, optimizer="sgd", learning_rate=2.0)
    state, history = trained(recipe)
    assert advise(state, history).finding.name == "learning_rate_too_large"
    changed = history.copy()
    changed.add_change(10, 0.2, "learning_rate", 2.0, 0.1)
    advice = advise(state, changed)
    assert advice is None or "batch reached" not in advice.finding.evidence


def test_the_same_is_found_for_short_and_long_trainings():
    for settings in ({"optimizer": "sgd", "learning_rate": 5.0}, {"learning_rate": 1e-5}):
        short, long = (found(replace(SMALL, epochs=n, **settings)) for n in (4, 16))
        assert short == long is not None


def measured(train, validation, losses=None, batch=None, n_features=784, **settings):
    """Evidence of a training that has ended, with these accuracies and validation losses."""
    history, n = History(), len(train)
    for k in range(n):
        loss, seen = (losses or [0.5] * n)[k], (batch or train)[k]
        numbers = (k + 1, 60 * (k + 1), 0.1, 0.4, train[k], loss, validation[k], 0.4, seen, 0.001)
        history.add(Epoch(*numbers, np.eye(10, dtype=int), []))
    history.add(Step(60 * n, n, loss=0.3, accuracy=0.9, penalty=0.2, learning_rate=0.001))
    return Evidence(Recipe(epochs=n, **settings), history, 10, 3_400, True, n_features=n_features)


def named(evidence):
    finding = find(evidence)
    return finding.name if finding else None


def test_a_linear_network_is_too_small_for_digits_but_may_be_enough_for_small_pictures():
    linear = {"train": [0.95] * 20, "validation": [0.9] * 20, "hidden_sizes": ()}
    assert named(measured(**linear)) == "network_too_small"
    assert named(measured(**linear, n_features=64)) is None
    long = measured([0.99] * 20, [0.89] * 20, hidden_sizes=())
    assert "89.0% on the validation digits" in find(long).evidence


@pytest.mark.parametrize("settings", [{"l2": 0.003}, {"l1": 0.0003}], ids=str)
def test_a_mild_penalty_is_not_blamed_where_pictures_are_hard(settings):
    hard = {"train": [0.87] * 20, "validation": [0.84] * 20}
    assert named(measured(**hard, **settings)) is None
    strong = {name: 5 * value for name, value in settings.items()}
    assert named(measured(**hard, **strong)) == "too_much_regularization"
    memorizing = {"train": [0.9] * 20, "validation": [0.81] * 20}
    assert named(measured(**memorizing, **strong)) is None


def test_what_dropout_hides_is_measured_against_what_is_known():
    known = {"train": [0.64] * 20, "validation": [0.63] * 20, "augment_shift": 6.0}
    assert named(measured(**known, batch=[0.48] * 20)) == "too_much_regularization"
    assert named(measured(**known, batch=[0.54] * 20)) is None


def test_a_validation_loss_that_was_low_for_one_epoch_has_not_risen():
    learned = {"train": [1.0] * 40, "validation": [0.93] * 40}
    steady = [0.3] * 5 + [0.2] + [0.3] * 34
    assert named(measured(**learned, losses=steady)) is None
    rising = [0.5, 0.3, 0.2, 0.2, 0.2, *np.linspace(0.2, 0.3, 35)]
    assert named(measured(**learned, losses=rising)) == "overfitting"


def test_every_finding_has_a_cure():
    assert list(CURES) == [rule.name for rule in RULES]


def test_whatever_a_forged_history_holds_the_coach_does_not_fail():
    rng = np.random.default_rng(0)
    state, history = trained(replace(SMALL, batch_size=2_000))
    strange = [None, 0, 1e-300, 0.5, 1, 2, 1e300]

    def forged(values):
        return [v if rng.random() < 0.5 else strange[rng.integers(len(strange))] for v in values]

    written = to_json(history)
    for _ in range(300):
        values = dict(written)
        values["epochs"] = [[*row[:2], *forged(row[2:])] for row in written["epochs"]]
        values["epochs"][-1][:2] = rng.choice([[0, 0], [1, 0], [0, 5], [7, 40]])
        values["batch_losses"] = forged(written["batch_losses"])
        rows = [[s[0], *map(forged, s[1:4]), s[4]] for s in written["signals"]]
        values["signals"] = rows[: rng.integers(len(rows) + 1)]
        again = from_json(values)
        for other in (state, replace(state, n_classes=1), replace(state, images_seen=0)):
            advise(other, again)
            healthy(other, again)


def test_a_layer_of_dead_neurons_is_found():
    """Their biases are so low that no digit reaches them, as after one step that was far too large.

    From zero biases, trainings of a second kill whole layers only with a learning rate that is
    found first.
    """
    recipe = replace(SMALL, epochs=60)
    split = digits(recipe.validation_fraction)
    state, history = start(recipe, split), History()
    state.network.views(state.theta)[0].bias[2:] = -50
    for event in watched(state, split):
        history.add(event)
    said = advise(state, history).finding
    assert said.name == "dead_neurons" and "94% of layer 1's neurons" in said.evidence
