"""A box of presets: one click sets every slider, and our own presets also their data set."""

from collections.abc import Callable

import streamlit as st

from ann.recipe import Recipe
from ann.recipes.presets import PRESETS
from pages.ui import session
from pages.ui.networks import made_for
from pages.ui.server import classes, datasets

KEY = "preset"
OWN = ""
CHOICES = {"defaults": Recipe()} | {name: preset.recipe for name, preset in PRESETS.items()}


def show(recipe: Recipe, *, disabled: bool = False, set_recipe: Callable[[Recipe], None]) -> None:
    """The box, with the preset that `recipe` is, and the accuracy that its source found."""
    name = next((n for n, r in CHOICES.items() if recipe in (r, classes.seeded(r))), OWN)
    st.selectbox(
        "Preset",
        list(CHOICES),
        index=None,  # the box is for choosing; what is set now is its placeholder
        placeholder=_title(name),
        key=KEY,
        format_func=_title,
        disabled=disabled,
        on_change=_choose,
        args=(set_recipe,),
        help="Settings from published student projects, and our own. Choosing one sets every "
        "slider; after that, change what you like. Our own also choose their data set in place of "
        "MNIST's digits.",
    )
    if name in PRESETS:
        preset = PRESETS[name]
        if preset.headline:
            who = "Measured here" if preset.ours else "Its source reports"
            text = f"{who}: **{preset.headline}** on MNIST's test set."
            st.caption(text, help=f"{preset.source_note}\n\n{preset.about}")
        else:
            st.caption(f"Its source: {preset.source_note}", help=preset.about)


def _title(name: str) -> str:
    if name in PRESETS:
        return PRESETS[name].title
    return "The lab's defaults" if name else "Your own settings"


def _choose(set_recipe: Callable[[Recipe], None]) -> None:
    name = session.get_control(KEY)
    if name in PRESETS and (more := made_for.find(PRESETS[name], datasets.chosen())):
        session.state().dataset = more
    if name in CHOICES:
        set_recipe(CHOICES[name])
    # The box is emptied only here. If every run set it, it would fight a browser that is one run
    # behind: while a slider moves quickly, the old preset would come back as a new choice.
    session.set_control(KEY, None)
