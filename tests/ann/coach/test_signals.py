"""Signals: true numbers, the same wherever a training is cut, and no change to the training."""

from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest

from ann.coach.signals import at_start, watched
from ann.events import Epoch, Signals, Step
from ann.history import EARLY, MOST_POINTS, MOST_SIGNALS, History
from ann.losses import cross_entropy
from ann.recipe import Recipe
from ann.running.blank import Blank, blank_state
from ann.running.chunk import Limit, open_split, run_chunk
from ann.running.job import Job
from ann.running.view import Status
from ann.state import Split, start
from ann.train import train
from tests.waiting import wait_until

RECIPES = {
    "default": Recipe(hidden_sizes=(16, 8), epochs=3, batch_size=20),
    "everything": Recipe(
        hidden_sizes=(16, 8), epochs=3, batch_size=20, dropout=0.3, batch_norm=True, l2=1e-3,
        clip_norm=1.0, ema=0.9, optimizer="adamw", max_norm=2.0, schedule="one_cycle",
    ),
    "linear": Recipe(hidden_sizes=(), epochs=3, batch_size=20, optimizer="sgd"),
}  # fmt: skip


@pytest.fixture
def split():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 130)
    x = rng.random((130, 30)) + np.eye(4, 30)[y]
    return Split(x[:110], y[:110], x[110:], y[110:])


def trained(recipe, split, loop):
    state, history = start(recipe, split), History()
    for event in loop(state, split):
        history.add(event)
    return state, history


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_watching_changes_no_bit_of_the_training(recipe, split):
    alone, curves = trained(recipe, split, train)
    seen, watched_curves = trained(recipe, split, watched)
    assert alone.theta.tobytes() == seen.theta.tobytes()
    assert alone.moments.tobytes() == seen.moments.tobytes()
    assert alone.rng.bit_generator.state == seen.rng.bit_generator.state
    assert curves.points == watched_curves.points
    assert not curves.signals and watched_curves.signals


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_signals_do_not_depend_on_where_a_training_is_cut(recipe, split):
    _, whole = trained(recipe, split, watched)
    state, cut, last = start(recipe, split), History(), None
    while not state.reason:
        state = deepcopy(state)
        for last in watched(state, split):
            cut.add(last)
            if isinstance(last, Step):
                break
    assert cut.signals == whole.signals
    assert [s.step for s in cut.signals] == [0, 1, 4, 6, 12, 16, 18]  # 6 steps an epoch


def test_the_numbers_are_those_of_the_step(split):
    recipe = Recipe(hidden_sizes=(16, 8), epochs=1, batch_size=20, optimizer="sgd")
    state, before = start(recipe, split), None
    signals = None
    for event in watched(state, split):
        if isinstance(event, Signals) and event.step == 1:
            signals = event
            moved = np.linalg.norm(state.theta[:480] - before[:480])
            assert event.updates[0] == pytest.approx(moved / np.linalg.norm(before[:480]), rel=1e-3)
            # plain SGD moves by learning_rate · gradient
            assert event.gradients[0] == pytest.approx(moved / recipe.learning_rate, rel=1e-3)
        before = state.theta.copy()
    assert len(signals.gradients) == len(signals.updates) == 3


def test_before_the_first_step_dropout_is_off(split):
    recipe = RECIPES["default"]
    state = start(recipe, split)
    found = at_start(state, split)
    dropped = at_start(start(Recipe(**{**vars(recipe), "dropout": 0.5}), split), split)
    assert found == dropped and found.step == 0 and not found.updates
    layers, scaled = state.network.views(state.theta), state.scaling.apply(split.train_x)
    logits = state.network.forward(layers, scaled).logits
    loss, _ = cross_entropy(logits, split.train_y, 0.0, out=np.empty_like(logits))
    assert found.loss == pytest.approx(loss, rel=0.2)  # on 64 of the 110


def test_units_that_answer_all_samples_alike_are_dead(split):
    zeros = Recipe(hidden_sizes=(16, 8), epochs=2, initializer="zeros")
    _, history = trained(zeros, split, watched)
    assert {s.dead for s in history.signals} == {(1.0, 1.0)}
    assert history.signals[0].gradients[0] == 0
    _, history = trained(RECIPES["default"], split, watched)
    assert max(history.signals[-1].dead) < 0.5


def test_the_highest_loss_outlives_any_averaging():
    history = History()
    n = 4 * MOST_POINTS
    for k in range(1, n):
        loss = 11.6 if k == 700 else 2.5 if k == 1 else 1.0
        history.add(Step(k, k / 100, loss, 0.5, 0.0, 0.1))
    assert history.steps["loss"].max() < 11.6
    assert (history.first_loss, history.highest_loss) == (2.5, 11.6)


def test_long_runs_keep_the_first_signals_and_the_last():
    history, rows = History(), 5 * MOST_SIGNALS
    for k in range(rows):
        history.add(Signals(k, 1.0, (1.0,), (0.1,), ()))
    steps = [s.step for s in history.signals]
    assert len(steps) <= MOST_SIGNALS and steps[:EARLY] == list(range(EARLY))
    assert steps[-1] == rows - 1 and all(a < b for a, b in pairwise(steps))


def test_a_copy_does_not_grow_with_the_original():
    history = History()
    history.add(Signals(0, 1.0, (1.0,), (), ()))
    copied = history.copy()
    history.add(Signals(1, 1.0, (1.0,), (0.1,), ()))
    assert len(copied.signals) == 1


def test_chunks_bring_their_signals(source):
    blank = Blank(Recipe(hidden_sizes=(8,), epochs=2), 4, None)
    chunk = run_chunk(blank, source, Limit(seconds=60.0, epochs=1))
    assert [s.step for s in chunk.signals[:3]] == [0, 1, 4]
    assert isinstance(chunk.epochs[0], Epoch)


def test_a_job_keeps_the_signals_that_its_workers_send(pool, source):
    recipe = Recipe(hidden_sizes=(8,), epochs=2)
    job = Job(pool, blank_state(recipe, 50, 4), source)
    job.resume()
    wait_until(lambda: job.status == Status.FINISHED)
    split = open_split(source)
    state, history = start(recipe, split, 4), History()
    for event in watched(state, split):
        history.add(event)
    assert job.view().history.signals == history.signals
    assert job.view().history.highest_loss == history.highest_loss
