"""The map itself, with what leads from it to a digit."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from ann.inside import projection, why
from pages.map import growing, points, table
from pages.map.points import Points
from pages.ui import charts, session
from pages.ui.inside import computed, pictures, place
from pages.ui.inside.digit import DRAWING
from pages.ui.inside.pictures import Picture
from pages.ui.inside.subject import Shown
from pages.ui.live import chart
from pages.ui.server import workers
from pages.ui.words import fitting

LAYER, METHOD, MAP = "map.layer", "map.method", "map.chart"
TSNE, PCA = "t-SNE", "PCA"
BEAT = 0.4  # seconds between two looks at a growing map
ABOUT = {
    TSNE: "t-SNE keeps neighbors together and pushes the others apart. Only who is near whom "
    "counts: the size of an island and the way from one to another mean nothing.",
    PCA: "PCA shows the two directions in which the points vary most, as a photo shows a thing "
    "from one side: what lies behind each other falls together.",
}


def show(shown: Shown, found: Points) -> None:
    """The controls, the map, the chosen digit's neighbors, and the numbers of all layers."""
    st.html(points.sheet(found)[1])
    layer, method = _choose(shown)
    if method == TSNE and computed.kept().get(points.tsne_key(found, layer)) is None:
        workers.fragment(_growing, run_every=BEAT)(shown, found, layer)
    else:
        _drawn(shown, found, layer, method)
    table.show(shown, found, layer, grows=method == TSNE)


def _choose(shown: Shown) -> tuple[int, str]:
    names = points.names(shown.subject.run)
    if session.get_control(LAYER, 0) >= len(names):
        session.set_control(LAYER, 0)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = st.select_slider(
            "Points by",
            range(len(names)),
            format_func=names.__getitem__,
            key=LAYER,
            width=320,
            help="The numbers that say where a point is: the pixels, the activations of a hidden "
            "layer, or the output's logits.",
        )
        method = st.segmented_control(
            "Drawn with",
            [TSNE, PCA],
            default=TSNE,
            required=True,
            key=METHOD,
            help="Both turn many numbers into two. PCA is there at once, t-SNE after seconds.",
        )
    return layer, method


def _growing(shown: Shown, found: Points, layer: int) -> None:
    """The map by t-SNE as far as it is, from where PCA puts the points."""
    if place.place().code != shown.digit.code:  # a point was clicked
        st.rerun()
    growth = growing.of(points.tsne_key(found, layer))
    growing.grow(growth, found.layers[layer])
    if growth.tsne and growth.tsne.done:
        st.rerun()
    growing.line(growth, len(found.codes), "t-SNE")
    begun = growth.tsne.places if growth.tsne else points.principal(found.key, layer, found)[0]
    _map(shown, found, layer, TSNE, begun, ("", ""))


def _drawn(shown: Shown, found: Points, layer: int, method: str) -> None:
    """The finished map, and the chosen digit's neighbors."""
    if method == TSNE:
        places = computed.kept().get(points.tsne_key(found, layer))
        titles = ("", "")
    else:
        places, shares = points.principal(found.key, layer, found)
        first, second = (f"{share:.0%}" for share in shares)
        titles = f"First direction: {first} of the variance", f"Second: {second}"
    _map(shown, found, layer, method, places, titles)
    _neighbors(shown, found, layer, places)


def _map(
    shown: Shown,
    found: Points,
    layer: int,
    method: str,
    places: np.ndarray,
    titles: tuple[str, str],
) -> None:
    """The map with the points at these places, and a sentence about it."""
    _say(shown, found, layer, method, places)
    code, codes = shown.digit.code, found.codes
    chosen = codes.index(code) if code in codes else None
    names = shown.subject.digits.class_names
    figure = charts.digit_map(
        places,
        found.labels,
        points.texts(found, shown.subject),
        names,
        wrong=found.wrong,
        chosen=chosen,
        drawing=codes.index(DRAWING) if DRAWING in codes else None,
        titles=titles,
        sheet=points.sheet(found)[0],
        description=_describe(found, places, names),
    )
    chart.chart(
        chart.write(figure),
        MAP,
        fitting(
            f"{ABOUT[method]} Point at a digit to see it, click to choose it. Red rings: "
            "classified wrong.",
            names,
        ),
        on_click=partial(_take_click, found, places),
    )


def _say(shown: Shown, found: Points, layer: int, method: str, places: np.ndarray) -> None:
    """How well the map keeps classes together, in a sentence."""
    names = points.names(shown.subject.run)
    share = found.shared(places).mean()
    everywhere = table.by_all(found.key, found)[layer]
    count = f"{found.layers[layer].shape[1]:,} numbers"
    thing = fitting("digit", shown.subject.digits.class_names)
    st.markdown(
        f"**{names[layer]}, {method}:** of a {thing}'s {projection.NEIGHBORS} nearest neighbors on "
        f"this map, **{share:.0%}** share its class; by all {count}, {everywhere:.0f}%."
    )


def _describe(found: Points, places: np.ndarray, names: Sequence[str]) -> str:
    """The map in words: how many of a class's nearest neighbors are of the same class."""
    shares, labels = found.shared(places), found.labels[found.known]
    parts = [f"{names[c]} {shares[labels == c].mean():.0%}" for c in np.unique(labels)]
    return f"{len(labels):,} points. Neighbors of the same class, by class: {', '.join(parts)}."


def _take_click(found: Points, places: np.ndarray, point: object) -> None:
    """Choose the digit at the clicked point; ignore anything that is not a point."""
    match point:
        case [int() | float() as x, int() | float() as y]:
            apart = np.square(places - np.array([x, y])).sum(axis=1)
            if np.isfinite(apart).all():
                place.place().code = found.codes[int(apart.argmin())]


def _neighbors(shown: Shown, found: Points, layer: int, places: np.ndarray) -> None:
    """The chosen digit's nearest on the map, and by all numbers."""
    names = shown.subject.digits.class_names
    if shown.digit.code not in found.codes:
        part = fitting("digit", names)
        st.caption(
            f"The chosen {part} is not on the map, which shows {len(found.codes):,}: click one, or "
            "choose another above."
        )
        return
    chosen = found.codes.index(shown.digit.code)
    said = points.texts(found, shown.subject)
    for key, title, samples in (
        ("near", "Nearest to the chosen one on the map", places),
        ("all", f"Nearest by all {found.layers[layer].shape[1]:,} numbers", found.layers[layer]),
    ):
        nearest, _ = why.nearest(samples, samples[chosen], projection.NEIGHBORS + 1)
        nearest = nearest[nearest != chosen][: projection.NEIGHBORS]
        shown_there = [
            Picture(
                found.codes[i],
                found.images[i],
                names[found.labels[i]] if found.labels[i] >= 0 else "drawing",
                said[i].replace("<br>", ", "),
            )
            for i in nearest
        ]
        st.markdown(f"**{title}**")
        pictures.show(f"map.{key}", shown_there, title)
