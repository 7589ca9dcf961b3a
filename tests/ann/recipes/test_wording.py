"""Settings in words: one wording for one value, wherever it is shown."""

import pytest

from ann.recipe import FIELDS, RULES, Recipe
from ann.recipes import wording
from ann.recipes.naming import default_name
from ann.recipes.query import from_query
from ann.recipes.variants import vary


@pytest.mark.parametrize("choice", RULES)
def test_a_choice_is_called_what_its_rule_is_called(choice):
    for name, rule in RULES[choice].items():
        assert wording.value(choice, name) == rule.label
        assert wording.setting(choice, name) == f"{wording.label(choice)} {rule.label}"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("learning_rate", 1e-5, "1e-5"),
        ("learning_rate", 0.0001, "0.0001"),
        ("l2", 5e-6, "5e-6"),
        ("l2", 0.0, "off"),
        ("patience", 0, "off"),
        ("dropout", 0.0, "0"),
        ("dropout", 0.30000000000000004, "0.3"),
        ("epochs", 5000, "5,000"),
        ("batch_size", 70_000, "whole set"),
        ("hidden_sizes", (), "none"),
        ("hidden_sizes", (128, 64), "128-64"),
        ("batch_norm", False, "off"),
        ("scaling", "symmetric", "−1 to 1"),
    ],
)
def test_a_value_in_words(name, value, words):
    assert wording.value(name, value) == words


def test_names_of_runs_messages_of_links_and_bounds_use_the_same_words():
    assert default_name(Recipe(l2=5e-6, optimizer="sgd")) == "optimizer SGD, L2 5e-6"
    assert default_name(Recipe(optimizer="adamw", weight_decay=0.0)) == (
        "optimizer AdamW, no weight decay"
    )
    (message,) = from_query({"l2": "7"})[1]
    assert message == "l2: 7 is outside 0 (off) or 1e-7 to 1; using off"
    with pytest.raises(ValueError, match="without optimizer AdamW"):
        vary(Recipe(), "weight_decay", [0.1])


def test_a_field_without_effect_says_which_choice_would_give_it_one():
    for name, field in FIELDS.items():
        reason = wording.no_effect(name, Recipe())
        assert bool(reason) is not Recipe().applies(name)
        assert bool(wording.condition(name)) is (field.only_if is not None)
