"""All layers in numbers: how often neighbors share a class.

This is a fragment that redraws itself while it grows the maps of the layers that are not shown.
"""

import streamlit as st

from ann.inside import projection
from pages.map import growing, points
from pages.map.points import Points
from pages.ui.inside import computed
from pages.ui.inside.computed import Key
from pages.ui.inside.subject import Shown
from pages.ui.server import workers
from pages.ui.words import fitting

BEAT = 0.4  # seconds between two looks at a growing map


def show(shown: Shown, found: Points, layer: int, *, grows: bool) -> None:
    """A row for each layer. If it `grows`, those by t-SNE follow once that of `layer` is there."""
    missing = _missing(found)
    goes_on = grows and bool(missing) and layer not in missing
    workers.fragment(_show, run_every=BEAT if goes_on else None)(shown, found, goes_on)


def _missing(found: Points) -> list[int]:
    """The layers without a map by t-SNE."""
    kept = computed.kept()
    rows = range(len(found.layers))
    return [k for k in rows if kept.get(points.tsne_key(found, k)) is None]


def _show(shown: Shown, found: Points, goes_on: bool) -> None:
    names = points.names(shown.subject.run)
    st.subheader("All layers", anchor=False)
    if goes_on:
        missing = _missing(found)
        if not missing:
            st.rerun()
            return
        growth = growing.of(points.tsne_key(found, missing[0]))
        growing.grow(growth, found.layers[missing[0]])
        growing.line(growth, len(found.codes), f"t-SNE by {names[missing[0]].lower()}")
    kept = [computed.kept().get(points.tsne_key(found, k)) for k in range(len(found.layers))]
    st.dataframe(
        {
            "Points by": names,
            "Numbers": [samples.shape[1] for samples in found.layers],
            "All numbers": by_all(found.key, found),
            "t-SNE": [None if p is None else 100 * found.shared(p).mean() for p in kept],
            "PCA": _by_pca(found.key, found),
        },
        hide_index=True,
        key="map.table",
        placeholder="not yet",
        column_config={
            name: st.column_config.NumberColumn(format="%.0f%%")
            for name in ("All numbers", "t-SNE", "PCA")
        },
    )
    thing = fitting("digit", shown.subject.digits.class_names)
    st.caption(
        f"The share of a {thing}'s {projection.NEIGHBORS} nearest neighbors that have its class: "
        "by all numbers of the layer, and on its maps. If it grows from layer to layer, the "
        "network moves the classes apart."
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def by_all(key: Key, _found: Points) -> list[float]:
    """For each layer, the percentage of neighbors by all of its numbers that share a class."""
    return [100 * float(_found.shared(samples).mean()) for samples in _found.layers]


@st.cache_resource(show_spinner=False, max_entries=16)
def _by_pca(key: Key, _found: Points) -> list[float]:
    maps = [points.principal(key, k, _found)[0] for k in range(len(_found.layers))]
    return [100 * float(_found.shared(places).mean()) for places in maps]
