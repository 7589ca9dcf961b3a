"""The training loop: what it reports, how it ends, and that an interruption changes nothing."""

import io
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from ann.batches import steps_per_epoch
from ann.evaluation.metrics import evaluate
from ann.events import Epoch, Finished, Step
from ann.history import History
from ann.recipe import FIELDS, Recipe
from ann.run import Run
from ann.saving.checkpoint import STATE_ARRAYS, load_state, save_state
from ann.state import Split, initial_theta, start
from ann.train import train

RNG = np.random.default_rng(0)
CENTERS = RNG.integers(40, 215, (3, 25))


def clusters(n, seed):
    """Three clusters of bytes (n, 25) that a small network can tell apart, not perfectly."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    x = CENTERS[y] + rng.normal(0, 60, (n, 25))
    return np.clip(x, 0, 255).astype(np.uint8), y.astype(np.uint8)


SPLIT = Split(*clusters(330, 1), *clusters(90, 2))
SMALL = Recipe(hidden_sizes=(16, 8), epochs=4, batch_size=32, learning_rate=0.01)


def run(recipe, split=SPLIT, cut_every=None):
    """Train to the end, with a save and a load after every `cut_every` events."""
    state, history = start(recipe, split), History()
    while True:
        for count, event in enumerate(train(state, split), start=1):
            history.add(event)
            if isinstance(event, Finished):
                return state, history, event
            if count == cut_every:
                break
        file = io.BytesIO()
        save_state(state, file)
        file.seek(0)
        state = load_state(file)


def assert_equal_states(a, b):
    for name in STATE_ARRAYS:
        assert getattr(a, name).tobytes() == getattr(b, name).tobytes(), name
    for name in ("step", "epoch", "position", "decays", "best_loss", "best_epoch", "images_seen"):
        assert getattr(a, name) == getattr(b, name), name
    assert a.rng.bit_generator.state == b.rng.bit_generator.state


HARD = replace(SMALL, dropout=0.3, batch_norm=True, l2=1e-3, l1=1e-5, max_norm=2.0, clip_norm=1.0)
HARD = replace(HARD, augment_shift=1.0, augment_elastic=0.5, ema=0.95)


@pytest.mark.parametrize("cut_every", [1, 3, 7, 10, 11])
def test_a_run_interrupted_anywhere_equals_the_uninterrupted_run_bit_for_bit(cut_every):
    unbroken, whole_history, _ = run(HARD)
    cut, cut_history, _ = run(HARD, cut_every=cut_every)
    assert_equal_states(unbroken, cut)
    for name, column in whole_history.steps.items():
        assert np.array_equal(column, cut_history.steps[name]), name
    assert np.array_equal(whole_history.confusion, cut_history.confusion)


RATES = {"sgd": 0.3, "momentum": 0.05, "nesterov": 0.05}  # of the others: 0.01


@pytest.mark.parametrize("optimizer", FIELDS["optimizer"].choices)
def test_every_optimizer_learns(optimizer):
    rate = RATES.get(optimizer, 0.01)
    _, history, _ = run(replace(SMALL, optimizer=optimizer, learning_rate=rate))
    assert history.epochs["train_accuracy"][-1] > 0.7  # chance is 0.33


CHOICES = {
    "optimizer": FIELDS["optimizer"].choices,
    "schedule": FIELDS["schedule"].choices,
    "batch_norm": (False, True),
    "dropout": (0.0, 0.3),
    "ema": (0.0, 0.95),
    "augment_shift": (0.0, 1.0),
    "pixel_noise": (0.0, 0.3),
    "label_noise": (0.0, 0.5),
    "train_size": (0, 200),
    "patience": (0, 1),
    "clip_norm": (0.0, 0.5),
    "label_smoothing": (0.0, 0.1),
    "scaling": FIELDS["scaling"].choices,
    "batch_size": (32, 70_000),
}


def every_pair():
    """A few recipes in which any two choices of two fields occur together (but see below)."""
    rng, recipes = np.random.default_rng(0), []
    values = [(name, i) for name, choices in CHOICES.items() for i in range(len(choices))]
    missing = {frozenset(pair) for pair in combinations(values, 2) if pair[0][0] != pair[1][0]}
    # every optimizer with every schedule would be 36 recipes; neither knows of the other
    missing = {pair for pair in missing if {name for name, _ in pair} != {"optimizer", "schedule"}}

    def one():
        row = [(name, int(rng.integers(len(choices)))) for name, choices in CHOICES.items()]
        return row, missing & {frozenset(pair) for pair in combinations(row, 2)}

    while missing:
        row, new = max((one() for _ in range(50)), key=lambda found: len(found[1]))
        missing -= new
        fields = {name: CHOICES[name][i] for name, i in row}
        rate = RATES.get(fields["optimizer"], 0.01)
        recipes.append(replace(SMALL, learning_rate=rate, decay_every=1, **fields))
    return recipes


@pytest.mark.parametrize("recipe", every_pair(), ids=lambda r: f"{r.optimizer}-{r.schedule}")
def test_any_two_choices_together_resume_exactly(recipe):
    cut_every = 1 if recipe.batch_size > 330 else 7
    unbroken, history, _ = run(recipe)
    cut, cut_history, _ = run(recipe, cut_every=cut_every)
    assert_equal_states(unbroken, cut)
    assert np.array_equal(history.steps["loss"], cut_history.steps["loss"])


def test_the_same_seed_repeats_a_run_and_another_seed_does_not():
    first, again, other = (run(replace(SMALL, seed=s))[0] for s in (3, 3, 4))
    assert np.array_equal(first.theta, again.theta)
    assert not np.array_equal(first.theta, other.theta)


def test_an_epoch_uses_every_digit_once():
    state = start(SMALL, SPLIT)
    events = list(train(state, SPLIT))
    steps = [e for e in events if isinstance(e, Step)]
    assert steps_per_epoch(SMALL, 330) == 11
    assert len(steps) == 4 * 11
    assert state.images_seen == 4 * 330
    assert [e.epoch for e in events if isinstance(e, Epoch)] == [1, 2, 3, 4]
    assert [steps[i].epoch for i in (10, 21, 32, 43)] == [1, 2, 3, 4]


@pytest.mark.parametrize("batch_size", [1, 7, 32, 64, 200, 329])
def test_the_batches_of_an_epoch_add_up_to_the_whole_set(batch_size):
    # with next to no step taken, their mean loss is that of all digits, each counted once
    recipe = replace(SMALL, batch_size=batch_size, epochs=1, optimizer="sgd", learning_rate=1e-5)
    epoch = next(e for e in train(start(recipe, SPLIT), SPLIT) if isinstance(e, Epoch))
    assert epoch.batch_loss == pytest.approx(epoch.train_loss, rel=1e-3)
    assert epoch.batch_accuracy == pytest.approx(epoch.train_accuracy, abs=1 / 330)


def test_a_batch_larger_than_the_set_is_the_whole_set():
    state = start(replace(SMALL, batch_size=70_000, epochs=3), SPLIT)
    steps = [e for e in train(state, SPLIT) if isinstance(e, Step)]
    assert len(steps) == 3
    assert state.images_seen == 3 * 330


def test_full_batch_gradient_descent_has_the_loss_of_the_whole_set_before_each_step():
    recipe = replace(SMALL, batch_size=70_000, epochs=2, optimizer="sgd", learning_rate=0.1)
    events = list(train(start(recipe, SPLIT), SPLIT))
    steps = [e for e in events if isinstance(e, Step)]
    first_epoch = next(e for e in events if isinstance(e, Epoch))
    assert steps[1].loss == pytest.approx(first_epoch.train_loss, rel=1e-5)


def test_an_infinite_loss_ends_the_run_with_advice_and_usable_weights():
    recipe = replace(SMALL, optimizer="sgd", learning_rate=10.0, initializer="normal")
    state, _, finished = run(replace(recipe, init_scale=10, activation="identity", epochs=50))
    assert finished.reason == "diverged"
    assert "learning rate than 10, such as 1" in finished.message
    assert np.isfinite(state.theta).all()


@pytest.mark.parametrize("n_validation", [90, 0])
def test_divergence_in_the_last_step_counts_as_divergence(n_validation):
    split = SPLIT._replace(
        validation_x=SPLIT[2][:n_validation], validation_y=SPLIT[3][:n_validation]
    )
    state = start(replace(SMALL, epochs=1, batch_size=330), split)
    events = train(state, split)
    assert np.isfinite(next(events).loss)
    state.theta[:] = np.inf
    assert next(events).epoch == 1 and state.reason == "diverged"
    assert next(events).reason == "diverged" and np.isfinite(state.theta).all()


def test_initial_weights_that_are_too_large_get_other_advice_than_steps_that_are():
    deep = replace(SMALL, hidden_sizes=(100,) * 20, activation="identity", initializer="normal")
    state, _, finished = run(replace(deep, init_scale=10))
    assert (state.step, finished.reason) == (0, "diverged")
    assert "before the first step" in finished.message
    assert "initial scale than 10" in finished.message
    assert "overshot" not in finished.message


@pytest.mark.parametrize("ema", [0.0, 0.95])
def test_divergence_in_the_first_epoch_restores_the_initial_weights_as_the_message_says(ema):
    diverging = replace(SMALL, optimizer="sgd", learning_rate=10.0, initializer="normal", ema=ema)
    state, history, finished = run(replace(diverging, init_scale=10, activation="identity"))
    assert state.step > 0 and state.best_epoch == 0
    assert "initial weights are restored" in finished.message
    left = Run.of(state, history)
    assert np.array_equal(left.theta, initial_theta(state.recipe, state.network))
    assert np.isfinite(left.predict_proba(SPLIT.validation_x)).all()


@pytest.mark.parametrize("ema", [0.0, 0.95])
def test_early_stopping_ends_after_patience_and_restores_the_best_weights(ema):
    recipe = replace(SMALL, epochs=200, patience=3, learning_rate=0.05, ema=ema)
    state, history, finished = run(recipe)
    losses = history.epochs["validation_loss"]
    assert finished.reason == "early_stopping"
    assert len(losses) == history.best_epoch + 3
    assert state.best_epoch == history.best_epoch
    assert np.array_equal(state.theta, state.best_theta)
    left = evaluate(Run.of(state, history).predict_proba(SPLIT.validation_x), SPLIT.validation_y)
    assert left.loss == pytest.approx(losses.min())


def test_a_patience_of_one_epoch_is_in_the_singular():
    finished = run(replace(SMALL, epochs=200, patience=1, learning_rate=0.05))[2]
    assert finished.message.startswith("Stopped early: 1 epoch without")


def test_without_patience_the_last_weights_stay_and_the_best_are_remembered():
    state, history, _ = run(replace(SMALL, epochs=60, learning_rate=0.05))
    assert history.best_epoch < 60
    assert state.best_epoch == history.best_epoch
    assert not np.array_equal(state.theta, state.best_theta)


def test_settings_changed_midway_act_from_the_next_step_on():
    state = start(SMALL, SPLIT)
    loop = train(state, SPLIT)
    before = next(loop)
    state.recipe = replace(state.recipe, learning_rate=0.002, batch_size=64)
    after = next(loop)
    assert (before.learning_rate, after.learning_rate) == (0.01, 0.002)
    assert state.images_seen == 30 + 60  # 330 digits make 11 batches, the other 300 make 5


def test_a_training_without_validation_digits_reports_nan_for_them_and_ends():
    split = Split(SPLIT.train_x, SPLIT.train_y, SPLIT.train_x[:0], SPLIT.train_y[:0])
    _, history, finished = run(SMALL, split)
    assert np.isnan(history.epochs["validation_loss"]).all()
    assert history.best_epoch is None
    assert finished.reason == "epochs"


def test_a_finished_state_only_repeats_that_it_is_finished():
    state, _, finished = run(SMALL)
    assert list(train(state, SPLIT)) == [finished]


def test_dropout_is_on_in_steps_and_off_when_an_epoch_is_measured():
    recipe = replace(SMALL, dropout=0.8, epochs=12)
    _, history, _ = run(recipe)
    assert history.epochs["batch_accuracy"][-1] < history.epochs["train_accuracy"][-1]


def test_l2_keeps_weights_smaller_and_reports_the_penalty_apart_from_the_loss():
    plain, plain_history, _ = run(SMALL)
    pulled, history, _ = run(replace(SMALL, l2=0.1))
    weights = slice(plain.network.n_weights)
    assert np.square(pulled.theta[weights]).sum() < 0.5 * np.square(plain.theta[weights]).sum()
    assert plain_history.steps["penalty"].max() == 0
    assert history.steps["penalty"].min() > 0


def test_l1_leaves_more_weights_near_zero():
    plain, pulled = run(SMALL)[0], run(replace(SMALL, l1=0.01))[0]
    weights = slice(plain.network.n_weights)
    near = [np.mean(np.abs(s.theta[weights]) < 1e-2) for s in (plain, pulled)]
    assert near[1] > 2 * near[0]


def test_max_norm_bounds_each_hidden_neurons_incoming_weights():
    state, _, _ = run(replace(SMALL, max_norm=0.5))
    for layer in state.network.views(state.theta)[:-1]:
        assert np.linalg.norm(layer.weights, axis=0).max() <= 0.5 + 1e-6


def test_zero_initial_weights_learn_next_to_nothing():
    _, history, _ = run(replace(SMALL, initializer="zeros", epochs=10))
    assert history.epochs["train_accuracy"][-1] < 0.5


def test_an_empty_training_set_is_refused_by_name():
    empty = Split(SPLIT.train_x[:0], SPLIT.train_y[:0], SPLIT.train_x[:0], SPLIT.train_y[:0])
    with pytest.raises(ValueError, match="train_x"):
        start(SMALL, empty)


@pytest.mark.parametrize(
    ("part", "value", "what"),
    [
        ("train_y", np.arange(330) % 3 - 1, "train_y: got classes from -1 to 1, allowed is 0 to 2"),
        ("train_y", np.arange(330) % 4, "train_y: got classes from 0 to 3, allowed is 0 to 2"),
        ("train_y", np.arange(330) % 3 / 1.0, "train_y: got dtype float64"),
        ("train_y", np.arange(330) % 2 == 0, "train_y: got dtype bool"),
        ("validation_y", np.arange(90) % 4, "validation_y: got classes from 0 to 3"),
        ("validation_y", np.arange(89) % 3, r"validation_x: shape \(90, 25\) with 89 labels"),
        ("validation_x", SPLIT.validation_x[:, 1:], r"validation_x: shape \(90, 24\)"),
        ("train_x", np.where(SPLIT.train_x > 9, np.nan, 1), "train_x: holds NaN or infinity"),
        ("train_x", np.where(SPLIT.train_x > 9, -np.inf, 1), "train_x: holds NaN or infinity"),
        ("validation_x", np.full((90, 25), np.inf), "validation_x: holds NaN or infinity"),
    ],
)
@pytest.mark.parametrize("scaling", FIELDS["scaling"].choices)
def test_samples_that_can_not_be_learned_from_are_refused_by_name(part, value, what, scaling):
    with pytest.raises(ValueError, match=what):
        start(replace(SMALL, scaling=scaling), SPLIT._replace(**{part: value}), n_classes=3)


def test_augmentation_changes_training_digits_and_no_measurement():
    plain = start(replace(SMALL, learning_rate=1e-5, epochs=1), SPLIT)
    augmented = start(replace(plain.recipe, augment_rotation=45.0), SPLIT)
    first, second = (list(train(state, SPLIT)) for state in (plain, augmented))
    assert first[0].loss != second[0].loss  # other pictures in the first batch
    # with next to no step taken, what is measured is the same
    assert first[-2].validation_loss == pytest.approx(second[-2].validation_loss, rel=1e-3)


def test_augmentation_of_pictures_that_are_not_square_is_refused_by_name():
    split = Split(*(part[:, :20] if part.ndim == 2 else part for part in SPLIT))
    with pytest.raises(ValueError, match="augment"):
        next(train(start(replace(SMALL, augment_shift=1.0), split), split))


def test_the_averaged_network_is_the_running_mean_of_the_weights():
    recipe = replace(SMALL, ema=0.9, batch_norm=True, epochs=2)
    state = start(recipe, SPLIT)
    average, t = state.theta.astype(np.float64), 0
    for event in train(state, SPLIT):
        if isinstance(event, Step):
            t += 1
            keep = min(0.9, (1 + t) / (10 + t))
            average = keep * average + (1 - keep) * state.theta
        elif isinstance(event, Epoch):
            assert np.allclose(state.average, average, atol=1e-5)
    assert np.allclose(state.theta, average, atol=1e-5)  # what is kept at the end


def test_the_average_of_a_weight_that_became_0_is_soon_0_and_never_subnormal():
    never_lit = SPLIT.train_x.copy()
    never_lit[:, 0] = 0
    split = SPLIT._replace(train_x=never_lit)
    recipe = replace(SMALL, ema=0.9, epochs=150)
    state = start(recipe, split)
    weights, averages = (state.network.views(v)[0].weights[0] for v in (state.theta, state.average))
    weights[:] = 0  # as L2 makes those of a pixel that is never lit, in the end
    assert averages.all()
    for _ in train(state, split):
        pass
    assert not averages.any()


def test_averaging_does_not_change_the_steps_themselves():
    plain, averaged = run(SMALL)[1], run(replace(SMALL, ema=0.99))[1]
    assert np.array_equal(plain.steps["loss"], averaged.steps["loss"])
