"""Accuracy against the strength of a change, and what the change does to the chosen digit.

This is a fragment: a choice reruns only this part of the page.
"""

import numpy as np
import streamlit as st

from data.writing.distortions import DISTORTIONS, Distortion
from pages.ui import charts, digits, frame
from pages.ui.charts import Band
from pages.ui.inside import bar, computed, curve_table, curves
from pages.ui.inside.curves import Curve
from pages.ui.inside.subject import Shown, Subject
from pages.ui.server import workers
from pages.ui.words import fitting, percent

KIND = "robustness.kind"


@workers.fragment
def show(shown: Shown) -> None:
    """Choose a change; its curve, measured in a worker, and the digit at each strength."""
    subject = shown.subject
    names = subject.digits.class_names
    kind = st.segmented_control(
        "Change",
        list(DISTORTIONS),
        default=next(iter(DISTORTIONS)),
        required=True,
        format_func=lambda name: DISTORTIONS[name].label,
        key=KIND,
        help=fitting("How the digits are changed before the network sees them.", names),
    )
    distortion = DISTORTIONS[kind]
    st.markdown(fitting(distortion.about, names))
    found = _curve(subject, distortion)
    if found is not None:
        _draw(subject, distortion, found)
    _examples(shown, distortion)
    bar.link("why", "Changes planned against the network: Why this answer")


def _curve(subject: Subject, distortion: Distortion) -> Curve | None:
    """The accuracy at each strength; None, with a line that says so, while it is measured.

    The worker then goes on with the other changes, so that these are there when they are chosen.
    """
    run = subject.run
    split = subject.digits.split(run.recipe.validation_fraction)
    n = curves.MOST_DIGITS
    images, labels = np.asarray(split.validation_images[:n]), split.validation_labels[:n]
    about = subject.weights, run.fingerprint, run.recipe.validation_fraction
    sent = computed.sent(run)
    key = ("distortion", distortion.name, *about)
    found = computed.get(key, curves.of_distortion, sent, images, labels, distortion.name)
    for other in DISTORTIONS if found else ():
        computed.ask(
            ("distortion", other, *about), curves.of_distortion, sent, images, labels, other
        )
    if found is None:
        computed.progress(key, f"Measuring on the validation {subject.things}")
    return found


def _draw(subject: Subject, distortion: Distortion, found: Curve) -> None:
    names = subject.digits.class_names
    look_for = fitting(
        f"Accuracy on {found.n:,} validation digits, and its 95% confidence interval. A network "
        "learns only what its training digits show: augmentation shows it such changes.",
        names,
    )
    figure = charts.strength_curves(
        found.strengths,
        [Band("accuracy", found.accuracy, found.low, found.high)],
        across=f"{distortion.label}, {distortion.unit}",
    )
    frame.chart(figure, "robustness.curve", look_for)
    curve_table.show(
        f"{distortion.label} ({distortion.unit})",
        found.strengths,
        {"Accuracy": found.accuracy, "95% from": found.low, "to": found.high},
        "robustness.table",
    )


def _examples(shown: Shown, distortion: Distortion) -> None:
    """The chosen digit at each strength, with the network's answer and its confidence."""
    subject, digit = shown
    names = subject.digits.class_names
    changed = np.concatenate(
        [distortion.versions(digit.image[None], s)[0] for s in distortion.strengths]
    )
    p = subject.run.predict_proba(changed)
    answers = p.argmax(axis=1)
    captions = [
        f"{strength:g}\n{names[c]} ({percent(float(row[c]))})"
        for strength, row, c in zip(distortion.strengths, p, answers, strict=True)
    ]
    thing = fitting("digit", names)
    st.markdown(f"The chosen {thing} at each strength, and the network's answer")
    wrong = [] if digit.label is None else list(np.flatnonzero(answers != digit.label))
    st.html(digits.strip(changed, captions, size=72, marked=[int(k) for k in wrong]))
    if wrong:
        st.caption("Framed: the answer is wrong.")
