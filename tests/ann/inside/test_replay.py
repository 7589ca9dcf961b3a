"""A run that is trained again: its frames, and the network that it ends with."""

from dataclasses import replace

import numpy as np
import pytest

from ann.batches import steps_per_epoch
from ann.events import Epoch, Finished, Step
from ann.history import MOST_CHANGES, History
from ann.inside import frames
from ann.inside.frames import Frame
from ann.inside.look import Unit, weight_change
from ann.inside.replay import Plan, again, frame_steps
from ann.measure import measure
from ann.recipe import Recipe
from ann.run import Run
from ann.running.more_epochs import more_epochs, obstacle
from ann.state import Split, start
from ann.train import train

BASE = Recipe(hidden_sizes=(12, 8), epochs=4, batch_size=16, seed=3)
RECIPES = {
    "plain": BASE,
    "batch_norm": replace(BASE, batch_norm=True, optimizer="sgd", learning_rate=0.05),
    "dropout": replace(BASE, dropout=0.3, optimizer="momentum", learning_rate=0.01, l2=1e-3),
    "ema": replace(BASE, ema=0.9, batch_norm=True, l1=1e-4, clip_norm=1.0),
    "augment": replace(BASE, augment_shift=1.0, augment_rotation=10.0, optimizer="rmsprop"),
    "patience": replace(BASE, patience=1, learning_rate=0.1, epochs=30, schedule="plateau"),
    "patience_ema": replace(BASE, patience=2, learning_rate=0.1, epochs=30, ema=0.9, dropout=0.2),
    "cosine": replace(BASE, schedule="cosine", optimizer="adamw", max_norm=1.0),
    "diverges": replace(BASE, optimizer="momentum", learning_rate=10.0, activation="identity"),
}


@pytest.fixture(scope="module")
def split():
    rng = np.random.default_rng(0)
    y = np.arange(300) % 4
    x = (rng.integers(0, 120, (300, 49)) + 30 * y[:, None]).astype(np.uint8)
    return Split(x[:230], y[:230], x[230:], y[230:])


def record(state, split, history, until=lambda state: False):
    """Train until this holds."""
    for event in train(state, split):
        history.add(event)
        if until(state):
            return


def trained(recipe, split, until=lambda state: False):
    """A run and the theta that was judged after each of its steps."""
    state, history, seen = start(recipe, split), History(), {}

    def look(state):
        if not state.reason:
            seen[state.step] = state.judged[0].copy()
        return until(state)

    look(state)
    record(state, split, history, look)
    return Run.of(state, history), seen


def frames_of(run, split, stops=None, state=None, **options):
    plan = Plan.of(run)
    stops = frame_steps(plan, [], 99) if stops is None else stops
    events = list(again(state or start(plan.recipe, split), split, plan, stops, **options))
    assert isinstance(events[-1], Finished)
    return [event for event in events if isinstance(event, Frame)]


@pytest.mark.parametrize("name", RECIPES)
def test_the_last_frame_is_the_network_that_was_kept_and_the_others_are_on_its_way(split, name):
    run, seen = trained(RECIPES[name], split)
    shown = frames_of(run, split)
    assert frames.equals(shown[-1], run)
    assert (run.reason == "diverged") == (name == "diverges")
    for frame in shown[:-1]:
        if frame.step in seen and frame.step < run.step:
            assert np.array_equal(frame.state.judged[0], seen[frame.step], equal_nan=True)
    steps = [frame.step for frame in shown]
    assert steps[:4] == [0, 1, 2, 4][: len(steps)] or run.step < 4
    assert steps == sorted(steps) and steps[-1] == run.step


@pytest.mark.parametrize("name", ["batch_norm", "ema", "patience"])
def test_a_frame_is_measured_as_its_state_is(split, name):
    run, _ = trained(RECIPES[name], split)
    for frame in frames_of(run, split):
        found = measure(frame.state, split.validation_x, split.validation_y)
        again = frames.run_of(frame, run).predict_proba(split.validation_x)
        assert np.array_equal(again, found.probabilities)
        assert (frame.loss, frame.accuracy) == (found.loss, found.accuracy)
        assert np.trace(frame.confusion) == round(frame.accuracy * len(split.validation_y))


def test_without_validation_digits_a_frame_is_measured_on_the_training_digits(split):
    bare = Split(split.train_x, split.train_y, split.train_x[:0], split.train_y[:0])
    run, _ = trained(BASE, bare)
    assert frames_of(run, bare)[-1].confusion.sum() == len(bare.train_y)


