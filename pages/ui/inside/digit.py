"""The digit to look at, by the code that stands for it in the address.

"v123" is validation digit 123 and "t5" is training digit 5, both counted from 0, as in the arrays
of `Dataset.split`. "drawing" is the learner's own. The test set has no codes: choosing digits of it
to look at would be a way to choose settings by it.
"""

import re

import numpy as np
import numpy.typing as npt

from pages.ui.inside import drawing
from pages.ui.inside.subject import Digit, Subject
from pages.ui.words import fitting

DRAWING = "drawing"
PARTS = {"v": "validation", "t": "training"}  # first letter of a code -> part of the data set
CODE = re.compile(r"([vt])(\d{1,9})")
MOST_SHOWN = 20  # characters of a bad code that a message repeats


def code(part: str, index: int) -> str:
    """The code of a digit of a part.

    >>> code("validation", 123)
    'v123'
    """
    return f"{part[0]}{index}"


def read(code: str) -> tuple[str, int] | None:
    """The letter of a part and the index of a digit; None for a drawing.

    `ValueError` if it is no code.

    >>> read("v123")
    ('v', 123)
    """
    if code == DRAWING:
        return None
    found = CODE.fullmatch(code)
    if found is None:
        raise ValueError(
            f"digit: {code[:MOST_SHOWN]!r} is no digit; allowed are v0, v1, … (validation), "
            "t0, t1, … (training) and drawing"
        )
    return found[1], int(found[2])


def images(subject: Subject, letter: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """The images (N, D) and labels (N,) of the part with this letter; N may be 0."""
    split = subject.digits.split(subject.run.recipe.validation_fraction)
    if letter == "v":
        return split.validation_images, split.validation_labels
    return split.train_images, split.train_labels


def first(subject: Subject) -> str:
    """The code of the digit that is shown first."""
    return code("v" if len(images(subject, "v")[1]) else "t", 0)


def find(subject: Subject, code: str) -> Digit:
    """The digit with this code. `ValueError` if there is none for this network."""
    place = read(code)
    if place is None:
        return _drawing(subject)
    letter, index = place
    pictures, labels = images(subject, letter)
    part, count = PARTS[letter], len(labels)
    if not count:
        raise ValueError(
            f"digit: {code!r}; this network has no validation {subject.things}, because its "
            f"validation fraction is 0. Allowed are t0 to t{len(images(subject, 't')[1]) - 1}"
        )
    if index >= count:
        raise ValueError(
            f"digit: {code!r}; this network has {count:,} {part} {subject.things}, so allowed are "
            f"{letter}0 to {letter}{count - 1}"
        )
    return Digit(code, np.array(pictures[index]), int(labels[index]))


def _drawing(subject: Subject) -> Digit:
    picture = drawing.latest()
    if picture is None:
        raise ValueError("digit: 'drawing'; there is no drawing yet. Draw one on the Draw page")
    if len(picture) != subject.run.n_features:
        raise ValueError(
            f"digit: 'drawing'; this network takes images of {subject.run.n_features:,} pixels, "
            f"but a drawing has {len(picture):,}"
        )
    return Digit(DRAWING, picture.copy(), None)


def name(subject: Subject, digit: Digit) -> str:
    """A digit in words, such as "Validation digit 123 of 0 to 599, labeled 4"."""
    if digit.label is None:
        return "Your drawing"
    letter, index = digit.code[0], int(digit.code[1:])
    names = subject.digits.class_names
    text = f"{PARTS[letter].capitalize()} digit {index:,}, labeled {names[digit.label]}"
    return fitting(text, names)
