"""A field and its value in words, for boxes, charts, names of runs, messages and the terminal.

A value has one wording: an optimizer "sgd" is SGD everywhere, and an L2 of 0.0 is off. In links and
flags values are spelled for programs: `Field.format` writes that spelling, `Field.parse` reads it.
"""

from collections.abc import Iterable
from typing import Any

from ann.hyperparameters.field import number_text
from ann.recipe import FIELDS, Recipe


def label(name: str) -> str:
    """A field's label in the middle of a sentence.

    >>> label("decay_every"), label("l2")
    ('decay every', 'L2')
    """
    text = FIELDS[name].label.partition(" (")[0]
    return text if text[1:2].isdigit() else text.lower()


def value(name: str, chosen: Any) -> str:
    """A field's value.

    >>> value("optimizer", "sgd"), value("l2", 0.0), value("l2", 5e-06), value("batch_norm", True)
    ('SGD', 'off', '5e-6', 'on')
    >>> value("hidden_sizes", (20, 7)), value("epochs", 1000), value("batch_size", 70_000)
    ('20-7', '1,000', 'whole set')
    """
    field = FIELDS[name]
    if chosen in field.names:
        return field.names[chosen]
    if field.kind == "bool":
        return "on" if chosen else "off"
    if field.off and not chosen:
        return "off"
    return field.format(chosen) if field.kind == "widths" else number_text(chosen)


def setting(name: str, chosen: Any) -> str:
    """A field with its value.

    >>> setting("learning_rate", 0.01), setting("l2", 0.0), setting("batch_norm", True)
    ('learning rate 0.01', 'no L2', 'batch normalization')
    """
    text = value(name, chosen)
    if text in ("on", "off"):
        return label(name) if text == "on" else f"no {label(name)}"
    return f"{label(name)} {text}"


def settings(recipe: Recipe, names: Iterable[str]) -> str:
    """Those of these fields that have an effect in the recipe, with their values.

    >>> settings(Recipe(), ["dropout", "learning_rate", "momentum"])
    'dropout 0, learning rate 0.001'
    """
    effective = (name for name in names if recipe.applies(name))
    return ", ".join(setting(name, getattr(recipe, name)) for name in effective)


def no_effect(name: str, recipe: Recipe) -> str:
    """Why a field has no effect, given the recipe's other choices; empty if it has one.

    >>> no_effect("momentum", Recipe(optimizer="adam"))
    'Momentum: only with optimizer Momentum or Nesterov.'
    """
    if not recipe.applies(name):
        return f"{FIELDS[name].label}: only with {condition(name)}."
    if name == "patience" and not recipe.validation_fraction:
        return "Patience: only with validation digits, and the validation fraction is 0."
    return ""


def condition(name: str) -> str:
    """The choice that gives a field its effect; empty if it always has one.

    >>> condition("momentum"), condition("dropout")
    ('optimizer Momentum or Nesterov', '')
    """
    only_if = FIELDS[name].only_if
    if only_if is None:
        return ""
    choice, users = only_if
    return f"{label(choice)} {' or '.join(value(choice, user) for user in users)}"