def test_restored_weights_come_after_those_of_the_last_step(split):
    run, _ = trained(RECIPES["patience"], split)
    assert run.reason == "early_stopping" and run.history.best_epoch < run.epoch
    *_, last, kept = frames_of(run, split)
    assert last.step == kept.step == run.step
    assert not frames.equals(last, run) and frames.equals(kept, run)


@pytest.mark.parametrize("steps", [0, 1, 14, 15, 16, 17, 30, 37])
def test_a_run_that_was_stopped_or_still_trains_ends_where_it_stands(split, steps):
    """An epoch has 15 steps; a run may stand just before or just after the end of one."""
    for kind in (Step, Epoch):
        state, history = start(BASE, split), History()
        for event in train(state, split):
            history.add(event)
            if state.step >= steps and (isinstance(event, kind) or steps % 15):
                break
        run = Run.of(state, history)
        shown = frames_of(run, split)
        assert (shown[-1].step, shown[-1].state.epoch) == (run.step, run.epoch)
        assert frames.equals(shown[-1], run)


def test_settings_that_were_changed_midway_are_changed_again(split):
    state, history = start(BASE, split), History()
    changes = [(7, "learning_rate", 0.01), (15, "batch_size", 8), (15, "dropout", 0.5)]
    changes += [(40, "dropout", 0.0), (41, "l2", 1e-3), (41, "learning_rate", 1e-3)]
    for step, name, value in changes:
        if state.step < step:
            record(state, split, history, lambda now, step=step: now.step >= step)
        old = getattr(state.recipe, name)
        history.add_change(step, state.epochs_done(230), name, old, value)
        state.recipe = replace(state.recipe, **{name: value})
    record(state, split, history)
    run = Run.of(state, history)
    assert Plan.of(run).recipe == BASE
    assert frames.equals(frames_of(run, split)[-1], run)
    without = replace(run, history=History())
    assert not frames.equals(frames_of(without, split)[-1], run), "the changes make a difference"


@pytest.mark.parametrize("name", ["plain", "cosine", "ema", "patience_ema"])
def test_an_extended_run_is_extended_again(split, name):
    recipe = replace(RECIPES[name], epochs=3, patience=9 if RECIPES[name].patience else 0)
    state, history = start(recipe, split), History()
    record(state, split, history)
    for _ in range(2):
        old, state = state.recipe, more_epochs(state, 2)
        if obstacle(old):
            epoch = state.epochs_done(230)
            history.add_change(state.step, epoch, "epochs", old.epochs, state.recipe.epochs)
        record(state, split, history)
    run = Run.of(state, history)
    assert run.epoch == 7 and frames.equals(frames_of(run, split)[-1], run)


@pytest.mark.parametrize("name", RECIPES)
def test_it_may_begin_anywhere_with_a_whole_state(split, name):
    run, _ = trained(RECIPES[name], split)
    stops = sorted({0, min(13, run.step), min(15, run.step), min(29, run.step)})
    for frame in frames_of(run, split, stops, whole=True):
        assert frames.equals(frames_of(run, split, [run.step], frame.state)[-1], run)
        if frame.state.reason:
            break  # the end: nothing is left to train


def test_whole_states_are_those_of_the_training(split):
    recipe = RECIPES["ema"]
    run, _ = trained(recipe, split)
    (found,) = frames_of(run, split, [20], whole=True)
    state = start(recipe, split)
    record(state, split, History(), lambda state: state.step == 20)
    for field in ("theta", "moments", "statistics", "average", "best_theta", "average_statistics"):
        assert np.array_equal(getattr(found.state, field), getattr(state, field)), field
    assert found.state.rng.bit_generator.state == state.rng.bit_generator.state


def test_a_frame_at_the_end_of_an_epoch_belongs_to_the_next_one(split):
    run, _ = trained(BASE, split)
    assert steps_per_epoch(BASE, 230) == 15
    (found,) = frames_of(run, split, [15], whole=True)
    assert (found.state.epoch, found.state.position, found.epoch) == (1, 0, 1.0)


@pytest.mark.parametrize("name", ["batch_norm", "ema"])
def test_the_frames_see_a_sample_and_move_their_weights_as_their_runs_do(split, name):
    run, seen = trained(RECIPES[name], split)
    shown = frames_of(run, split)
    x = split.validation_x[:3]
    p = frames.probabilities(shown, x)
    assert p.shape == (len(shown), 3, 4)
    for frame, found in zip(shown, p, strict=True):
        assert np.array_equal(found, frames.run_of(frame, run).predict_proba(x))
    moved = frames.movement(shown, np.array([7, 2]))
    assert moved.shape == (len(shown), 2, 49) and not moved[0].any()
    for frame, change in zip(shown, moved, strict=True):
        theta = seen.get(frame.step, frame.state.judged[0])
        for k, unit in enumerate((7, 2)):
            own = weight_change(replace(run, theta=theta), Unit(1, unit)).change
            assert np.array_equal(change[k], own)
    order = frames.most_moved(shown, 5)
    lengths = np.linalg.norm(frames.movement(shown, np.arange(12))[-1], axis=1)
    assert order.tolist() == np.argsort(-lengths, kind="stable")[:5].tolist()


