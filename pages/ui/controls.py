"""The sliders and boxes of the recipe. Their keys are the names of its fields.

`edit_recipe()` draws all of them; `control(name)` draws one, for a page with a layout of its own.
Whatever is drawn is kept in the session's recipe, which the address shows.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from ann.fields import MAX_LAYERS
from ann.recipe import FIELDS, GROUPS, LIVE_FIELDS, Recipe
from ann.recipes import wording
from pages.train import augment_preview
from pages.ui import session
from pages.ui.stops import stops

BASIC = tuple(name for name, field in FIELDS.items() if field.basic)
USUAL_LAYERS = 6


def edit_recipe(*, training: bool = False, besides: tuple[str, ...] = ()) -> Recipe:
    """Draw every control and return the recipe that they describe.

    While `training`, only what may change midway can be moved. `besides` names fields that the
    page draws itself with `control`.
    """
    for name in BASIC:
        if name not in besides:
            control(name, training=training)
    with st.expander("More", icon=":material/tune:"):
        for group in GROUPS:
            names = [n for n, f in FIELDS.items() if f.group == group]
            _group(group, [n for n in names if n not in BASIC and n not in besides], training)
            if group == "Augmentation":
                below = st.container()
        with below:  # drawn last, because the seed, which stands further down, has a say
            augment_preview.preview(session.state().recipe)
    differences(training=training)
    return session.state().recipe


def _group(title: str, names: list[str], training: bool) -> None:
    """The controls of one group that have an effect now, and a line on those that have none."""
    if not names:
        return
    st.markdown(f"**{title}**")
    idle = []
    for name in names:  # one after the other: a choice decides what has an effect below it
        reason = wording.no_effect(name, session.state().recipe)
        if reason:
            idle.append(reason)
        else:
            control(name, training=training)
    if idle:
        st.caption("  \n".join(idle))


def differences(*, training: bool = False) -> None:
    """One line on what differs from the defaults, and the way back to them."""
    changed = session.state().recipe.differences()
    if not changed:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        names = ", ".join(map(wording.label, changed))
        st.caption(f"Not at its default: {names}.")
        st.button(
            "Back to defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=training,
            on_click=session.set_recipe,
            args=(Recipe(),),
            help="Put every setting back to its default.",
        )


def control(name: str, *, training: bool = False) -> Any:
    """Draw one field's control, keep its value in the session's recipe, and return it."""
    field, state = FIELDS[name], session.state()
    why = wording.no_effect(name, state.recipe)
    if training and name not in LIVE_FIELDS:
        why = why or "Can't change while the network trains."
    options = {"help": help_text(field.help, why), "disabled": bool(why)}
    if field.kind == "widths":
        value = _widths(state.recipe.hidden_sizes, options)
    else:
        session.seed_control(name, getattr(state.recipe, name))
        value = _DRAW[field.kind](field, getattr(state.recipe, name), options)
    state.recipe = replace(state.recipe, **{name: value})
    return value


def help_text(text: str, why: str = "") -> str:
    """The help text, after the reason why the control can't be moved, if there is one."""
    text = text.replace("$", "\\$").replace("*", "\\*")
    return f"**{why}**\n\n{text}" if why else text


def _number(field, value, options):
    """A slider over round values, even in the logarithm where factors matter; or a box."""
    grid = stops(field, value)
    if not grid:
        low, high, step = map(type(field.default), (field.low, field.high, 1))
        return st.number_input(field.label, low, high, key=field.name, step=step, **options)
    return st.select_slider(
        field.label,
        grid,
        key=field.name,
        format_func=partial(wording.value, field.name),
        **options,
    )


def _choice(field, value, options):
    words = partial(wording.value, field.name)
    return st.selectbox(field.label, field.choices, key=field.name, format_func=words, **options)


def _switch(field, value, options):
    return st.toggle(field.label, key=field.name, **options)


def _widths(sizes: tuple[int, ...], options: dict) -> tuple[int, ...]:
    """The number of hidden layers, and a slider for the width of each."""
    key = session.WIDTHS + "layers"
    session.seed_control(key, len(sizes))
    most = min(MAX_LAYERS, max(USUAL_LAYERS, len(sizes)))
    count = st.slider("Hidden layers", 0, most, key=key, **options)
    widths, columns = [], st.columns(2) if count > 1 else [st.container()]
    for layer in range(count):
        width = sizes[layer] if layer < len(sizes) else _narrower(widths)
        key = f"{session.WIDTHS}{layer + 1}"
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
