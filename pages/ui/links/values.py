"""Values of a field as texts, as they stand in a link: what a box of values lists and shows."""

from ann.recipe import FIELDS, Recipe
from ann.recipes import wording
from pages.ui.stops import WIDTHS, stops

BETWEEN = "~"  # two values of a link; it needs no escape there and stands in no value
SHAPES = ["none", *map(str, WIDTHS[::3]), "32-32", "64-32", "128-64", "256-128", "20-7-5"]
TYPED = ("float", "int", "widths")  # kinds whose boxes take more values than they list


def texts(base: Recipe, name: str) -> list[str]:
    """The values that a box lists, among them the base's own.

    >>> texts(Recipe(), "batch_norm"), texts(Recipe(), "momentum")[:2]
    (['false', 'true'], ['0.0', '0.3'])
    """
    spec, present = FIELDS[name], getattr(base, name)
    if spec.kind == "choice":
        return list(spec.choices)
    if spec.kind == "bool":
        return ["false", "true"]
    if spec.kind == "widths":
        return list(dict.fromkeys([spec.format(present), *SHAPES]))
    values = [present, *range(10)] if name == "seed" else stops(spec, present)
    return list(dict.fromkeys(map(spec.format, values)))


def written(name: str, text: str) -> str:
    """A value of a link as a box shows it; what is none stays as it was typed.

    >>> written("l2", "0.0"), written("l2", "lots")
    ('off', 'lots')
    """
    try:
        return wording.value_name(name, FIELDS[name].parse(text))
    except ValueError:
        return text