@pytest.mark.parametrize("last", [15, 16, None])
@pytest.mark.parametrize("name", ["plain", "batch_norm", "patience"])
def test_it_may_be_left_and_taken_up_after_any_event(split, name, last):
    """As chunks do, which may end after the last step of an epoch, before the epoch is closed."""
    run, _ = trained(RECIPES[name], split)
    plan, stops = Plan.of(run), (0, 1, 2, 8, 15, 16, 30, 45, run.step)
    stops = stops[: stops.index(last or run.step) + 1]
    unbroken = frames_of(run, split, stops, whole=True)
    state, found = start(plan.recipe, split), []
    while ahead := [step for step in stops if not found or step > found[-1].step]:
        for event in again(state, split, plan, ahead, whole=True):
            found += [event] if isinstance(event, Frame) else []
            if not state.reason:
                break
    assert [(f.step, f.epoch) for f in found] == [(f.step, f.epoch) for f in unbroken]
    for one, other in zip(found, unbroken, strict=True):
        assert np.array_equal(one.state.moments, other.state.moments)
        assert (one.state.position, one.state.epoch) == (other.state.position, other.state.epoch)
    assert last or frames.equals(found[-1], run)


def test_another_result_is_noticed(split):
    run, _ = trained(BASE, split)
    assert not frames.equals(frames_of(replace(run, recipe=replace(BASE, seed=4)), split)[-1], run)
    run.theta[0] = np.nextafter(run.theta[0], np.float32(9))
    assert not frames.equals(frames_of(run, split)[-1], run)


def test_a_run_that_says_more_than_happened_comes_to_an_end(split):
    """A forged file may say anything."""
    run, _ = trained(BASE, split)
    for forged in (
        replace(run, step=10**9),
        replace(run, step=3),
        replace(run, epoch=10**6, reason=""),
        replace(run, reason="early_stopping"),
        replace(run, reason="diverged", step=20),
    ):
        assert frames_of(forged, split)[-1].step <= 61


@pytest.mark.parametrize(
    "change",
    [
        (5, 0.1, "seed", 1, 2),
        (5, 0.1, "learning_rate", 1e-3, "fast"),
        (5, 0.1, "batch_size", [], 16),
        (10**9, 0.1, "dropout", 0.0, 0.1),
        (-1, 0.1, "dropout", 0.0, 0.1),
        (5, 0.1, "epochs", None, 9),
        (5, 0.1, "epochs", 10**30, 9),
    ],
)
def test_damaged_changes_are_refused(split, change):
    run, _ = trained(BASE, split)
    run.history.changes = [change]
    with pytest.raises(ValueError, match="damaged"):
        Plan.of(run)


def test_too_many_changes_are_refused_because_earlier_ones_may_be_missing(split):
    run, _ = trained(BASE, split)
    for _ in range(MOST_CHANGES):
        run.history.add_change(5, 0.1, "dropout", 0.0, 0.0)
    with pytest.raises(ValueError, match="300 times"):
        Plan.of(run)


@pytest.mark.parametrize("most", [2, 3, 5, 12, 13, 20, 50, 99])
@pytest.mark.parametrize("last", [0, 1, 3, 511, 512, 513, 9_000])
def test_frames_are_no_more_than_there_is_room_for(most, last):
    plan = Plan(BASE, (), last, 3, "")
    steps = frame_steps(plan, range(100, 9_001, 100), most)
    assert len(steps) <= most and steps[-1] == last and steps[0] == 0
    assert list(steps) == sorted(set(steps))


def test_the_history_of_an_earlier_step_knows_nothing_of_later_ones(split):
    run, _ = trained(BASE, split)
    run.history.add_change(31, 2.1, "dropout", 0.0, 0.1)
    known = frames.history_until(run.history, 30)
    assert known.steps["step"].max() == 30 and known.epochs["step"].tolist() == [15, 30]
    assert known.confusion is None and not known.changes
    assert run.history.steps["step"].max() == 60 and run.history.confusion is not None
    end = frames.history_until(run.history, 60)
    assert np.array_equal(end.confusion, run.history.confusion)
