"""The facts about each hyperparameter, and every other place that must know of a new one."""

import ast
from dataclasses import replace
from inspect import signature
from pathlib import Path

import numpy as np
import pytest

import ann
from ann import ANNClassifier
from ann.augment import AMOUNTS
from ann.batches import epoch_order
from ann.recipe import FIELDS, GROUPS, RULES, Recipe
from ann.recipes import wording
from ann.recipes.variants import same_order, same_start
from ann.state import Split, start
from pages.ui.links.values import texts
from pages.ui.stops import stops

FOLDER = Path(ann.__file__).parent
CORE = [*sorted(FOLDER.glob("*.py")), FOLDER / "estimator" / "holdout.py"]
EACH = pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)


def others(field):
    """Values that differ from the default: of a choice all, of anything else one."""
    if field.kind == "choice":
        return [name for name in field.choices if name != field.default]
    if field.kind == "bool":
        return [not field.default]
    if field.kind == "widths":
        return [(5, 4)]
    return [field.contrast if field.contrast is not None else field.high]


@EACH
def test_a_field_has_a_group_a_label_a_help_text_and_its_default_in_words(field):
    assert field.group in GROUPS and field.label
    assert field.help.endswith("."), "help is made of sentences"
    assert wording.value(field.name, field.default)


@EACH
def test_values_that_are_offered_are_allowed(field):
    for value in (*field.offered, *(() if field.contrast is None else (field.contrast,))):
        assert field.check(value) == value
    assert field.contrast != field.default
    assert len(texts(Recipe(), field.name)) > 1, "a race and a sweep need values to offer"


@EACH
def test_a_value_that_a_race_suggests_is_in_its_list(field):
    if field.contrast is not None:
        assert field.format(field.contrast) in texts(Recipe(), field.name)


@EACH
def test_a_number_has_a_slider_or_a_box(field):
    if field.kind in ("int", "float") and stops(field):
        assert stops(field)[-1] == field.high
        assert stops(field)[0] == (0 if field.off else field.low)


@pytest.mark.parametrize("choice", RULES)
def test_a_rule_uses_existing_fields_and_has_a_unique_name(choice):
    rules = RULES[choice]
    assert FIELDS[choice].names == {name: rule.label for name, rule in rules.items()}
    assert len({rule.label for rule in rules.values()}) == len(rules)
    assert {used for rule in rules.values() for used in rule.uses} <= set(FIELDS)


@EACH
def test_a_field_has_an_effect_in_the_core(field):
    used = {*AMOUNTS}
    for path in CORE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                used.add(node.attr)
    assert field.name in used, f"no module of ann/ uses {field.name}"


@EACH
def test_the_estimator_takes_every_field(field):
    known = signature(ANNClassifier).parameters
    assert field.name in known, f"ann/classifier.py: the signature lacks {field.name}"
    assert known[field.name].default == field.default, f"ann/classifier.py: {field.name}"


def recipes_with(field):
    """The default and another value of a field, in recipes in which it has an effect."""
    base = Recipe(hidden_sizes=(5, 5))
    if field.only_if:
        choice, users = field.only_if
        base = replace(base, **{choice: users[0]})
    return [(base, replace(base, **{field.name: value})) for value in others(field)]


def initial(recipe):
    x = np.zeros((40, 16), np.uint8)
    state = start(recipe, Split(x, np.arange(40) % 3, x[:0], x[:0, 0]), n_classes=3)
    return state.theta[: state.network.n_weights]


@EACH
def test_races_know_whether_a_field_changes_the_initial_weights(field):
    for pair in recipes_with(field):
        equal = np.array_equal(*map(initial, pair))
        assert same_start(pair) is equal, f"ann/recipes/variants.py, same_start: {field.name}"


@EACH
def test_races_know_whether_a_field_changes_the_order_of_the_digits(field):
    def order(recipe):
        n_train = 1_000 - round(1_000 * recipe.validation_fraction)
        return epoch_order(recipe.seed, 1, recipe.training_size(n_train))

    for pair in recipes_with(field):
        equal = np.array_equal(*map(order, pair))
        assert same_order(pair) is equal, f"ann/recipes/variants.py, same_order: {field.name}"
