"""The coach's box: one finding with its evidence and its reason, and what to do about it."""

from collections.abc import Callable, Sequence

import streamlit as st

from ann.coach.advice import Advice
from ann.recipe import Recipe
from pages.ui import session, site
from pages.ui.coach.challenge import challenge
from pages.ui.words import fitting, plain

ICON = ":material/stethoscope:"


def show(
    advice: Advice,
    recipe: Recipe,
    dataset: str | None,
    class_names: Sequence[str],
    *,
    key: str,
    stop: Callable[[], None] = lambda: None,
) -> None:
    """What is wrong with the training of `recipe`, and the buttons that race and apply the cure.

    `dataset` is the name of its data set. *Apply* calls `stop` before it changes the sliders.
    """
    found, cure = advice.finding, advice.cure
    change = fitting(plain(advice.change), class_names)
    with st.container(border=True, key=f"coach.{key}"):
        evidence = plain(found.evidence[0].upper() + found.evidence[1:])
        text = f"{ICON} **{plain(found.title)}.** {evidence} {plain(found.why)}"
        st.markdown(fitting(text, class_names))
        if cure is None:
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                "Race the cure against it",
                key=f"coach.{key}.race",
                type="primary",
                icon=":material/flag:",
                on_click=challenge,
                args=(recipe, cure, dataset),
                help="Train both side by side, from the same seed, and see whether the cure helps.",
            ):
                st.switch_page(site.path("race"))
            if st.button(
                "Apply",
                key=f"coach.{key}.apply",
                icon=":material/healing:",
                on_click=_apply,
                args=(cure, dataset, stop),
                help="Set the sliders of the Train page to the cure. A training that still runs "
                "ends here and is kept among your runs.",
            ):
                # said here, as the message would be gone after the run that ends with the switch
                told = fitting(advice.change, class_names)
                session.say(f"The sliders are set to the cure: {told}. Press Start.", "success")
                st.switch_page(site.path("train"))
            st.markdown(f"Cure: {change}.", width="content")


def line(advice: Advice, class_names: Sequence[str]) -> None:
    """The finding in two lines, where there is no room for more."""
    found = advice.finding
    st.caption(
        fitting(f"{ICON} **{plain(found.title)}**: {plain(found.evidence)}", class_names),
        help=fitting(plain(found.why), class_names),
    )


def _apply(cure: Recipe, dataset: str | None, stop: Callable[[], None]) -> None:
    stop()
    session.state().dataset = dataset
    session.set_recipe(cure)
