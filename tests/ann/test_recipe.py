"""The recipe: what it accepts, what it refuses, and how it survives links and flags."""

import dataclasses
import math
from dataclasses import fields, replace
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest

from ann.cli.flags import build_parser
from ann.cli.inputs import recipe_of
from ann.keeping.summary import recipe_from_json, recipe_to_json
from ann.optimizers import OPTIMIZERS
from ann.recipe import FIELDS, LIVE_FIELDS, Recipe
from ann.recipes.query import from_query, to_query

PARSER = build_parser()

NUMBERS = [f for f in FIELDS.values() if f.kind in ("int", "float")]


def examples(field):
    """Allowed values of a field: its edges and some between."""
    if field.kind == "bool":
        return [True, False]
    if field.kind == "choice":
        return list(field.choices)
    if field.kind == "widths":
        return [(), (1,), (4096,), (20, 7, 5), (3,) * 20]
    middle = (field.low + field.high) / 2 if field.kind == "float" else field.low + 1
    return [field.low, field.high, middle, *([0] if field.off else [])]


EXAMPLES = [(name, value) for name, field in FIELDS.items() for value in examples(field)]


def test_every_field_of_the_recipe_is_described():
    assert list(FIELDS) == [f.name for f in fields(Recipe)]
    for name, field in FIELDS.items():
        assert field.label and field.help, name
        assert field.check(field.default) == field.default, name


def test_choices_are_the_rules_of_the_core():
    assert FIELDS["optimizer"].choices == tuple(OPTIMIZERS)
    assert set(LIVE_FIELDS) <= set(FIELDS)
    for field in FIELDS.values():
        if field.only_if:
            other, values = field.only_if
            assert set(values) < set(FIELDS[other].choices)


@pytest.mark.parametrize(("name", "value"), EXAMPLES)
def test_an_allowed_value_survives_a_link_exactly(name, value):
    recipe = Recipe(**{name: value})
    again, messages = from_query(to_query(recipe))
    assert again == recipe
    assert not messages
    assert set(to_query(recipe)) <= {name}  # the defaults stay out of the address


def test_a_recipe_that_differs_everywhere_survives_a_link():
    other = {n: next(v for v in examples(f) if v != f.default) for n, f in FIELDS.items()}
    recipe = Recipe(**other)
    query = to_query(recipe)
    assert set(query) == set(FIELDS)
    assert all(isinstance(text, str) for text in query.values())
    assert from_query(query) == (recipe, [])


def drawn(field, rng):
    """Any allowed value of a field."""
    if field.kind == "bool":
        return bool(rng.integers(2))
    if field.kind == "choice":
        return str(rng.choice(field.choices))
    if field.kind == "widths":
        return tuple(rng.integers(1, 1000, rng.integers(0, 21)).tolist())
    if field.off and rng.random() < 0.2:
        return 0
    if field.kind == "int":
        return int(rng.integers(field.low, field.high + 1))
    return float(rng.uniform(field.low, field.high) if rng.random() < 0.5 else field.low)


def test_any_recipe_survives_links_flags_and_json():
    rng = np.random.default_rng(0)
    for _ in range(60):
        recipe = Recipe(**{name: drawn(field, rng) for name, field in FIELDS.items()})
        address = parse_qs(urlencode(to_query(recipe)))
        assert from_query({k: v[0] for k, v in address.items()}) == (recipe, [])
        flags = [part for k, v in to_query(recipe).items() for part in (f"--{k}", v)]
        assert recipe_of(PARSER.parse_args(["train", *flags])) == recipe
        assert recipe_from_json(recipe_to_json(recipe)) == recipe


@pytest.mark.parametrize("value", [0.1, 1e-05, 0.30000000000000004, 1 / 3, 9.999999])
def test_a_number_survives_a_link_to_the_last_bit(value):
    assert from_query(to_query(Recipe(learning_rate=value)))[0].learning_rate == value


@pytest.mark.parametrize("field", NUMBERS, ids=lambda f: f.name)
def test_a_number_outside_its_range_is_refused_with_field_value_and_range(field):
    for value in (field.low - 1, field.high + 1, field.high * 1e9):
        value = int(value) if field.kind == "int" else float(value)
        if field.off and value == 0:
            continue
        with pytest.raises(ValueError) as caught:
            Recipe(**{field.name: value})
        message = str(caught.value)
        assert message.startswith(f"{field.name}: ")
        assert (f"{value:g}" if field.kind == "float" else str(value)) in message
        assert field.allowed in message


@pytest.mark.parametrize("field", NUMBERS, ids=lambda f: f.name)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "1", None, True, [1], 1j])
def test_anything_but_a_number_is_refused_with_the_name_of_the_field(field, value):
    with pytest.raises(ValueError, match=f"^{field.name}: "):
        Recipe(**{field.name: value})


