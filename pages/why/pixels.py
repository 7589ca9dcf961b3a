"""Which pixels the answer depends on: the input gradient, and what happens if a part is covered.

This is a fragment: a choice reruns only this part of the page.
"""

from typing import NamedTuple

import numpy as np
import streamlit as st

from ann.inside import passes, why
from ann.inside.look import strongest
from ann.run import Run
from ann.version import digest
from pages.ui import session
from pages.ui.inside import signed
from pages.ui.inside.subject import Digit, Shown, Subject
from pages.ui.server import workers
from pages.ui.words import fitting, listed, percent, plain

TARGET, AGAINST, SIZE, FILL = "why.target", "why.against", "why.size", "why.fill"
NONE = -1  # no class to compare with: the logit alone
BACKGROUND, MEAN = "Background", "Mean image"
SIZES = (1, 3, 5, 7, 9)
WORK = 2e9  # multiply-adds for the occlusion: a tenth of a second
SIDE = 168  # pixels of a picture: two fit side by side on a phone
LISTED = 10  # pixels in the table
MOST_MEAN = 5_000  # training digits in the mean


class Question(NamedTuple):
    """What is explained, the logit of a class or its lead over another one, and what is covered."""

    target: int
    against: int | None
    size: int  # of the covered patch, in pixels
    fill: str

    def words(self, names: tuple[str, ...]) -> str:
        """What is explained, in words: "the lead of 4 over 9"."""
        if self.against is None:
            return f"the logit of {names[self.target]}"
        return f"the lead of {names[self.target]} over {names[self.against]}"


@workers.fragment
def show(shown: Shown) -> None:
    """The answer, what to explain about it, and the pictures."""
    subject, digit = shown
    z = why.logits(subject.run, digit.image[None])[0]
    st.markdown(answer(subject, digit))
    question = _choose(shown, z)
    _pictures(shown, question, z)


def answer(subject: Subject, digit: Digit) -> str:
    """The network's answer to a digit, the next two classes and the label, as Markdown."""
    p, names = subject.run.predict_proba(digit.image[None])[0], subject.digits.class_names
    first, *others = np.argsort(-p, kind="stable")[:3]
    text = f"The network's answer is **{plain(names[first])}** ({percent(float(p[first]))})"
    if others:
        text += f", then {listed([f'{plain(names[c])} ({percent(float(p[c]))})' for c in others])}"
    if digit.label is None:
        return f"{text}."
    if digit.label == first:
        return f"{text}. That is correct."
    return f"{text}. That is **wrong**: the label is **{plain(names[digit.label])}**."


def _choose(shown: Shown, z: np.ndarray) -> Question:
    """At first, the answer and its rival: the true class of a mistake, or else the second."""
    subject, digit = shown
    names = subject.digits.class_names
    order = [int(c) for c in np.argsort(-z, kind="stable")]
    rival = order[1] if len(order) > 1 else NONE
    if digit.label is not None and digit.label != order[0]:
        rival = digit.label
    # another digit or network has another answer to begin with, so the boxes have other keys
    place = f"{subject.weights}.{digit.code}.{digest([digit.image])}"
    session.seed_control(f"{TARGET}.{place}", order[0])
    session.seed_control(f"{AGAINST}.{place}", rival)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.selectbox(
            "Explain the logit of",
            range(len(names)),
            format_func=lambda c: names[c],
            key=f"{TARGET}.{place}",
            width=180,
            help="The class with the largest logit is the answer.",
        )
        against = st.selectbox(
            "minus that of",
            [NONE, *range(len(names))],
            format_func=lambda c: "nothing" if c == NONE else names[c],
            key=f"{AGAINST}.{place}",
            width=180,
            help="The difference of two logits, the lead, decides between two classes. Choose "
            "nothing to look at one logit alone.",
        )
        size = st.select_slider(
            "Covered patch",
            SIZES,
            value=5,
            format_func=lambda n: f"{n}×{n}",
            key=SIZE,
            width=180,
            help="The side of the square that is covered, in pixels.",
        )
        fill = st.segmented_control(
            "Cover with",
            [BACKGROUND, MEAN],
            default=BACKGROUND,
            required=True,
            key=FILL,
            help="The background is gray level 0. The mean is that of the training "
            f"{subject.things}, pixel by pixel.",
        )
    return Question(target, None if against in (NONE, target) else against, size, fill)


