"""What a unit does over many digits, and what the answers are without it."""

from copy import deepcopy

import numpy as np
import pytest

from ann.inside import units
from ann.inside.look import Unit, look
from ann.inside.units import Edit
from ann.layers import EPSILON
from ann.recipe import Recipe
from tests.ann.inside.networks import random_images, random_recipe, random_run

RNG = np.random.default_rng(0)
IMAGES = random_images(RNG, 300, 20)
LABELS = RNG.integers(0, 4, 300)


def make(**settings):
    return random_run(np.random.default_rng(2), Recipe(**settings))


@pytest.mark.parametrize("seed", range(20))
def test_activations_are_those_of_a_look_at_each_image(seed):
    rng = np.random.default_rng(seed)
    run = random_run(rng, random_recipe(rng))
    for layer in range(1, len(run.network.sizes)):
        many = units.activations(run, IMAGES, layer)
        for i in (0, 249, 250, 299):
            assert np.allclose(many[i], look(run, IMAGES[i]).values(layer), atol=1e-4)


def test_a_summary_counts_classes_zeros_and_the_most_exciting():
    run = make(hidden_sizes=(6,))
    values = units.activations(run, IMAGES, 1)
    for number in range(6):
        found = units.summarize_unit(run, values, LABELS, Unit(1, number))
        own = values[:, number]
        assert found.silent == np.mean(own == 0) and found.silence == "0"
        for c in range(4):
            assert abs(found.class_means[c] - own[c == LABELS].mean()) < 1e-6
        best = np.sort(own)[::-1][:9]
        assert np.array_equal(own[found.exciting], best[best > own.min()])


def test_nothing_excites_a_dead_unit():
    run = make(hidden_sizes=(6,))
    run.network.views(run.theta)[0].bias[2] = -1e6
    values = units.activations(run, IMAGES, 1)
    found = units.summarize_unit(run, values, LABELS, Unit(1, 2))
    assert found.silent == 1.0 and len(found.exciting) == 0


@pytest.mark.parametrize("activation", sorted(units.SILENCES))
def test_silence_is_counted_for_every_activation(activation):
    run = make(hidden_sizes=(6,), activation=activation)
    values = units.activations(run, IMAGES, 1)
    found = units.summarize_unit(run, values, LABELS, Unit(1, 0))
    own = values[:, 0]
    expected = {
        "sigmoid": (own <= 0.05) | (own >= 0.95),
        "tanh": (own <= -0.9) | (own >= 0.9),
    }.get(activation, own <= 0)
    assert found.silent == expected.mean()


def test_an_output_unit_is_summarized_by_its_logits():
    run = make(hidden_sizes=(6,))
    values = units.activations(run, IMAGES, 2)
    found = units.summarize_unit(run, values, LABELS, Unit(2, 1))
    assert found.silent == np.mean(run.predict_proba(IMAGES).argmax(axis=1) != 1)
    assert found.exciting[0] == values[:, 1].argmax()


def test_a_class_without_samples_has_no_mean():
    run = make(hidden_sizes=(6,))
    values = units.activations(run, IMAGES[:5], 1)
    found = units.summarize_unit(run, values, np.zeros(5, int), Unit(1, 0))
    assert np.isfinite(found.class_means[0]) and np.isnan(found.class_means[1:]).all()


