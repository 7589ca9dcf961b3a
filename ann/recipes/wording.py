"""A field and its value in words: one wording for boxes, names, charts, links and the terminal."""

from collections.abc import Iterable
from typing import Any

from ann.fields import Field
from ann.recipe import FIELDS, Recipe


def setting(name: str, value) -> str:
    """One setting in words.

    >>> setting("learning_rate", 0.01), setting("l2", 0.0), setting("batch_norm", True)
    ('learning rate 0.01', 'no L2', 'batch normalization')
    """
    field, label = FIELDS[name], label_of(name)
    if field.kind == "bool":
        return label if value else f"no {label}"
    if field.off and not value:
        return f"no {label}"
    return f"{label} {shown(name, value)}"


def label_of(name: str) -> str:
    """A field's label in the middle of a sentence.

    >>> label_of("decay_every"), label_of("l2")
    ('decay every', 'L2')
    """
    label = FIELDS[name].label.partition(" (")[0]
    return label if label[1:2].isdigit() else label.lower()


def shown(name: str, value) -> str:
    """A value as it stands in a name or a table.

    >>> shown("hidden_sizes", (20, 7)), shown("epochs", 10), shown("learning_rate", 1e-5)
    ('20-7', '10', '1e-05')
    """
    return f"{value:g}" if isinstance(value, float) else FIELDS[name].format(value)


def difference(recipe: Recipe, names: Iterable[str]) -> str:
    """What a recipe has in those of these fields that have an effect in it, in words.

    >>> difference(Recipe(), ["dropout", "learning_rate", "momentum"])
    'dropout 0, learning rate 0.001'
    """
    at_work = (name for name in names if recipe.applies(name))
    return ", ".join(setting(name, getattr(recipe, name)) for name in at_work)


NAMES = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "he": "He",
    "xavier": "Xavier (Glorot)",
    "lecun": "LeCun",
    "normal": "Plain normal",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adamw": "AdamW",
    "one_cycle": "One cycle",
    "plateau": "Reduce on plateau",
    "unit": "0 to 1",
    "symmetric": "−1 to 1",
    "standard": "Standardized",
}


def value_name(name: str, value: Any) -> str:
    """A field's value in words.

    >>> value_name("optimizer", "sgd"), value_name("batch_norm", True), value_name("l2", 0.0)
    ('SGD', 'on', 'off')
    """
    field = FIELDS[name]
    if field.kind == "choice":
        return _name(value)
    if field.kind == "bool":
        return "on" if value else "off"
    return field.format(value) if field.kind == "widths" else written(field, value)


def _name(choice: str) -> str:
    return NAMES.get(choice, choice.replace("_", " ").capitalize())


WHOLE_SET = 70_000


def written(field: Field, value: Any) -> str:
    """A value as it stands above a slider.

    >>> from ann.recipe import FIELDS
    >>> written(FIELDS["l2"], 0.0), written(FIELDS["l2"], 5e-06), written(FIELDS["epochs"], 1000)
    ('off', '5e-6', '1,000')
    """
    if field.off and value == 0:
        return "off"
    if field.name == "batch_size" and value == WHOLE_SET:
        return "whole set"
    if field.kind == "int":
        return f"{value:,}"
    if value == 0 or abs(value) >= 1e-4:
        return f"{value:.6f}".rstrip("0").rstrip(".") or "0"
    mantissa, power = f"{value:.6e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"
