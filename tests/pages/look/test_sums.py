"""What Look sends to the browser: every number is the core's, and the shown sums add up."""

import json
import re

import numpy as np
import pytest

from ann.inside import look as inside
from ann.inside.look import Unit, look, terms, weight_change
from ann.recipe import Recipe
from pages.look import mosaics, sums
from pages.look.mosaics import CONTRIBUTION, INDEX
from pages.look.names import Names
from pages.ui.inside.numbers import three
from tests.ann.inside.networks import random_images, random_recipe, random_run

CLASSES = ["cat", "<b>dog</b>", "bird", "fish"]


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def names_of(run):
    return Names(CLASSES, None, len(run.network.sizes) - 1)


def look_at(seed=0, n_features=20, **settings):
    rng = np.random.default_rng(seed)
    recipe = Recipe(**settings) if settings else random_recipe(rng)
    run = random_run(rng, recipe, n_features=n_features)
    x = random_images(rng, 1, run.n_features)[0]
    return rng, run, look(run, x, against=None)


def total(rows):
    """(sum of all rows above the last one, the last one), in units of the last shown digit."""
    texts = [row["cells"][-1] for row in rows if row["cells"][-1]]
    decimals = len(texts[-1].partition(".")[2])
    *parts, last = (round(number(text) * 10**decimals) for text in texts)
    return sum(parts), last


@pytest.mark.parametrize("seed", range(60))
def test_the_shown_rows_of_a_unit_add_up_to_the_last_digit(seed):
    rng, run, seen = look_at(seed)
    layer = int(rng.integers(1, len(run.network.sizes)))
    unit = Unit(layer, int(rng.integers(run.network.sizes[layer])))
    made = sums.unit_sum(run, seen, unit, names_of(run), 5, weight_change(run, unit))
    parts, z = total(made["rows"])
    assert parts == z
    found = terms(run, seen, unit)
    assert number(made["rows"][-1]["cells"][-1]) == pytest.approx(found.z, rel=6e-3, abs=6e-3)
    for row in made["rows"]:
        if "unit" in row:
            source = int(row["unit"].partition("-")[2])
            _, value, weight, _ = row["cells"]
            assert value == three(float(found.inputs[source]))
            assert weight == three(float(found.weights[source]))
    assert [line["unit"] for line in made["lines"]] == [
        row["unit"] for row in made["rows"] if "unit" in row
    ]
    hovered = made["terms"]
    assert hovered["layer"] == layer - 1 and len(hovered["products"]) == len(found.products)
    json.dumps(made)


@pytest.mark.parametrize("seed", range(30))
def test_the_reasons_for_an_answer_add_up_to_its_logit_or_the_difference(seed):
    rng, run, seen = look_at(seed)
    target, against = (int(c) for c in rng.permutation(4)[:2])
    against = against if seed % 2 else None
    seen = look(run, random_images(rng, 1, run.n_features)[0], target, against)
    made = sums.why(run, seen, names_of(run), 5)
    parts, logit = total(made["rows"])
    assert parts == logit
    expected = seen.logits[target] - (0 if against is None else seen.logits[against])
    shown = number(made["rows"][-1]["cells"][-1])
    assert shown == pytest.approx(float(expected), rel=6e-3, abs=6e-3)
    assert CLASSES[target] in made["title"]
    assert against is None or CLASSES[against] in made["title"]


def test_what_a_unit_passes_on_is_its_activation_times_each_weight():
    _, run, seen = look_at(hidden_sizes=(6, 5))
    unit = Unit(1, int(seen.layers[0].a.argmax()))
    made = sums.passes(run, seen, unit, names_of(run), 3)
    products = inside.sent(run, seen, unit)
    for row in made["rows"]:
        target = int(row["unit"].partition("-")[2])
        assert number(row["cells"][-1]) == pytest.approx(float(products[target]), rel=6e-3)
    assert len(made["lines"]) == 3
    assert sums.passes(run, seen, Unit(3, 0), names_of(run), 3) is None


def test_a_unit_that_is_0_passes_nothing_on():
    _, run, seen = look_at(hidden_sizes=(6, 5))
    silent = Unit(1, int(np.flatnonzero(seen.layers[0].a == 0)[0]))
    made = sums.passes(run, seen, silent, names_of(run), 3)
    assert made["rows"] == [] and "its activation is 0" in made["intro"]


def test_batch_norm_continues_the_card_from_z_to_the_activation():
    _, run, seen = look_at(hidden_sizes=(6,), batch_norm=True)
    made = sums.unit_sum(run, seen, Unit(1, 2), names_of(run), 5, weight_change(run, Unit(1, 2)))
    norm, scaled, activated = made["after"]
    one = seen.layers[0]
    assert norm.endswith(f"= {three(float(one.norm.normalized[2]))}")
    assert f"{three(float(one.norm.std[2]))}" in norm
    product, sign, beta, u = re.search(r"= (\S+) ([+−]) (\S+) = (\S+)$", scaled).groups()
    unit = 10 ** len(u.partition(".")[2])
    parts = number(product) + number(f"{sign}{beta}")
    assert round(unit * parts) == round(unit * number(u))
    assert activated == f"a = ReLU({u}) = {three(float(one.a[2]))}"
    assert any("no bias" in row["cells"][0] for row in made["rows"])


@pytest.mark.parametrize("width", [1, 10, 64, 128, 256, 257, 4096])
@pytest.mark.parametrize("order", [INDEX, CONTRIBUTION])
def test_a_mosaic_shows_every_unit_or_the_256_that_contribute_most(width, order):
    _, run, seen = look_at(hidden_sizes=(width,))
    one = seen.layers[0]
    chosen = Unit(1, int(abs(one.contributions).argmin()))
    made = mosaics.mosaic(run, seen, 1, order, chosen)
    units = made["units"]
    assert len(units) == len(set(units)) == min(width, 256) and chosen.number in units
    assert made["columns"] <= 16
    rest = sorted(set(range(width)) - set(units))
    if rest:
        strongest = abs(one.contributions[units])
        assert np.sort(strongest)[1] >= abs(one.contributions[rest]).max()
        together = made["more"].rpartition(" ")[2]
        assert made["more"].startswith(f"{width - 256:,} more: their sum ")
        assert number(together) == pytest.approx(one.contributions[rest].sum(), rel=1e-2, abs=1e-4)
    else:
        assert made["more"] == ""
    if order == INDEX:
        assert units == sorted(units)
    else:
        assert (np.diff(one.contributions[units]) <= 0).all()
    for unit, activation, contribution in zip(
        units, made["activations"], made["contributions"], strict=True
    ):
        assert activation == three(float(one.a[unit]))
        assert number(contribution) == pytest.approx(float(one.contributions[unit]), rel=6e-3)
    assert max(made["grays"]) <= 255 and min(made["grays"]) >= 0
    brightest = units[int(np.argmax(made["grays"]))]
    assert one.a[brightest] == one.a[units].max()


def test_the_output_says_which_class_is_true_and_which_was_answered():
    _, _, seen = look_at(hidden_sizes=(6,))
    label = (seen.answer + 1) % 4
    rows = mosaics.output(seen, CLASSES, label)["rows"]
    assert rows[label]["mark"] == "true" and rows[seen.answer]["mark"] == "wrong"
    assert [row["width"] for row in rows] == [round(100 * float(p), 1) for p in seen.probabilities]
    assert mosaics.output(seen, CLASSES, seen.answer)["rows"][seen.answer]["mark"] == "true"
    assert mosaics.output(seen, CLASSES, None)["rows"][seen.answer]["mark"] == "answer"
