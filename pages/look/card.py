"""The card of a unit: what it does over many digits."""

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from ann.inside import units
from ann.inside.look import Unit
from ann.inside.passes import representations
from ann.inside.units import UnitSummary
from ann.run import Run
from pages.look import edits
from pages.look.names import Names
from pages.ui import palette
from pages.ui.inside import digit, pictures
from pages.ui.inside.numbers import three
from pages.ui.inside.subject import Subject
from pages.ui.live import beat
from pages.ui.words import fitting, percent, plain

MOST_KEPT = 4_000_000  # activations
STYLE = f"""<style>
.means {{ border-collapse: collapse; font-size: 0.82rem; width: 100%; max-width: 22rem; }}
.means caption {{ text-align: left; font-size: 0.8rem; color: {palette.SOFT}; }}
.means :is(th, td) {{ padding: 0 8px 0 0; border: 0; line-height: 1.5; font-weight: 400;
  font-variant-numeric: tabular-nums; white-space: nowrap; }}
.means th {{ text-align: left; max-width: 7rem; overflow: hidden; text-overflow: ellipsis; }}
.means td:last-child {{ width: 100%; position: relative; }}
.means i {{ position: absolute; top: 4px; bottom: 4px; border-radius: 2px; }}
.means .true th {{ font-weight: 700; }}
</style>"""


def show(subject: Subject, unit: Unit, names: Names, code: str, label: int | None) -> None:
    """Mean activation by class, the most exciting digits, and how often the unit is silent."""
    run, thing = edits.applied(subject), fitting("digit", subject.digits.class_names)
    images, labels, letter = edits.judged_on(subject)
    values = _activations(run, images, unit.layer)
    summary = units.summarize_unit(run, values, labels, unit)
    output, part = unit.layer == names.last, digit.PARTS[letter]
    st.markdown(f"**{plain(names.title(unit))} over {len(labels):,} {part} {thing}s**")
    left, right = st.columns(2, gap="large")
    left.html(means(summary, names.classes, label, "logit" if output else "activation"))
    with right:
        st.markdown(_silence(summary, len(labels), thing, output))
        _exciting(summary, subject, images, labels, letter, code)


def _activations(run: Run, images: np.ndarray, layer: int) -> np.ndarray:
    """The activations of a layer (N, width), kept for the next click: of all layers, if small."""
    version = edits.current().version()
    if len(images) * sum(run.network.sizes[1:]) <= MOST_KEPT:
        found = beat.once("look.activations", version, lambda: representations(run, images))
        return found[layer - 1]
    return beat.once("look.layer", (*version, layer), lambda: units.activations(run, images, layer))


def means(summary: UnitSummary, names: Sequence[str], label: int | None, what: str) -> str:
    """HTML: the mean by class, as a table with bars."""
    known = np.nan_to_num(summary.class_means)
    low, high = min(0.0, float(known.min())), max(0.0, float(known.max()))
    span = (high - low) or 1.0
    rows = []
    for c, (name, mean) in enumerate(zip(names, summary.class_means, strict=True)):
        text = "–" if np.isnan(mean) else three(float(mean))
        start, end = sorted((0.0, float(known[c])))
        color = palette.POSITIVE if known[c] >= 0 else palette.NEGATIVE
        bar = (
            f"left:{100 * (start - low) / span:.1f}%;width:{100 * (end - start) / span:.1f}%;"
            f"background:{color}"
        )
        rows.append(
            f"<tr{' class=true' if c == label else ''}><th scope=row>{html.escape(str(name))}</th>"
            f'<td>{text}</td><td><i style="{bar}"></i></td></tr>'
        )
    caption = f"Mean {what} by class" + ("" if label is None else "; bold: the class of this one")
    return f'<table class="means"><caption>{caption}</caption>{"".join(rows)}</table>'


def _silence(summary: UnitSummary, total: int, thing: str, output: bool) -> str:
    share = percent(summary.silent)
    if output:
        return f"For {share} of the {total:,} {thing}s, the network gives another answer."
    text = f"For {share} of the {total:,} {thing}s, its activation is {summary.silence}."
    if summary.silent == 1 and summary.silence == "0":
        text += " It is dead: it passes nothing on."
    return text


def _exciting(
    summary: UnitSummary,
    subject: Subject,
    images: np.ndarray,
    labels: np.ndarray,
    letter: str,
    code: str,
) -> None:
    thing, names = fitting("digit", subject.digits.class_names), subject.digits.class_names
    if not len(summary.exciting):
        st.caption(f"No {thing} excites it more than any other.")
        return
    st.caption(f"The {thing}s that excite it most. Click one to look at it.")
    shown = [
        pictures.Picture(
            f"{letter}{i}",
            images[i],
            three(float(summary.values[i])),
            f"{digit.PARTS[letter].capitalize()} {thing} {i:,}, labeled {names[labels[i]]}: "
            f"{three(float(summary.values[i]))}",
        )
        for i in map(int, summary.exciting)
    ]
    pictures.show("look.exciting", shown, "The most exciting", code)
