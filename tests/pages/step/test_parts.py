"""The parts of the page One step: sums, the chain, the charts, the source, the bound on work."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import plotly.graph_objects as go
import pytest

from ann.inside.gradient_check import gradient_check, loss_along_weight
from ann.inside.lines import WeightLines
from ann.inside.step import Batch, one_step
from ann.inside.weight_step import Term, weight_step
from ann.network import Network
from ann.optimizers import OPTIMIZERS
from ann.recipe import Recipe
from pages.step import chain, numbers, pictures, source, taken
from pages.step.names import Names
from pages.ui import charts
from tests.ann.inside.trainings import SPLIT, random_recipe, trained

RECIPE = Recipe(hidden_sizes=(7, 6), activation="tanh")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("seed", range(20))
def test_shown_terms_add_up_to_the_last_digit(optimizer, seed):
    recipe = replace(random_recipe(seed), optimizer=optimizer)
    one = one_step(trained(recipe, steps=seed), SPLIT)
    found = weight_step(one, 0, *one.largest(0))
    start = Term(numbers.START, found.before)
    for terms, total in (
        (found.gradient_terms, found.gradient),
        ([start, *found.change_terms], found.after),
    ):
        *shown, (name, whole) = numbers.adding_up(terms, total)
        assert sum((number for _, number in shown), Decimal(0)) == whole
        assert name == numbers.TOTAL and len({n.as_tuple().exponent for _, n in shown}) == 1
        assert float(whole) == pytest.approx(total, abs=10 ** whole.as_tuple().exponent)


def test_a_sum_of_zeros_can_be_shown():
    assert numbers.adding_up([Term("a", 0.0)], 0.0) == [("a", Decimal(0)), ("total", Decimal(0))]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_chain_leads_from_x_to_the_weight_after_the_step(optimizer):
    recipe = replace(RECIPE, optimizer=optimizer, l2=0.1, l1=0.01, clip_norm=0.01)
    state = trained(recipe, steps=3)
    state.recipe = replace(recipe, max_norm=0.1)
    one = one_step(state, SPLIT)
    changed = one.views(one.moved)[0].weights != one.views(one.after.theta)[0].weights
    i, j = map(int, np.argwhere(changed & (one.layers[0].x[1] != 0)[:, None])[0])
    found = weight_step(one, 1, 1, i, j)
    links = chain.links(found, "image")
    names = [link.name for link in links]
    assert names[:3] == ["xᵢ", "δⱼ", "gᵢⱼ of this image"] and names[-1] == "weight after"
    assert {"the other images", "L2", "L1", "clipping", "g", "step", "max norm"} <= set(names)
    assert ("decay" in names) == (optimizer == "adamw")
    at = names.index(numbers.START)
    total = sum(link.value for link in links[at:-1])
    assert total == pytest.approx(links[-1].value, abs=1e-12)
    shown = [Decimal(link.text.replace("−", "-").replace(",", "")) for link in links[at:]]
    assert sum(shown[:-1]) == shown[-1], "what is shown must add up to the last digit"
    mean = names.index("mean of the batch")
    assert sum(link.value for link in links[2:mean]) == pytest.approx(found.mean, abs=1e-7)
    summed = sum(link.value for link in links[mean : names.index("g")])
    assert summed == pytest.approx(found.gradient, abs=1e-7)
    assert (
        chain.row(found, "update", "image").count('class="open')
        == len(names) - names.index("g") - 1
    )


def test_without_penalty_and_clipping_the_optimizer_gets_the_batchs_mean():
    one = one_step(trained(RECIPE, steps=3), SPLIT)
    names = [link.name for link in chain.links(weight_step(one, 1, 1, 3, 2), "digit")]
    assert names[2:5] == ["gᵢⱼ of this digit", "the other digits", "g, the batch's mean"]
    alone = one_step(trained(RECIPE, steps=3), SPLIT, Batch(SPLIT.train_x[:1], SPLIT.train_y[:1]))
    names = [link.name for link in chain.links(weight_step(alone, 0, 1, 3, 2), "digit")]
    assert names[2:4] == ["gᵢⱼ of this digit", "m"]


def test_the_charts_are_valid_and_say_what_they_show():
    one = one_step(trained(RECIPE, steps=3), SPLIT)
    curve = loss_along_weight(one, 1, 3, 2)
    checks = [gradient_check(one, [(1, 3, 2)], dtype) for dtype in (np.float64, np.float32)]
    for figure in (pictures.loss_along(curve, 3), pictures.errors(*checks)):
        go.Figure(figure)
        assert charts.describe(figure)
    drawn = pictures.loss_along(curve, 3)["data"]
    assert drawn[3]["x"][0] == curve.values[3] and drawn[3]["y"][0] == curve.losses[3]
    tangent = drawn[1]
    rise = (tangent["y"][-1] - tangent["y"][0]) / (tangent["x"][-1] - tangent["x"][0])
    assert rise == pytest.approx(curve.slope)


def test_an_error_of_0_is_drawn_at_the_bottom():
    one = one_step(trained(RECIPE, steps=3), SPLIT)
    one.layers[0].x[:, 5] = 0
    check = gradient_check(one, [(1, 5, 2)])
    assert (pictures.errors(check, check)["data"][0]["y"] == pictures.LEAST_ERROR).all()


def test_the_source_shows_numbers_only_of_lines_that_have_run():
    one = one_step(trained(RECIPE, steps=3), SPLIT)
    adam = WeightLines(one, 0, 1, 3, 2).update()[0]
    places = source.changing(adam)
    first, last = source.code(adam, places[0]), source.code(adam, places[-1])
    assert first.count("data-numbers") == 1 and last.count("data-numbers") == len(places)
    assert first.count('aria-current="true"') == last.count('aria-current="true"') == 1
    assert 'tabindex="0"' in first and "Source of adam, ann/optimizers.py" in first


@pytest.mark.parametrize("card, names", [
    ("forward", ["out", "out"]),
    ("backward", ["delta", "delta"]),
    ("gradient", ["weights_gradient", "out", "gradient", "gradient"]),
    ("update", ["theta", "weights", "theta"]),
])  # fmt: skip
def test_the_line_shown_first_makes_the_number_that_the_function_is_for(card, names):
    recipe = replace(RECIPE, activation="sigmoid", l2=0.1, clip_norm=0.01, max_norm=0.1)
    state = trained(replace(recipe, max_norm=0.0), steps=3)
    state.recipe = recipe
    one = one_step(state, SPLIT)
    changed = one.views(one.moved)[0].weights != one.views(one.after.theta)[0].weights
    i, j = map(int, np.argwhere(changed & (one.layers[0].x[1] != 0)[:, None])[0])
    functions = getattr(WeightLines(one, 1, 1, i, j), card)()
    for function, name in zip(functions, names, strict=True):
        line = function.lines[source.changing(function)[source.telling_most(function)]]
        assert name in line.changed


def test_units_have_names():
    names = Names(Network((784, 16, 3)), ["Coat", "Bag", "2"], "image")
    assert names.weight(1, 300, 7) == "pixel 300 (row 10, column 20) → unit 7 of layer 1"
    assert names.weight(2, 7, 1) == "unit 7 of layer 1 → output 1 (Bag)"
    assert names.target(2, 2) == "output 2"
    assert Names(Network((50, 3)), ["a", "b", "c"], "image").source(1, 49) == "input 49"


@pytest.mark.parametrize("sizes, n, fits", [
    ((128, 64), 64, True),
    ((1024, 512), 64, True),
    ((1024, 512), 70_000, False),
    ((4096, 4096), 1, False),
    ((), 4_000, True),
])  # fmt: skip
def test_the_bound_on_a_step(sizes, n, fits, monkeypatch):
    state = trained(RECIPE, steps=0)
    wide = replace(state, recipe=Recipe(hidden_sizes=sizes), n_features=784, n_classes=10)
    wide.theta = np.broadcast_to(np.float32(0), wide.network.n_parameters)
    if fits:
        taken._check(wide, n, alone=n == 1)
    else:
        with pytest.raises(ValueError, match="parameters"):
            taken._check(wide, n, alone=n == 1)
