"""The lines that run are those of the files, and their numbers are those of the step."""

import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ann import layers, optimizers
from ann.inside.lines import WeightLines
from ann.inside.step import one_step
from ann.inside.watch import ROOT, watch
from ann.inside.weight_step import weight_step
from ann.recipe import Recipe
from tests.ann.inside.trainings import SPLIT, random_recipe, trained

EACH = pytest.mark.parametrize


def last(watched, name) -> float:
    """The number at the end."""
    return watched.lines[watched.last(name)].changed[name]


def by_name(found) -> dict:
    return {watched.name: watched for watched in found}


def same(a, b) -> bool:
    return np.float32(a) == np.float32(b)


@EACH("seed", range(40))
def test_every_number_is_the_steps_own_and_every_source_is_the_files(seed):
    rng = np.random.default_rng(seed)
    one = one_step(trained(random_recipe(seed), steps=seed), SPLIT)
    row, recipe = int(rng.integers(one.n)), one.recipe
    layer, i, j = one.largest(row)
    lines, seen = WeightLines(one, row, layer, i, j), one.layers[layer - 1]
    forward = by_name(lines.forward())
    assert same(last(forward["affine"], "out"), seen.z[row, j])
    if seen.u is not None:
        value = next(w for n, w in forward.items() if n.startswith("_"))
        assert same(last(value, "out"), seen.a[row, j])
    if seen.normalized:
        assert same(last(forward["normalize"], "out"), seen.normalized.values[row, j])
    if seen.mask is not None:
        assert same(last(forward["draw_mask"], "out"), seen.mask[row, j])
    loss = by_name(lines.loss(chosen=2))
    assert same(last(loss["cross_entropy"], "out"), one.layers[-1].delta[row, 2])
    assert same(last(loss["softmax"], "shifted"), one.probabilities[row, 2])
    backward = by_name(lines.backward())
    delta = backward["Network.backward"]
    if layer < len(one.layers):
        assert same(last(delta, "delta"), seen.delta[row, j])
    if seen.normalized:
        assert same(last(backward["normalize_backward"], "delta"), seen.delta[row, j])
    gradient = by_name(lines.gradient())
    p = lines.position
    assert same(last(gradient["affine_backward"], "weights_gradient"), one.loss_gradient[p])
    if (recipe.l1 or recipe.l2) and one.penalized[p] != one.loss_gradient[p]:
        assert same(last(gradient["add_penalty_gradient"], "gradient"), one.penalized[p])
    if recipe.clip_norm and one.penalized[p] != one.gradient[p]:
        assert same(last(gradient["clip_norm"], "gradient"), one.gradient[p])
    update = by_name(lines.update())
    if one.moved[p] != one.before.theta[p]:
        assert same(last(update["update"], "theta"), one.moved[p])
    found = weight_step(one, row, layer, i, j)
    rule = update[optimizers.OPTIMIZERS[recipe.optimizer].rule.__name__]
    step = next(term.value for term in found.numbers if term.name == "step")
    assert last(rule, "g") == step
    for name, old, new in found.memory:
        assert old == new or last(rule, name) == new
    if recipe.ema and found.average[0] != found.average[1]:
        assert last(update["average_weights"], "average") == found.average[1]
    for watched in [*forward.values(), *backward.values(), *gradient.values(), *update.values()]:
        text = (ROOT / watched.file).read_text(encoding="utf-8").splitlines(keepends=True)
        n = watched.source.count("\n")
        assert "".join(text[watched.first - 1 : watched.first - 1 + n]) == watched.source
        assert all(watched.first < line.number < watched.first + n for line in watched.lines)


def test_only_what_is_switched_on_is_shown():
    plain = one_step(trained(Recipe(hidden_sizes=(5,)), steps=1), SPLIT)
    lines = WeightLines(plain, 0, *plain.largest(0))
    assert [w.name for w in lines.gradient()] == ["affine_backward", "sum_columns"]
    assert [w.name for w in lines.update()] == ["adam", "update"]
    recipe = replace(
        plain.recipe, optimizer="adamw", l2=0.1, clip_norm=0.1, max_norm=0.1, ema=0.9, dropout=0.2
    )
    one = one_step(trained(replace(recipe, batch_norm=True), steps=1), SPLIT)
    lines = WeightLines(one, 0, 1, 3, 2)
    names = ["adam", "decay_weights", "limit_norm", "update", "average_weights"]
    assert [w.name for w in lines.update()] == names
    assert [w.name for w in lines.gradient()] == [
        "affine_backward", "add_penalty_gradient", "clip_norm",
    ]  # fmt: skip
    assert [w.name for w in lines.forward()] == ["affine", "normalize", "_relu", "draw_mask"]


def test_nothing_of_the_step_changes():
    recipe = Recipe(hidden_sizes=(6, 5), batch_norm=True, dropout=0.2, l2=0.1, max_norm=0.2)
    one = one_step(trained(replace(recipe, ema=0.9, clip_norm=0.1), steps=3), SPLIT)
    lines = WeightLines(one, 1, 1, 3, 2)

    def bytes_of() -> bytes:
        arrays = [one.loss_gradient, one.penalized, one.gradient, one.moved, one.y]
        for state in (one.before, one.after):
            arrays += [state.theta, state.moments, state.average, state.statistics]
        for layer in one.layers:
            arrays += [a for a in (layer.x, layer.z, layer.u, layer.a, layer.mask, layer.delta)
                       if a is not None]  # fmt: skip
            arrays += layer.normalized or ()
        return b"".join(a.tobytes() for a in arrays)

    before, rng = bytes_of(), str(one.before.rng.bit_generator.state)
    for found in (lines.forward, lambda: lines.loss(1), lines.backward, lines.gradient,
                  lines.update):  # fmt: skip
        found()
    assert bytes_of() == before and str(one.before.rng.bit_generator.state) == rng


def test_branches_not_taken_are_not_among_the_lines():
    out = np.full((2, 3), np.nan)
    found = watch(layers.affine, np.ones((2, 4)), np.ones((4, 3)), None, out, at={"out": (1, 2)})
    ran = [found.source.splitlines()[line.number - found.first].strip() for line in found.lines]
    assert "out += bias" not in ran and ran[-1] == "return out"
    assert last(found, "out") == 4 and found.lines[0].changed == {"out": 4}
    assert found.last("bias") == -1


def test_a_debugger_or_another_thread_is_not_disturbed():
    seen = []

    def mine(frame, event, _):
        seen.append(event)

    before = sys.gettrace()
    sys.settrace(mine)
    try:
        watch(layers.sum_columns, np.ones((2, 2)), at={})
        assert sys.gettrace() is mine
    finally:
        sys.settrace(before)
    other = []
    thread = threading.Thread(target=lambda: other.append(sys.gettrace()))
    thread.start()
    thread.join()
    assert other == [None]


def test_an_error_in_the_function_passes_through_and_tracing_ends():
    before = sys.gettrace()
    with pytest.raises(ValueError):
        watch(layers.affine, np.ones((2, 4)), np.ones((3, 3)), None, np.ones((2, 3)), at={})
    assert sys.gettrace() is before


def test_the_path_is_that_from_the_projects_root():
    found = watch(optimizers.blocks, 5, at={})
    assert found.file == "ann/optimizers.py" and Path(ROOT, found.file).exists()
