"""Every number of a look is the core's own, and its sums add up."""

from copy import deepcopy

import numpy as np
import pytest

import data
from ann.inside import look as inside
from ann.inside.ledger import ledger
from ann.inside.look import Unit, look, terms
from ann.network import Network
from ann.recipe import Recipe
from ann.state import initial_theta
from tests.ann.inside.networks import random_images, random_recipe, random_run, trained_run

CASES = range(200)


@pytest.mark.parametrize("seed", CASES)
def test_a_look_equals_the_cores_own_forward_pass(seed):
    """A random run, digit and unit: activation, pre-activation, batch norm, probabilities, sum."""
    rng = np.random.default_rng(seed)
    run = random_run(rng, random_recipe(rng))
    x = random_images(rng, 1, run.n_features)[0]
    before = deepcopy(run)
    seen = look(run, x)

    network, layers = run.network, run.network.views(run.theta)
    trace = network.forward(
        layers,
        run.scaling.apply(x[None]),
        statistics=network.statistics_views(run.statistics),
    )
    assert np.array_equal(seen.logits, trace.logits[0])
    assert np.array_equal(seen.probabilities, run.predict_proba(x[None])[0])
    assert seen.answer == seen.target == trace.logits[0].argmax()
    for mine, its in zip(seen.layers, trace.hidden, strict=True):
        assert np.array_equal(mine.inputs, its.x[0]) and np.array_equal(mine.a, its.a[0])
        assert np.array_equal(mine.z, its.buffers.z[0]) and np.array_equal(mine.u, its.u[0])
        assert (mine.norm is None) == (not run.recipe.batch_norm)
        if mine.norm:
            assert np.array_equal(mine.norm.normalized, its.normalized.values[0])
            n = mine.norm
            assert np.allclose((mine.z - n.mean) / n.std, n.normalized, atol=1e-5)
            assert np.allclose(n.gamma * n.normalized + n.beta, mine.u, atol=1e-5)

    layer = int(rng.integers(1, len(network.sizes)))
    unit = Unit(layer, int(rng.integers(network.sizes[layer])))
    found = terms(run, seen, unit)
    column = layers[layer - 1].weights[:, unit.number]
    assert np.array_equal(found.products, seen.inputs(layer) * column)
    assert found.products.sum() + (found.bias or 0) == pytest.approx(found.z, abs=1e-4)
    made = ledger(found.products, found.bias, found.z, 5)
    assert sum(made.shown) + made.rest + (made.bias or 0) == made.z
    assert vars(run).keys() == vars(before).keys()
    assert np.array_equal(run.theta, before.theta)
    assert np.array_equal(run.statistics, before.statistics)


@pytest.mark.parametrize("seed", CASES[:40])
def test_contributions_are_values_times_the_slope_of_the_logit(seed):
    """Against differences in float64: nudge one activation, see what the logit does."""
    rng = np.random.default_rng(seed)
    run = random_run(rng, random_recipe(rng))
    run.theta, run.statistics = run.theta.astype(float), run.statistics.astype(float)
    x = random_images(rng, 1, run.n_features)[0]
    target, against = (int(c) for c in rng.permutation(run.n_classes)[:2])
    against = against if seed % 2 else None
    seen = look(run, x, target, against)

    def goal(h, layer):
        """The logit of the target, less that of `against`, from what leaves hidden `layer`."""
        network = run.network
        rest = Network(network.sizes[layer:], network.activation, network.batch_norm)
        running = network.statistics_views(run.statistics)[layer:]
        layers = network.views(run.theta)[layer:]
        logits = rest.forward(layers, h[None], statistics=running).logits[0]
        return logits[target] - (0 if against is None else logits[against])

    step = 1e-6
    for layer, own in enumerate([seen.pixels, *(one.contributions for one in seen.layers)]):
        h = seen.inputs(layer + 1)
        for i in rng.integers(len(h), size=3):
            up, down = h.copy(), h.copy()
            up[i], down[i] = h[i] + step, h[i] - step
            slope = (goal(up, layer) - goal(down, layer)) / (2 * step)
            assert own[i] == pytest.approx(h[i] * slope, rel=1e-3, abs=1e-5)


def test_contributions_of_the_last_hidden_layer_and_the_bias_make_the_logit():
    rng = np.random.default_rng(5)
    run = random_run(rng, Recipe(hidden_sizes=(8, 6), batch_norm=True))
    seen = look(run, random_images(rng, 1, run.n_features)[0], target=2)
    bias = run.network.views(run.theta)[-1].bias
    assert seen.layers[-1].contributions.sum() + bias[2] == pytest.approx(seen.logits[2], abs=1e-5)
    both = look(run, random_images(rng, 1, run.n_features)[0], target=2, against=0)
    difference = both.logits[2] - both.logits[0]
    total = both.layers[-1].contributions.sum() + bias[2] - bias[0]
    assert total == pytest.approx(difference, abs=1e-5)


