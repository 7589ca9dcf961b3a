"""Flags: one for each field of the recipe, in the spellings that people use."""

import pytest

from ann.recipe import FIELDS
from ann.recipes.presets import PRESETS


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_the_recipe_has_a_flag_in_both_spellings(name, mistake):
    for flag in {f"--{name}", f"--{name.replace('_', '-')}"}:
        assert mistake("train", flag, "nonsense").startswith(f"ann: {name}: 'nonsense'")


def test_flags_take_what_a_link_takes_and_what_people_write(result):
    for widths in (["8-4"], ["8", "4"], ["8,4"]):
        found = result("train", "--epochs", 1, "--batch_norm", "--hidden_sizes", *widths)
        assert found["recipe"] == {"hidden_sizes": [8, 4], "batch_norm": True, "epochs": 1}
    assert "batch_norm" not in result("train", "--epochs", 1, "--batch-norm", "false")["recipe"]
    assert result("train", "--epochs", 1, "--hidden-sizes", "none")["parameters"] == 16 * 3 + 3


def test_a_flag_overrides_the_preset(result):
    found = result("train", "--preset", "keras-classic", "--epochs", "1", "--seed", "4")
    expected = PRESETS["keras-classic"].recipe.differences() | {"epochs": 1, "seed": 4}
    assert found["recipe"] == expected | {"hidden_sizes": list(expected["hidden_sizes"])}
    assert found["preset"] == "keras-classic"
