"""Presets: recipes with a name, to link to and to train."""

import numpy as np
import pytest

from ann.recipes.presets import PRESETS
from ann.recipes.query import from_query, to_query
from ann.state import Split, start
from ann.train import train

FIVE = [
    "numpy-two-layer",
    "deep-and-narrow",
    "keras-classic",
    "pytorch-classic",
    "pytorch-regularized",
]


def test_the_five_projects_are_in_order_with_their_networks():
    assert [name for name in PRESETS if name in FIVE] == FIVE
    sizes = [PRESETS[name].recipe.hidden_sizes for name in FIVE]
    assert sizes == [(10,), (20, 7, 5), (128, 32), (128, 64), (128, 64)]
    assert [PRESETS[name].recipe.scaling for name in FIVE] == ["unit"] * 3 + ["symmetric"] * 2


def test_each_preset_has_a_unique_name_title_and_recipe():
    assert all(name == preset.name for name, preset in PRESETS.items())
    assert len({preset.title for preset in PRESETS.values()}) == len(PRESETS)
    assert len({preset.recipe for preset in PRESETS.values()}) == len(PRESETS)


def test_the_variants_differ_from_the_plain_deep_and_narrow_in_one_field_each():
    plain = PRESETS["deep-and-narrow"].recipe
    variants = [p.recipe.differences(plain) for n, p in PRESETS.items() if n.startswith("deep")]
    assert [list(differences) for differences in variants] == [[], ["batch_norm"], ["l2"]]


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_survives_a_link(name):
    recipe = PRESETS[name].recipe
    assert from_query(to_query(recipe)) == (recipe, [])


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_where_it_comes_from_and_what_to_look_for(name):
    preset = PRESETS[name]
    for text in (preset.source_note, preset.about):
        assert text.endswith(".")
    assert not preset.headline or "%" in preset.headline, "an accuracy, where there is one"
    assert preset.headline or not preset.ours, "our own presets are measured"


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_trains(name):
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (300, 784)).astype(np.uint8), np.arange(300) % 10
    split = Split(x[:280], y[:280], x[280:], y[280:])
    events = train(start(PRESETS[name].recipe, split), split)
    assert np.isfinite(next(events).loss)