@pytest.mark.parametrize("field", NUMBERS, ids=lambda f: f.name)
@pytest.mark.parametrize("value", [10**400, -(10**400), "9" * 100_000])
def test_a_huge_number_is_refused_in_one_line(field, value):
    with pytest.raises(ValueError, match=f"^{field.name}: ") as caught:
        Recipe(**{field.name: value})
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("value", [0, 1, "true", None, 2.0])
def test_a_switch_takes_only_true_or_false(value):
    with pytest.raises(ValueError, match="batch_norm"):
        Recipe(batch_norm=value)


@pytest.mark.parametrize(
    "value",
    [
        (0,),
        (-1,),
        (4097,),
        (8,) * 21,
        (4096,) * 4,
        (1.5,),
        (True,),
        ("8",),
        "8",
        None,
        2.5,
        (None,),
        {8, 4},
        {8: 4},
        b"\x08",
        (8 for _ in range(10**9)),
        np.array([8.0]),
        np.array([[8, 4]]),
    ],
)
def test_impossible_widths_are_refused(value):
    with pytest.raises(ValueError, match=r"^hidden_sizes: "):
        Recipe(hidden_sizes=value)


@pytest.mark.parametrize("value", ["RELU", "swish", "", None, 3, ["relu"], ("relu",)])
def test_an_unknown_choice_is_refused_with_a_list_of_the_allowed_ones(value):
    with pytest.raises(ValueError, match=r"^activation: .*relu, leaky_relu"):
        Recipe(activation=value)


def test_numpy_values_become_plain_python_values():
    recipe = Recipe(
        hidden_sizes=np.array([8, 4]),
        epochs=np.int64(3),
        learning_rate=np.float32(0.5),
        batch_norm=np.bool_(True),
        activation=np.str_("tanh"),
    )
    for name in ("epochs", "learning_rate", "batch_norm", "activation"):
        assert type(getattr(recipe, name)) is type(FIELDS[name].default), name
    assert recipe.hidden_sizes == (8, 4)
    assert all(type(width) is int for width in recipe.hidden_sizes)


def test_one_width_is_one_layer_and_a_list_works_like_a_tuple():
    assert Recipe(hidden_sizes=32).hidden_sizes == (32,)
    assert Recipe(hidden_sizes=[32, 16]) == Recipe(hidden_sizes=(32, 16))


def test_a_recipe_is_immutable_and_a_replacement_is_checked():
    recipe = Recipe()
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.epochs = 3
    assert replace(recipe, epochs=3).epochs == 3
    with pytest.raises(ValueError, match="epochs"):
        replace(recipe, epochs=0)


def test_equal_recipes_have_equal_hashes():
    assert len({Recipe(), Recipe(epochs=10), Recipe(epochs=11)}) == 2


FORGED = [
    "",
    " ",
    "nan",
    "inf",
    "-inf",
    "1e999",
    "-1",
    "0x10",
    "1;drop table",
    "<script>alert(1)</script>",
    "None",
    "[]" * 50_000,
    "9" * 5_000,
    "\x00",
    "١٢٣",
    "1_000",
    "128-",
    "-".join(["4096"] * 1000),
    "()()",
    "1" + 49 * "   1" + "!",
    "__import__('os')",
]


@pytest.mark.parametrize("name", FIELDS)
def test_only_the_forged_value_of_a_link_falls_back_with_a_message(name):
    other = "seed" if name != "seed" else "epochs"
    for text in FORGED:
        recipe, messages = from_query({name: text, other: "7"})
        assert getattr(recipe, other) == 7
        if getattr(recipe, name) == FIELDS[name].default and messages:
            assert len(messages) == 1
            assert messages[0].startswith(f"{name}: ")
            assert len(messages[0]) < 1000
        else:
            assert not messages
            assert FIELDS[name].check(getattr(recipe, name)) == getattr(recipe, name)


def test_unknown_names_in_a_link_are_ignored():
    assert from_query({"page": "train", "__class__": "x"}) == (Recipe(), [])


@pytest.mark.parametrize(
    ("text", "widths"),
    [("128-64", (128, 64)), ("128,64", (128, 64)), ("20 7 5", (20, 7, 5)), ("[128, 64]", (128, 64)),
     ("(32)", (32,)), ("none", ()), ("128x64", (128, 64)), (" 128 -  64 ", (128, 64))],
)  # fmt: skip
def test_widths_are_read_as_people_write_them(text, widths):
    assert FIELDS["hidden_sizes"].parse(text) == widths


def test_differences_are_from_the_defaults_or_from_another_recipe():
    recipe = Recipe(l2=1e-4, epochs=3)
    assert recipe.differences() == {"epochs": 3, "l2": 1e-4}
    assert recipe.differences(Recipe(epochs=3)) == {"l2": 1e-4}
    assert Recipe().differences() == {}


def test_a_field_applies_only_with_the_choice_that_uses_it():
    assert Recipe(optimizer="nesterov").applies("momentum")
    assert not Recipe(optimizer="sgd").applies("momentum")
    assert Recipe(optimizer="adamw").applies("weight_decay")
    assert Recipe().applies("dropout")
