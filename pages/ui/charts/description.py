"""What a figure shows, in a sentence with its numbers, for those who can't see it."""

import html
import re
from collections.abc import Callable, Iterator

import numpy as np

from pages.ui.charts.layout import Figure, Trace
from pages.ui.words import counted

MOST_LETTERS = 700  # a screen reader reads all of it
MOST_PARTS = 12  # curves, bars or points
MOST_CELLS = 3  # of a heat map, those that stand out

Writer = Callable[[float], str]


def describe(figure: Figure) -> str:
    """The curves, bars and cells of a figure with their numbers; empty if it shows nothing yet.

    A figure whose points say nothing one by one brings a description of its own.

    >>> line = dict(type="scatter", name="validation", x=[1, 2, 3], y=[2.0, 0.5, 0.75])
    >>> describe({"data": [line], "layout": {"yaxis": {"title": {"text": "Loss"}}}})
    'Loss. validation: from 2 at 1 to 0.75 at 3, lowest 0.5 at 2.'
    """
    layout = figure["layout"]
    if told := layout.get("meta", {}).get("description"):
        return str(told)
    parts = []
    for trace in figure["data"]:
        kind = trace.get("type", "scatter")
        if trace.get("showlegend") is False and kind == "scatter":
            continue  # the thin line of single batches
        parts += list(KINDS[kind](trace, layout))[:MOST_PARTS] if kind in KINDS else []
    if not parts:
        return ""
    title = layout.get("yaxis", {}).get("title", {}).get("text", "")
    text = f"{title + '. ' if title else ''}{'; '.join(parts[:MOST_PARTS])}."
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _curve(trace: Trace, layout: Figure) -> Iterator[str]:
    """A line from its first value to its last, and the extreme between; or a set of points."""
    if trace.get("name") == "each batch":
        return
    y = np.asarray(trace.get("y", ()))
    if y.dtype.kind not in "if":
        return  # it has no numbers
    known = np.flatnonzero(np.isfinite(y))
    if not len(known):
        return
    x, write, lead = trace["x"], _writer(layout.get("yaxis", {})), _lead(trace)
    first, last = known[0], known[-1]
    y = y.astype(float)
    if "lines" not in trace.get("mode", "lines"):
        texts = trace.get("text", [])
        if len(known) <= MOST_PARTS and len(texts):
            yield from (_plain(text) for text in texts)
        else:
            low, high = write(np.nanmin(y)), write(np.nanmax(y))
            yield f"{lead}{counted(len(known), 'point')} from {low} to {high}"
        return
    if first == last:
        yield f"{lead}{write(y[last])} at {_where(x[last])}"
        return
    text = f"from {write(y[first])} at {_where(x[first])} to {write(y[last])} at {_where(x[last])}"
    for word, at in (("lowest", np.nanargmin(y)), ("highest", np.nanargmax(y))):
        if first < at < last:
            text += f", {word} {write(y[at])} at {_where(x[at])}"
    yield lead + text


def _bars(trace: Trace, layout: Figure) -> Iterator[str]:
    """Each bar with its value; of many bars, where the highest is."""
    lying = trace.get("orientation") == "h"
    names, values = (trace["y"], trace["x"]) if lying else (trace["x"], trace["y"])
    write = _writer(layout.get("xaxis" if lying else "yaxis", {}))
    pairs = [(_where(n), float(v)) for n, v in zip(names, values, strict=True)]
    lead = _lead(trace)
    if len(pairs) > MOST_PARTS:
        top = max(pairs, key=lambda pair: pair[1])
        yield f"{lead}{len(pairs)} bars, highest at {top[0]}: {write(top[1])}"
        return
    bars = ", ".join(f"{n} {write(v)}" for n, v in sorted(pairs, key=lambda pair: -pair[1]))
    yield lead + bars


def _cells(trace: Trace, layout: Figure) -> Iterator[str]:
    """The cells that stand out, in the words of their hover text."""
    z = np.asarray(trace["z"], float)
    for at in np.argsort(-np.where(np.isfinite(z), z, -np.inf), axis=None)[:MOST_CELLS]:
        row, column = np.unravel_index(at, z.shape)
        if np.isfinite(z[row, column]) and (z[row, column] > 0):
            yield _plain(trace["text"][row][column])


KINDS = {"scatter": _curve, "bar": _bars, "heatmap": _cells}


def _writer(axis: Trace) -> Writer:
    """How the numbers of an axis are written."""
    if str(axis.get("tickformat", "")).endswith("%"):
        return lambda value: f"{value:.1%}"
    return lambda value: f"{value:.4g}"


def _lead(trace: Trace) -> str:
    """The name of a trace, before its numbers."""
    name = _plain(trace.get("name", ""))
    return f"{name}: " if name else ""


def _where(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else _plain(str(value))


def _plain(text: str) -> str:
    """A text of a figure without its tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br>", ", ", text)))
