"""Which digits the changes on a copy of the network lose and win."""

import numpy as np
import streamlit as st

from ann.inside import units
from ann.inside.units import Effect
from pages.look.edits import applied, current, judged_on
from pages.ui.inside import digit, pictures
from pages.ui.inside.subject import Subject
from pages.ui.live import beat
from pages.ui.words import fitting

MOST_SHOWN = 24  # pictures of digits lost, and of digits won, unless all are asked for


def show(subject: Subject, chosen: str) -> None:
    """What the edits did to the answers, in digits; each one can be clicked."""
    edits = current()
    if not edits:
        return
    images, labels, letter = judged_on(subject)
    effect = beat.once(
        "look.effect",
        edits.version(),
        lambda: units.effect(subject.run, applied(subject), images, labels),
    )
    thing = fitting("digit", subject.digits.class_names)
    st.markdown(f"**{summary(effect, len(labels), digit.PARTS[letter], thing)}**")
    for name, places in (("Lost", effect.lost), ("Won", effect.won)):
        if len(places):
            _pictures(subject, name, places, effect, letter, chosen)


def summary(effect: Effect, total: int, part: str, thing: str) -> str:
    """The effect in a sentence.

    >>> none = np.array([], int)
    >>> effect = Effect(np.arange(3), np.arange(1), np.arange(5), none, none)
    >>> summary(effect, 600, "validation", "digit")
    '3 lost, 1 won of 600 validation digits; 1 more has another wrong answer.'
    """
    lost, won, changed = (len(places) for places in effect[:3])
    other = changed - lost - won
    text = f"{lost:,} lost, {won:,} won of {total:,} {part} {thing}s"
    if other:
        more = "1 more has another wrong answer" if other == 1 else ""
        text += f"; {more or f'{other:,} more have another wrong answer'}"
    return text + "."


def _pictures(
    subject: Subject, name: str, places: np.ndarray, effect: Effect, letter: str, chosen: str
) -> None:
    images, labels, _ = judged_on(subject)
    names = subject.digits.class_names
    st.caption(f"{name}: {len(places):,}. Click one to look at it.")
    everything = len(places) <= MOST_SHOWN or st.toggle(
        f"Show all {len(places):,}", key=f"look.all.{name.lower()}"
    )
    shown = [
        pictures.Picture(
            f"{letter}{i}",
            images[i],
            f"{names[effect.before[i]]} → {names[effect.after[i]]}",
            f"{digit.PARTS[letter].capitalize()} {fitting('digit', names)} {i:,}, labeled "
            f"{names[labels[i]]}: was {names[effect.before[i]]}, is now {names[effect.after[i]]}",
        )
        for i in map(int, places if everything else places[:MOST_SHOWN])
    ]
    pictures.show(f"look.{name.lower()}", shown, name, chosen)
