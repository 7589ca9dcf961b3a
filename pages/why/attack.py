"""How the accuracy falls under changes planned against the network, beside random ones."""

import numpy as np
import streamlit as st

from pages.ui import charts, frame
from pages.ui.charts import Band
from pages.ui.inside import bar, computed, curve_table, curves
from pages.ui.inside.curves import Attack
from pages.ui.inside.subject import Subject
from pages.ui.words import fitting

NAMED = (0.05, 0.1)  # ε that the sentence gives numbers for


def show(subject: Subject) -> None:
    """The two curves, measured in a worker."""
    run, names = subject.run, subject.digits.class_names
    split = subject.digits.split(run.recipe.validation_fraction)
    images, labels = split.validation_images, split.validation_labels
    if not len(labels):
        st.info(
            f"There are no validation {subject.things}: this network's validation fraction is 0."
        )
        return
    n = min(len(labels), curves.MOST_DIGITS)
    key = ("attack", subject.weights, run.fingerprint, run.recipe.validation_fraction)
    found = computed.get(
        key, curves.of_attack, computed.sent(run), np.asarray(images[:n]), labels[:n]
    )
    if found is None:
        computed.progress(key, f"Changing the validation {subject.things}")
        return
    st.markdown(_words(found, subject.things))
    look_for = fitting(
        "ε is the change of each pixel, as a share of the range from black to white. Planned: in "
        "the direction that raises the loss of each digit (the fast gradient sign method). "
        "Random: each pixel lighter or darker at random. Bands: 95% confidence intervals.",
        names,
    )
    frame.chart(
        charts.strength_curves(
            found.planned.strengths,
            [
                Band("planned change", *found.planned[1:4]),
                Band("random change", *found.random[1:4]),
            ],
            across="Change of each pixel, ε",
        ),
        "why.attack",
        look_for,
    )
    planned, random = found
    curve_table.show(
        "ε",
        planned.strengths,
        {
            "Planned change": planned.accuracy,
            "95% from": planned.low,
            "to": planned.high,
            "Random change": random.accuracy,
            "its 95% from": random.low,
            "its to": random.high,
        },
        "why.attack.table",
    )
    bar.link("robustness", "Other changes: noise, shift, rotation, thickness, blur")


def _words(found: Attack, things: str) -> str:
    planned, random = found
    parts = []
    for epsilon in NAMED:
        at = planned.strengths.index(epsilon)
        parts.append(
            f"at ε = {epsilon:g}, accuracy is **{planned.accuracy[at]:.0%}**, and "
            f"**{random.accuracy[at]:.0%}** with random changes of the same size"
        )
    return (
        f"Of the first {planned.n:,} validation {things}, the network classifies "
        f"{planned.accuracy[0]:.0%} correctly; {'; '.join(parts)}."
    )
