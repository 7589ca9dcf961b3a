"""A recipe as the parameters of a link, and back."""

from collections.abc import Mapping

from ann.recipe import FIELDS, Recipe
from ann.recipes import wording


def to_query(recipe: Recipe) -> dict[str, str]:
    """The query parameters of a link: the fields that differ from their defaults, as text.

    >>> to_query(Recipe(hidden_sizes=(20, 7, 5), batch_norm=True))
    {'hidden_sizes': '20-7-5', 'batch_norm': 'true'}
    """
    return {name: FIELDS[name].format(value) for name, value in recipe.differences().items()}


def from_query(query: Mapping[str, str]) -> tuple[Recipe, list[str]]:
    """A recipe from query parameters, and a message for each value that could not be used.

    Names of no field are ignored: others may read them. A forged or outdated value falls back to
    its default; the other fields keep theirs.

    >>> recipe, messages = from_query({"epochs": "3", "dropout": "lots"})
    >>> recipe.epochs, messages
    (3, ["dropout: 'lots' is not a number; using 0"])
    """
    values, messages = {}, []
    for name, spec in FIELDS.items():
        if name not in query:
            continue
        try:
            values[name] = spec.parse(query[name])
        except ValueError as error:
            messages.append(f"{error}; using {wording.value(name, spec.default)}")
    return Recipe(**values), messages