def _pictures(shown: Shown, question: Question, z: np.ndarray) -> None:
    """The digit, its input gradient and its occlusion, side by side; the numbers in a table."""
    subject, digit = shown
    run, names = subject.run, subject.digits.class_names
    target, against, size, fill = question
    slope = why.input_gradient(run, digit.image, target, against).per_level
    side = why.picture_side(run.n_features)
    stride = next(s for s in range(1, side + 1) if fits(run, side, s))
    filler = mean_image(subject) if fill == MEAN else 0.0
    covered = why.occlude(run, digit.image, target, against, size=size, fill=filler, stride=stride)
    words = question.words(names)
    lead = float(z[target] - (0 if against is None else z[against]))
    pictures = [
        signed.digit(digit.image, fitting("The digit", names), size=SIDE),
        signed.figure(
            slope,
            side,
            f"Input gradient: change of {words} if the pixel gets one gray level lighter",
            size=SIDE,
            alt=f"Input gradient of {words}. {_strongest(slope, side)}",
        ),
        signed.figure(
            covered.fall,
            side,
            f"Occlusion: how far {words} falls if the {size}×{size} pixels around are covered",
            size=SIDE,
            alt=f"Occlusion of {words}. {_strongest(covered.fall, side)}",
        ),
    ]
    st.markdown(f"{plain(words[0].upper() + words[1:])} is **{lead:+.2f}**.")
    st.html(f'{signed.STYLE}<div class="signed-row">{"".join(pictures)}</div>')
    st.caption(
        "Blue: a lighter pixel raises the number, or what lies under the patch supports it. "
        "Orange: the opposite. The gradient holds for small changes only, and neighboring pixels "
        "often differ. Covering a patch is a large change, unlike anything in training."
        + (f" Patches are tried every {stride} pixels, as this network is large." * (stride > 1))
    )
    st.markdown(_flips(covered.answers, int(z.argmax()), names, size))
    with st.expander("The strongest pixels as a table", icon=":material/table_rows:"):
        st.dataframe(_table(slope, covered.fall, side), hide_index=True, key="why.table")


def fits(run: Run, side: int, stride: int) -> bool:
    """Whether the patches at every `stride` pixels can be tried while the visitor waits."""
    return (-(-side // stride)) ** 2 <= passes.affordable(run, WORK)


def mean_image(subject: Subject) -> np.ndarray:
    """The mean (D,) of the training digits that `MOST_MEAN` allows, at each pixel."""
    images = subject.digits.split(subject.run.recipe.validation_fraction).train_images
    mean: np.ndarray = np.asarray(images[:MOST_MEAN]).mean(axis=0, dtype=np.float32)
    return mean


def _strongest(values: np.ndarray, side: int) -> str:
    """The largest and the smallest value with their places, for those who can't see the picture."""
    most, least = int(values.argmax()), int(values.argmin())
    row, column = divmod(most, side)
    other_row, other_column = divmod(least, side)
    return (
        f"Highest {values[most]:+.2g} at row {row}, column {column}; "
        f"lowest {values[least]:+.2g} at row {other_row}, column {other_column}."
    )


def _flips(answers: np.ndarray, before: int, names: tuple[str, ...], size: int) -> str:
    """At how many places the covered patch changes the answer, and to what."""
    counts = np.bincount(answers[answers != before], minlength=len(names))
    if not counts.any():
        return f"Wherever the {size}×{size} patch is, the answer stays {plain(names[before])}."
    found = [
        f"**{plain(names[c])}** at {counts[c]:,}" for c in np.argsort(-counts)[:3] if counts[c]
    ]
    return (
        f"The patch flips the answer at {counts.sum():,} of {len(answers):,} places: to "
        f"{listed(found)}."
    )


def _table(slope: np.ndarray, fall: np.ndarray, side: int) -> dict[str, np.ndarray]:
    """The pixels with the strongest gradient and occlusion, a row each."""
    columns: dict[str, np.ndarray] = {}
    for name, values in (("Input gradient", slope), ("Occlusion", fall)):
        at = strongest(values, LISTED)
        columns |= {f"{name}: row": at // side, f"{name}: column": at % side, name: values[at]}
    return columns
