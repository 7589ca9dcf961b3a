"""Digits as points in two dimensions, told apart by color and by the name of their class."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pages.ui import palette
from pages.ui.charts.layout import Axis, Figure, Trace, figure

LONGEST = 2  # letters of a class name that is written at each point; longer ones get a number
DRAWING = "your drawing"


class Sheet(NamedTuple):
    """The digits' pictures, on one large picture that the page holds: shown when pointed at."""

    variable: str  # of CSS, with the large picture
    columns: int
    rows: int


def digit_map(
    places: np.ndarray,
    labels: np.ndarray,
    texts: Sequence[str],
    class_names: Sequence[str],
    *,
    wrong: np.ndarray,
    chosen: int | None = None,
    drawing: int | None = None,
    titles: tuple[str, str] = ("", ""),
    sheet: Sheet | None = None,
    description: str = "",
    height: int = 560,
) -> Figure:
    """Digits at `places` (N, 2), each with the name of its class in the color of its class.

    `labels` (N,) are -1 for a drawing, `texts` are shown when a digit is pointed at, `wrong` (N,)
    bool says which are classified wrong; `description` is for those who can't see it. Look for
    classes that form islands.
    """
    marks = symbols(class_names)
    traces = [
        _class(places, labels, texts, c, mark, str(class_names[c]))
        for c, mark in enumerate(marks)
        if (labels == c).any()
    ]
    traces.append(_rings(places[wrong], "classified wrong", palette.MISTAKE, 18))
    if drawing is not None:
        traces.append(_drawing(places[drawing], texts[drawing], drawing))
    if chosen is not None:
        traces.append(_rings(places[[chosen]], "chosen", palette.CHANGE, 28, width=4))
    made = figure(
        traces,
        x=_bare(titles[0]),
        y=_bare(titles[1]) | {"scaleanchor": "x"},
        height=height,
        keep="map",
        hovermode="closest",
        showlegend=True,
    )
    made["layout"]["meta"] = {
        "sheet": sheet._asdict() if sheet else None,
        "description": description,
    }
    return made


def symbols(class_names: Sequence[str]) -> list[str]:
    """What is written at a point of each class: its name if that is short, else its number.

    >>> symbols(["3", "8"]), symbols(["Coat", "Bag"])
    (['3', '8'], ['0', '1'])
    """
    names = [str(name) for name in class_names]
    return names if max(map(len, names)) <= LONGEST else [str(c) for c in range(len(names))]


def _class(
    places: np.ndarray, labels: np.ndarray, texts: Sequence[str], c: int, mark: str, name: str
) -> Trace:
    members = np.flatnonzero(labels == c)
    color = palette.CLASSES[c % len(palette.CLASSES)]
    return dict(
        type="scatter",
        x=places[members, 0],
        y=places[members, 1],
        mode="text",
        text=[mark] * len(members),
        textfont={"color": color, "size": 14, "weight": 700},
        name=name if name == mark else f"{mark} {name}",
        showlegend=name != mark,
        marker={"color": color, "symbol": "square", "size": 10},
        hovertext=[texts[int(i)] for i in members],
        customdata=members.tolist(),
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )


def _rings(places: np.ndarray, name: str, color: str, size: int, width: float = 1.5) -> Trace:
    return dict(
        type="scatter",
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        name=name,
        marker={
            "symbol": "circle-open",
            "size": size,
            "color": color,
            "line": {"width": width, "color": color},
        },
        hoverinfo="skip",
        cliponaxis=False,
    )


def _drawing(place: np.ndarray, text: str, index: int) -> Trace:
    return dict(
        type="scatter",
        x=[place[0]],
        y=[place[1]],
        mode="markers",
        name=DRAWING,
        marker={
            "symbol": "star",
            "size": 20,
            "color": palette.CHANGE,
            "line": {"width": 1.5, "color": palette.ON_LIGHT},
        },
        hovertext=[text],
        customdata=[index],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )


def _bare(title: str) -> Axis:
    """An axis without numbers: only distances matter here."""
    return {"title": title, "showticklabels": False, "showgrid": False, "ticks": ""}