def by_the_book(run, images, layer, change):
    """The answers, written out, with `change` applied to the activations' inputs of one layer."""
    network, x = run.network, run.scaling.apply(images).astype(float)
    running = network.statistics_views(run.statistics)
    *hidden, last = network.views(run.theta)
    for i, one in enumerate(hidden):
        z = x @ one.weights if one.bias is None else x @ one.weights + one.bias
        z = change(z, "z") if i == layer - 1 else z
        if one.norm:
            mean, variance = running[i]
            z = one.norm.gamma * (z - mean) / np.sqrt(variance + EPSILON) + one.norm.beta
        z = change(z, "u") if i == layer - 1 else z
        x = np.maximum(z, 0)
        x = change(x, "a") if i == layer - 1 else x
    return x @ last.weights + last.bias


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("kind, where", [("off", "a"), ("shift", "u"), ("scale", "z")])
def test_an_edit_does_to_the_network_what_it_says(batch_norm, layer, kind, where):
    run = make(hidden_sizes=(6, 5), batch_norm=batch_norm)
    before, chosen = deepcopy(run), [1, 3]
    bias = run.network.views(run.theta)[layer - 1].bias
    off, amount = (0.0 if bias is None else bias[chosen]), 1.7

    def change(values, at):
        values = values.copy()
        if at == where:
            old = values[:, chosen]
            values[:, chosen] = {
                "off": 0 * old,
                "shift": old + amount,
                "scale": (old - off) * amount + off,
            }[kind]
        return values

    after = units.edited(run, [Edit(kind, layer, (1, 3), amount)])
    expected = by_the_book(run, IMAGES, layer, change)
    probabilities = np.exp(expected - expected.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    assert np.allclose(after.predict_proba(IMAGES), probabilities, atol=1e-4)
    assert not np.allclose(run.predict_proba(IMAGES), probabilities, atol=1e-4)
    assert np.array_equal(run.theta, before.theta)
    assert np.array_equal(run.statistics, before.statistics)
    assert not np.shares_memory(after.theta, run.theta)


def test_edits_add_up_and_none_changes_nothing():
    run = make(hidden_sizes=(6,))
    assert np.array_equal(units.edited(run, []).theta, run.theta)
    both = units.edited(run, [Edit("shift", 1, (0,), 0.5), Edit("shift", 1, (0,), 0.25)])
    once = units.edited(run, [Edit("shift", 1, (0,), 0.75)])
    assert np.allclose(both.theta, once.theta)


def test_the_effect_names_the_images_lost_and_won():
    run = make(hidden_sizes=(6,))
    after = units.edited(run, [Edit("off", 1, (0, 1, 2))])
    found = units.effect(run, after, IMAGES, LABELS)
    was, now = (r.predict_proba(IMAGES).argmax(axis=1) for r in (run, after))
    assert found.lost.tolist() == [i for i in range(300) if was[i] == LABELS[i] != now[i]]
    assert found.won.tolist() == [i for i in range(300) if was[i] != LABELS[i] == now[i]]
    assert found.changed.tolist() == [i for i in range(300) if was[i] != now[i]]
    assert len(found.lost) and len(found.won)
    same = units.effect(run, units.edited(run, []), IMAGES, LABELS)
    assert not len(same.changed)


def test_all_but_some_units_of_a_layer_are_switched_off():
    run = make(hidden_sizes=(6, 5))
    edit = units.all_but(run, 1, np.array([4, 0]))
    assert edit == Edit("off", 1, (1, 2, 3, 5))
    leaving = run.network.views(units.edited(run, [edit]).theta)[1].weights
    assert not leaving[[1, 2, 3, 5]].any() and leaving[[0, 4]].all()


def test_the_rank_starts_with_the_unit_that_weighs_most():
    run = make(hidden_sizes=(6,))
    values = units.activations(run, IMAGES, 1)
    order = units.rank(run, values, 1)
    assert sorted(order.tolist()) == list(range(6))
    weights = run.network.views(run.theta)[1].weights
    sizes = [np.abs(values[:, i]).mean() * np.sqrt((weights[i] ** 2).sum()) for i in range(6)]
    assert order.tolist() == sorted(range(6), key=lambda i: -sizes[i])


@pytest.mark.parametrize(
    "edit, message",
    [
        (Edit("off", 2, (0,)), "layer: 2 is not a hidden layer; allowed are 1 to 1"),
        (Edit("off", 1, (6,)), "unit: 6 is outside 0 to 5 in layer 1"),
        (Edit("shift", 3, (0,), 1.0), "layer: 3 is outside 1 to 2"),
        (Edit("turn", 1, (0,)), "kind: 'turn' is none of off, shift, scale"),
    ],
)
def test_an_edit_that_cannot_be_made_is_refused(edit, message):
    with pytest.raises(ValueError, match=message):
        units.edited(make(hidden_sizes=(6,)), [edit])


def test_without_a_hidden_layer_there_is_nothing_to_switch_off():
    run = make(hidden_sizes=())
    with pytest.raises(ValueError, match="layer: 1 is not a hidden layer; there is none"):
        units.edited(run, [Edit("off", 1, (0,))])
    shifted = units.edited(run, [Edit("shift", 1, (2,), 100.0)])
    assert (shifted.predict_proba(IMAGES).argmax(axis=1) == 2).all()
