"""The sliders and boxes of a recipe.

`edit()` draws all of them, `control(name, ...)` draws one; both take a recipe and return the one
that the controls describe, and leave it to the page to keep it. A control's key is the name of its
field, after a prefix where a page shows the controls of more than one recipe.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ann.hyperparameters.field import MAX_LAYERS
from ann.recipe import FIELDS, GROUPS, LIVE_FIELDS, Recipe
from ann.recipes import wording
from pages.ui import session
from pages.ui.stops import stops

BASIC = tuple(name for name, field in FIELDS.items() if field.basic)
USUAL_LAYERS = 6


def edit(
    recipe: Recipe,
    *,
    prefix: str = "",
    training: bool = False,
    below: Mapping[str, Callable[[Recipe], None]] = MappingProxyType({}),
    set_recipe: Callable[[Recipe], None],
) -> Recipe:
    """Draw every control, and return the recipe that they describe.

    While `training`, only what may change midway can be moved. `below` draws something under the
    controls of a group. `set_recipe` is called, in a callback, for the way back to the defaults:
    it must keep the recipe and call `session.forget_controls(prefix)`.
    """
    for name in BASIC:
        recipe = control(name, recipe, prefix=prefix, training=training)
    with st.expander("More", icon=":material/tune:"):
        places: dict[str, DeltaGenerator] = {}
        for group in GROUPS:
            names = [n for n, f in FIELDS.items() if f.group == group and not f.basic]
            recipe = _group(group, names, recipe, prefix, training)
            if group in below:
                places[group] = st.container()
        for group, draw in below.items():  # last, because a control further down may matter to it
            with places[group]:
                draw(recipe)
    _differences(recipe, prefix, training, set_recipe)
    return recipe


def _group(title: str, names: list[str], recipe: Recipe, prefix: str, training: bool) -> Recipe:
    """The controls of one group that have an effect now, and a line on those that have none."""
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
    recipe: Recipe, prefix: str, training: bool, set_recipe: Callable[[Recipe], None]
) -> None:
    """One line on what differs from the defaults, and the way back to them."""
    changed = recipe.differences()
    if not changed:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        names = ", ".join(map(wording.label, changed))
        st.caption(f"Not at its default: {names}.")
        st.button(
            "Back to defaults",
            key=f"{prefix}defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=training,
            on_click=set_recipe,
            args=(Recipe(),),
            help="Put every setting back to its default.",
        )


def control(name: str, recipe: Recipe, *, prefix: str = "", training: bool = False) -> Recipe:
    """Draw one field's control, and return the recipe with its value."""
    field, value = FIELDS[name], getattr(recipe, name)
    why = wording.no_effect(name, recipe)
    if training and name not in LIVE_FIELDS:
        why = why or "Can't change while the network trains."
    options = {"help": help_text(field.help, why), "disabled": bool(why)}
    if field.kind == "widths":
        value = _widths(value, prefix, options)
    else:
        session.seed_control(prefix + name, value)
        value = _DRAW[field.kind](field, value, options | {"key": prefix + name})
    return replace(recipe, **{name: value})


def help_text(text: str, why: str = "") -> str:
    """The help text, after the reason why the control can't be moved, if there is one."""
    text = text.replace("$", "\\$").replace("*", "\\*")
    return f"**{why}**\n\n{text}" if why else text


def _number(field, value, options):
    """A slider over round values, even in the logarithm where factors matter; or a box."""
    grid = stops(field, value)
    if not grid:
        low, high, step = map(type(field.default), (field.low, field.high, 1))
        return st.number_input(field.label, low, high, step=step, **options)
    words = partial(wording.value, field.name)
    return st.select_slider(field.label, grid, format_func=words, **options)


def _choice(field, value, options):
    words = partial(wording.value, field.name)
    return st.selectbox(field.label, field.choices, format_func=words, **options)


def _switch(field, value, options):
    return st.toggle(field.label, **options)


def _widths(sizes: tuple[int, ...], prefix: str, options: dict) -> tuple[int, ...]:
    """The number of hidden layers, and a slider for the width of each."""
    key = f"{prefix}{session.WIDTHS}layers"
    session.seed_control(key, len(sizes))
    most = min(MAX_LAYERS, max(USUAL_LAYERS, len(sizes)))
    count = st.slider("Hidden layers", 0, most, key=key, **options)
    widths, columns = [], st.columns(2) if count > 1 else [st.container()]
    for layer in range(count):
        width = sizes[layer] if layer < len(sizes) else _narrower(widths)
        key = f"{prefix}{session.WIDTHS}{layer + 1}"
        session.seed_control(key, width)
        grid = stops(FIELDS["hidden_sizes"], width)
        with columns[layer % len(columns)]:
            widths.append(st.select_slider(f"Layer {layer + 1} width", grid, key=key, **options))
    return tuple(widths)


def _narrower(widths: list[int]) -> int:
    """A width for a new layer: half the one before, as such networks usually are."""
    half = widths[-1] // 2 if widths else 64
    return max((width for width in FIELDS["hidden_sizes"].stops if width <= half), default=1)


_DRAW = {"float": _number, "int": _number, "choice": _choice, "bool": _switch}
