"""Values of a setting as text: read from a link, and chosen in a box."""

from collections.abc import Iterable

import streamlit as st

from ann.recipe import FIELDS, Recipe
from ann.recipes import wording
from pages.ui import session
from pages.ui.links import address
from pages.ui.stops import stops

MOST_TEXT = 2_000  # characters of a link's parameter that are read
BETWEEN = "~"  # separates two values in a link: never escaped, and in no value itself
TYPED = ("float", "int", "widths")  # kinds whose boxes take more values than they list


def texts(base: Recipe, name: str) -> list[str]:
    """The values that a box lists, including the one in `base`.

    >>> texts(Recipe(), "batch_norm"), texts(Recipe(), "momentum")[:2]
    (['false', 'true'], ['0.0', '0.3'])
    """
    spec, current = FIELDS[name], getattr(base, name)
    if spec.kind == "choice":
        return list(spec.choices)
    if spec.kind == "bool":
        return ["false", "true"]
    values = [current, *spec.offered] if spec.offered else stops(spec, current)
    return list(dict.fromkeys(map(spec.format, values)))


def written(name: str, text: str) -> str:
    """A value from a link as a box shows it; text that is no value stays as it was typed.

    >>> written("l2", "0.0"), written("l2", "lots")
    ('off', 'lots')
    """
    try:
        return wording.value(name, FIELDS[name].parse(text))
    except ValueError:
        return text


def usable(name: str, texts: Iterable[str]) -> list[str]:
    """The values in a link that the setting can have, each once; messages name the others."""
    good: dict[str, None] = {}
    for text in texts:
        try:
            good[FIELDS[name].format(FIELDS[name].parse(text))] = None
        except ValueError as error:
            address.unusable(str(error))
    return list(good)


def value_box(
    name: str,
    key: str,
    listed: Iterable[str],
    *,
    label: str,
    help: str,
    placeholder: str = "Choose values",
    most: int | None = None,
) -> list[str]:
    """Draw a box of values of one setting, and return the chosen ones, at most this many.

    Numbers and layer sizes that are not `listed` can be typed; the page checks them.
    """
    return st.multiselect(
        label,
        list(dict.fromkeys([*listed, *session.get_control(key, [])])),
        key=key,
        max_selections=most,
        accept_new_options=FIELDS[name].kind in TYPED,
        format_func=lambda text: written(name, text),
        placeholder=placeholder,
        select_all=False,
        wrap=True,
        help=help,
    )
