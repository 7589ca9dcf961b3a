"""The way of a digit through the network in one picture: its strongest units, and few lines."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ann.inside.look import Look, Unit, look, sent, strongest
from ann.run import Run
from pages.look.columns import LINES, MIDDLE, PICTURE, RADIUS, ROW, TOP, UNITS, Column, columns_of
from pages.ui import digits, palette, session
from pages.ui.inside.numbers import with_sign
from pages.ui.inside.subject import Digit, Shown
from pages.ui.words import percent

NAME, KEY = "ann_lab_way", "look.way"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
CSS = f"""
.way {{ overflow-x: auto; }}
.way svg {{ display: block; min-width: 34rem; width: 100%; height: auto; }}
.way text {{ fill: currentcolor; font-size: 13px; }}
.way text.small {{ font-size: 11.5px; fill: {palette.SOFT}; }}
.way path {{ fill: none; }}
.way .plus {{ stroke: {palette.POSITIVE}; }}
.way .minus {{ stroke: {palette.NEGATIVE}; stroke-dasharray: 6 4; }}
.way circle.minus {{ stroke-dasharray: none; }}
.way image {{ image-rendering: pixelated; }}
.way [data-way] {{ cursor: pointer; }}
.way [data-way]:is(:hover, :focus-visible) circle {{ stroke-width: 5; }}
.way [data-way]:focus-visible {{ outline: 3px solid {palette.TRAINING}; outline-offset: 2px; }}
"""
LEGEND = (
    "Read it from left to right. Each circle is one of the units that speak most for or against "
    "the answer; the more active it is, the more it is filled. A blue line raises what it leads "
    "to, a dashed orange one lowers it; the thicker, the more. All other lines are left out. "
    "Below a layer is what its other units contribute. Click a circle for all its numbers."
)


def show(shown: Shown, on_choose: Callable[[Any], None]) -> None:
    """The picture, in a box that is open at first.

    `on_choose` is given the unit that was clicked, as the browser sent it: a forged message can
    contain anything.
    """
    subject, digit = shown
    with st.expander("The whole path in one picture", expanded=True, icon=":material/route:"):
        seen = explained(subject.run, digit)
        if not seen.finite:
            st.caption("The network's outputs are not finite.")
            return
        component = st.components.v2.component(
            NAME, html='<div class="way"></div>', css=CSS, js=SCRIPT, isolate_styles=False
        )
        drawn = picture(subject.run, seen, digit, subject.digits.class_names)

        def chosen() -> None:
            on_choose(session.get_control(KEY)["chosen"])

        component(data={"picture": drawn}, key=KEY, on_chosen_change=chosen)
        st.caption(LEGEND)


def explained(run: Run, digit: Digit) -> Look:
    """A look at what speaks for the answer: rather than for the true class, if it is wrong."""
    seen = look(run, digit.image)
    if digit.label in (None, seen.answer):
        return seen
    return look(run, digit.image, seen.answer, digit.label)


def picture(run: Run, seen: Look, digit: Digit, names: tuple[str, ...]) -> str:
    """HTML: the digit, the strongest units of each layer, and the most probable classes."""
    columns = columns_of(seen, names, digit.label)
    height = TOP + ROW * UNITS + 44
    parts = [_input(digit)]
    for k, column in enumerate(columns):
        before = columns[k - 1] if k else None
        if before is None:
            parts += [
                _line((PICTURE + 8.0, MIDDLE), (column.x - RADIUS, n.y), 1.0, "")
                for n in column.nodes
            ]
        elif column.layer == before.layer + 1:
            parts += _lines(run, seen, before, column)
        else:
            x = (before.x + column.x) / 2
            between = column.layer - before.layer - 1
            parts.append(_text(x, MIDDLE, "⋯", "middle"))
            more = f"{between} more layers" if between > 1 else "1 more layer"
            parts.append(_text(x, MIDDLE + 18, more, "middle", small=True))
    last = len(columns) - 1
    for k, column in enumerate(columns):
        parts += _nodes(column, k == last, names, seen)
    width = columns[-1].x + 130
    words = html.escape(described(columns, seen, names), quote=True)
    return (
        f'<svg viewBox="0 0 {width:.0f} {height}" style="max-width: {width:.0f}px" role="group" '
        f'aria-label="{words}">'
        f"{''.join(parts)}</svg>"
    )


def described(columns: list[Column], seen: Look, names: tuple[str, ...]) -> str:
    """The picture in words."""
    parts = [
        f"{column.name}: " + ", ".join(node.title for node in column.nodes) + f"; {column.rest}"
        for column in columns[:-1]
    ]
    share = percent(float(seen.probabilities[seen.answer]))
    return ". ".join([*parts, f"Answer: {names[seen.answer]}, {share}"]) + "."


def _lines(run: Run, seen: Look, before: Column, column: Column) -> list[str]:
    """The strongest products of an activation and a weight between two columns."""
    to = [node.number for node in column.nodes]
    products = np.stack(
        [sent(run, seen, Unit(before.layer, node.number))[to] for node in before.nodes]
    )
    largest = float(np.abs(products).max(initial=0)) or 1.0
    lines = []
    for at in strongest(products.reshape(-1), LINES):
        i, j = divmod(int(at), len(to))
        value = float(products[i, j])
        ends = (before.x + RADIUS, before.nodes[i].y), (column.x - RADIUS, column.nodes[j].y)
        name = "plus" if value > 0 else "minus"
        if value:
            lines.append(_line(*ends, 1 + 5 * abs(value) / largest, name, with_sign(value)))
    return lines


def _input(digit: Digit) -> str:
    y = MIDDLE - PICTURE / 2
    return (
        f'<image href="{digits.data_uri(digit.image, 3)}" x="2" y="{y:.0f}" width="{PICTURE}" '
        f'height="{PICTURE}"/>'
        + _text(2 + PICTURE / 2, TOP - 12, "input", "middle")
        + _text(
            2 + PICTURE / 2, y + PICTURE + 18, f"{digit.image.size:,} pixels", "middle", small=True
        )
    )


def _nodes(column: Column, output: bool, names: tuple[str, ...], seen: Look) -> list[str]:
    parts = [_text(column.x, TOP - 12, column.name, "middle")]
    for node in column.nodes:
        name = "plus" if node.contribution > 0 else "minus" if node.contribution < 0 else ""
        color = palette.MUTED
        if output:
            name, color = "", palette.TRAINING if node.number == seen.answer else palette.MUTED
        stroke = f' stroke="{color}"' if not name else ""
        button = "" if output else f' data-way="{column.layer}-{node.number}" role="button"'
        parts.append(
            f'<g{button}><title>{html.escape(node.title)}</title><circle class="{name}" '
            f'cx="{column.x:.0f}" cy="{node.y:.0f}" r="{RADIUS}"{stroke} stroke-width="3" '
            f'fill="{color if output else "currentcolor"}" fill-opacity="{node.fill:.2f}"/></g>'
        )
        if output:
            share = percent(float(seen.probabilities[node.number]))
            bold = ' font-weight="700"' if node.number == seen.answer else ""
            text = html.escape(f"{str(names[node.number])[:12]} ({share})")
            x = column.x + RADIUS + 8
            parts.append(f'<text x="{x:.0f}" y="{node.y + 4:.0f}"{bold}>{text}</text>')
        else:
            y = node.y + RADIUS + 11
            parts.append(_text(column.x, y, f"{column.layer}-{node.number}", "middle", small=True))
    y = TOP + ROW * UNITS + 26
    return [*parts, _text(column.x, y, column.rest, "middle", small=True)]


def _line(
    start: tuple[float, float], end: tuple[float, float], width: float, name: str, title: str = ""
) -> str:
    """A curve from one point to another."""
    (x1, y1), (x2, y2), middle = start, end, (start[0] + end[0]) / 2
    look = f'class="{name}"' if name else f'stroke="{palette.MUTED}" stroke-opacity="0.5"'
    words = f"<title>{html.escape(title)}</title>" if title else ""
    return (
        f'<path {look} stroke-width="{width:.1f}" d="M{x1:.0f} {y1:.0f}C{middle:.0f} {y1:.0f} '
        f'{middle:.0f} {y2:.0f} {x2:.0f} {y2:.0f}">{words}</path>'
    )


def _text(x: float, y: float, text: str, anchor: str, *, small: bool = False) -> str:
    name = ' class="small"' if small else ""
    words = html.escape(text)
    return f'<text{name} x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{words}</text>'