@pytest.mark.parametrize(
    "sizes", [(), (1,), (4096,), 20 * (8,), (1, 1), (300, 2)], ids=lambda s: f"{s[:1]}x{len(s)}"
)
@pytest.mark.parametrize("batch_norm", [False, True])
def test_every_shape_of_network_can_be_looked_into(sizes, batch_norm):
    rng = np.random.default_rng(1)
    run = random_run(rng, Recipe(hidden_sizes=sizes, batch_norm=batch_norm), n_features=784)
    seen = look(run, random_images(rng, 1, 784)[0])
    assert [len(one.a) for one in seen.layers] == list(sizes)
    for layer, width in enumerate((*sizes, run.n_classes), start=1):
        unit = Unit(layer, width - 1)
        found = terms(run, seen, unit)
        made = ledger(found.products, found.bias, found.z, 5)
        assert sum(made.shown) + made.rest + (made.bias or 0) == made.z
        assert len(made.shown) + made.n_rest + made.n_zero == len(found.products)
        if layer <= len(sizes):
            onward = inside.sent(run, seen, unit)
            weights = run.network.views(run.theta)[layer].weights
            assert np.array_equal(onward, seen.values(layer)[-1] * weights[-1])


def test_the_start_is_drawn_again_from_the_seed():
    images, labels = data.load().images[:500], data.load().labels[:500]
    recipe = Recipe(hidden_sizes=(16, 8), epochs=1, dropout=0.2, seed=7)
    run = trained_run(recipe, images, labels)
    theta = initial_theta(run.recipe, run.network)
    moved = np.abs(run.theta - theta)[: run.network.n_weights]

    change = inside.weight_change(run, Unit(1, 3))
    assert np.array_equal(change.before, run.network.views(theta)[0].weights[:, 3])
    assert np.array_equal(change.change, change.after - change.before)
    assert 0 < change.share < 2
    most = inside.most_changed(run, 4)
    assert [abs(m.after - m.before) for m in most] == sorted(moved.tolist())[:-5:-1]
    for one in most:
        theirs = inside.weight_change(run, one.unit)
        assert (theirs.before[one.source], theirs.after[one.source]) == (one.before, one.after)
    fresh = trained_run(Recipe(hidden_sizes=(4,), epochs=1, learning_rate=1e-5), images, labels)
    assert np.allclose(inside.weight_change(fresh, Unit(1, 0)).change, 0, atol=1e-3)
    # a pixel that is never lit cannot be learned from: its weights stay as they were drawn
    dark = inside.dark_pixels(images)
    assert dark.any() and not change.change[dark].any()
    assert np.array_equal(dark, images.max(axis=0) == 0)


@pytest.mark.parametrize(
    "unit, message",
    [
        (Unit(0, 0), "layer: 0 is outside 1 to 2"),
        (Unit(3, 0), "layer: 3 is outside 1 to 2"),
        (Unit(1, 5), "unit: 5 is outside 0 to 4 in layer 1"),
        (Unit(2, -1), "unit: -1 is outside 0 to 3 in layer 2"),
    ],
)
def test_a_unit_that_is_not_there_is_refused(unit, message):
    rng = np.random.default_rng(0)
    run = random_run(rng, Recipe(hidden_sizes=(5,)))
    seen = look(run, random_images(rng, 1, run.n_features)[0])
    for ask in (terms, inside.sent):
        with pytest.raises(ValueError, match=message):
            ask(run, seen, unit)
    with pytest.raises(ValueError, match=message):
        inside.weight_change(run, unit)


def test_wrong_shapes_and_classes_are_refused():
    rng = np.random.default_rng(0)
    run = random_run(rng, Recipe(hidden_sizes=(5,)))
    x = random_images(rng, 1, run.n_features)[0]
    with pytest.raises(ValueError, match=r"x: shape \(19,\); needs \(20,\)"):
        look(run, x[1:])
    with pytest.raises(ValueError, match="target: 4 is outside 0 to 3"):
        look(run, x, target=4)
    with pytest.raises(ValueError, match="against: -1 is outside 0 to 3"):
        look(run, x, against=-1)
    with pytest.raises(ValueError, match="layer: 2 is the output layer"):
        inside.sent(run, look(run, x), Unit(2, 0))


def test_a_diverged_network_gives_a_look_that_says_so():
    rng = np.random.default_rng(0)
    run = random_run(rng, Recipe(hidden_sizes=(5,)))
    run.theta[:] = np.nan
    assert not look(run, random_images(rng, 1, run.n_features)[0]).finite
