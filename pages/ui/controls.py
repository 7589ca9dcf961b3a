"""The sliders and boxes of a recipe.

`edit` draws all of them, `control` draws one. Both take a recipe and return the one that the
controls describe; the page keeps it. The key of a control is the name of its field, after a prefix
if the page shows the controls of more than one recipe.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, TypedDict

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ann.hyperparameters.field import MAX_LAYERS, Field
from ann.recipe import FIELDS, GROUPS, Recipe
from ann.recipes import wording
from pages.ui import session
from pages.ui.stops import stops

BASIC = tuple(name for name, field in FIELDS.items() if field.basic)
USUAL_LAYERS = 6
DEFAULTS = Recipe()
MORE = "more"  # the key of the box with the others


def edit(
    recipe: Recipe,
    *,
    prefix: str = "",
    training: bool = False,
    below: Mapping[str, Callable[[Recipe], None]] = MappingProxyType({}),
    set_recipe: Callable[[Recipe], None],
    only: Collection[str] = (),
    defaults: Recipe = DEFAULTS,
) -> Recipe:
    """Draw all controls, or `only` those of these fields; return the recipe that they describe.

    While `training`, only what may change midway is enabled. Those under "More" are drawn when it
    is open, because they are most of the page; closed, they keep their values. `below` draws
    something under the controls of a group. The callback of "Back to defaults" calls `set_recipe`
    with the `defaults`; it must keep the recipe and call `session.forget_controls(prefix)`.
    """
    if only:
        for name in (name for name in FIELDS if name in only):
            recipe = control(name, recipe, prefix=prefix, training=training)
        return recipe
    for name in BASIC:
        recipe = control(name, recipe, prefix=prefix, training=training)
    with st.expander(
        "More", key=f"{prefix}{MORE}", on_change="rerun", icon=":material/tune:"
    ) as box:
        recipe = _groups(recipe, prefix, training, below) if box.open else _as_left(recipe, prefix)
    _differences(recipe, defaults, prefix, training, set_recipe)
    return recipe


def _groups(
    recipe: Recipe, prefix: str, training: bool, below: Mapping[str, Callable[[Recipe], None]]
) -> Recipe:
    """All that is under "More"."""
    places: dict[str, DeltaGenerator] = {}
    for group in GROUPS:
        names = [n for n, f in FIELDS.items() if f.group == group and not f.basic]
        recipe = _group(group, names, recipe, prefix, training)
        if group in below:
            places[group] = st.container()
    for group, draw in below.items():  # last, because a control further down may matter to it
        with places[group]:
            draw(recipe)
    return recipe


def _as_left(recipe: Recipe, prefix: str) -> Recipe:
    """The recipe with the values that controls under "More" had when it was closed.

    A number that was being typed is sent with the click that closes it.
    """
    hidden = [name for name in FIELDS if name not in BASIC]
    left = {name: session.get_control(prefix + name, getattr(recipe, name)) for name in hidden}
    return replace(recipe, **left)


def _group(title: str, names: list[str], recipe: Recipe, prefix: str, training: bool) -> Recipe:
    """The controls of a group that have an effect now, and a caption on those that have none."""
    if not names:
        return recipe
    st.markdown(f"**{title}**")
    idle = []
    for name in names:  # one after the other: a choice decides what has an effect below it
        reason = wording.no_effect(name, recipe)
        if reason:
            idle.append(reason)
        else:
            recipe = control(name, recipe, prefix=prefix, training=training)
    if idle:
        st.caption("  \n".join(idle))
    return recipe


def _differences(
    recipe: Recipe,
    defaults: Recipe,
    prefix: str,
    training: bool,
    set_recipe: Callable[[Recipe], None],
) -> None:
    """A caption on what differs from the defaults, and a button back to them."""
    changed = recipe.differences(defaults)
    if not changed:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        names = ", ".join(map(wording.label, changed))
        st.caption(f"Changed from the defaults: {names}.")
        st.button(
            "Back to defaults",
            key=f"{prefix}defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=training,
            on_click=set_recipe,
            args=(defaults,),
            help="Set everything back to its default.",
        )


def control(name: str, recipe: Recipe, *, prefix: str = "", training: bool = False) -> Recipe:
    """Draw the control of one field, and return the recipe with its value."""
    field, value, key = FIELDS[name], getattr(recipe, name), prefix + name
    why = wording.no_effect(name, recipe)
    if training and not field.live:
        why = why or "Can't be changed while the network trains."
    options: Options = {"help": help_text(field.help, why), "disabled": bool(why)}
    if field.kind == "widths":
        return replace(recipe, hidden_sizes=_widths(value, prefix, options))
    session.seed_control(key, value)
    return replace(recipe, **{name: _DRAW[field.kind](field, value, key, options)})


def help_text(text: str, why: str = "") -> str:
    """A help text, after the reason why its control is disabled, if there is one."""
    text = text.replace("$", "\\$").replace("*", "\\*")
    return f"**{why}**\n\n{text}" if why else text


class Options(TypedDict):
    """What every control is given."""

    help: str
    disabled: bool


def _number(field: Field, value: float, key: str, options: Options) -> float:
    """A slider over round values, or a box for a field whose values have no stops."""
    grid = stops(field, value)
    if not grid:
        low, high, step = map(type(field.default), (field.low, field.high, 1))
        typed: float = st.number_input(field.label, low, high, step=step, key=key, **options)
        return typed
    words = partial(wording.value, field.name)
    chosen: float = st.select_slider(field.label, grid, key=key, format_func=words, **options)
    return chosen


def _choice(field: Field, value: str, key: str, options: Options) -> str:
    words = partial(wording.value, field.name)
    return st.selectbox(field.label, field.choices, key=key, format_func=words, **options)


def _switch(field: Field, value: bool, key: str, options: Options) -> bool:
    return st.toggle(field.label, key=key, **options)


_DRAW: dict[str, Callable[[Field, Any, str, Options], Any]] = {
    "float": _number,
    "int": _number,
    "choice": _choice,
    "bool": _switch,
}


def _widths(sizes: tuple[int, ...], prefix: str, options: Options) -> tuple[int, ...]:
    """A slider for the number of hidden layers, and one for the width of each."""
    key = f"{prefix}{session.WIDTHS}layers"
    session.seed_control(key, len(sizes))
    most = min(MAX_LAYERS, max(USUAL_LAYERS, len(sizes)))
    count = st.slider("Hidden layers", 0, most, key=key, **options)
    widths: list[int] = []
    columns = st.columns(2) if count > 1 else [st.container()]
    for layer in range(count):
        width = sizes[layer] if layer < len(sizes) else _narrower(widths)
        key = f"{prefix}{session.WIDTHS}{layer + 1}"
        session.seed_control(key, width)
        grid = stops(FIELDS["hidden_sizes"], width)
        with columns[layer % len(columns)]:
            widths.append(st.select_slider(f"Layer {layer + 1} width", grid, key=key, **options))
    return tuple(widths)


def _narrower(widths: list[int]) -> int:
    """The width of a new layer: half the layer before it, as is usual."""
    half = widths[-1] // 2 if widths else 64
    stops_up_to_half = [width for width in FIELDS["hidden_sizes"].stops if width <= half]
    return int(max(stops_up_to_half, default=1))
