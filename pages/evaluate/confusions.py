"""The confusion matrix of an evaluation, and the digits in one of its cells.

This is a fragment: a click reruns only this part of the page.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ann.evaluation.metrics import Confused, Evaluation, most_confused
from pages.ui import charts, digits, session
from pages.ui.inside import from_digits
from pages.ui.live import chart
from pages.ui.server import workers
from pages.ui.words import CONFUSION, counted, fitting, percent

TRUE, PREDICTED, MATRIX = "evaluate.true", "evaluate.predicted", "evaluate.matrix"
MOST_SHOWN = 48  # digits of a cell


@workers.fragment
def explore(
    result: Evaluation, images: np.ndarray, names: Sequence[str], *, linked: bool = False
) -> None:
    """The matrix beside the digits of one cell, chosen by click, by class or by pair.

    Validation digits are `linked` with Look; test digits are not there.
    """
    pairs = most_confused(result.confusion)
    first = (pairs[0].true, pairs[0].predicted) if pairs else (0, 0)
    session.seed_control(TRUE, first[0])
    session.seed_control(PREDICTED, first[1])
    left, right = st.columns([6, 5], gap="large")
    with right:
        a, b = st.columns(2)
        true = _choose_class(a, "True class", TRUE, "The row of the matrix.", names)
        predicted = _choose_class(
            b, "Predicted class", PREDICTED, "The column: the network's answer.", names
        )
        _show_pairs(pairs, names)
        _show_cell(result, images, names, true, predicted, linked)
    with left:
        chart.chart(
            chart.write(charts.confusion_matrix(result.confusion, names, chosen=(true, predicted))),
            key=MATRIX,
            look_for=f"{CONFUSION} **Click a cell** to see its {fitting('digits', names)}.",
            on_click=partial(take_click, range(len(names))),
        )


def choose_cell(true: int, predicted: int) -> None:
    """Show a cell's digits. For a callback."""
    session.set_control(TRUE, int(true))
    session.set_control(PREDICTED, int(predicted))


def take_click(classes: range, cell: object) -> None:
    """Choose the cell that was clicked, as [column, row]; ignore anything that is not a cell."""
    match cell:
        case [int(predicted), int(true)] if predicted in classes and true in classes:
            choose_cell(true, predicted)


def _choose_class(
    place: DeltaGenerator, label: str, key: str, text: str, names: Sequence[str]
) -> int:
    return place.selectbox(
        label, range(len(names)), key=key, format_func=lambda c: str(names[c]), help=text
    )


def _show_pairs(pairs: Sequence[Confused], names: Sequence[str]) -> None:
    """The most confused pairs, as buttons that show their digits."""
    if not pairs:
        return
    thing = fitting("digit", names)
    st.markdown(
        "Most confused", help=f"The pairs with the most mistakes. Click one to see its {thing}s."
    )
    with st.container(horizontal=True, gap="small"):
        for pair in pairs:
            true, predicted = names[pair.true], names[pair.predicted]
            how_many = counted(pair.count, thing)
            st.button(
                f"{true} → {predicted} · {pair.count}×",
                key=f"pair.{pair.true}.{pair.predicted}",
                on_click=choose_cell,
                args=(pair.true, pair.predicted),
                help=f"{true} classified as {predicted}: {how_many}, {pair.share:.1%} of this "
                "class.",
            )


def _show_cell(
    result: Evaluation,
    images: np.ndarray,
    names: Sequence[str],
    true: int,
    predicted: int,
    linked: bool,
) -> None:
    """The digits of one cell: the most confident mistakes, or the least confident hits, first."""
    inside = np.flatnonzero((result.labels == true) & (result.predictions == predicted))
    confidence = result.confidence[inside]
    hits = true == predicted
    inside = inside[np.argsort(confidence if hits else -confidence, kind="stable")]
    what = (
        f"**{names[true]}** classified correctly"
        if hits
        else f"**{names[true]}** classified as **{names[predicted]}**"
    )
    if not len(inside):
        st.markdown(f"{what}: none")
        return
    order = "least confident first" if hits else "most confident first"
    st.markdown(f"{what}: {len(inside):,}" + (f", {order}" if len(inside) > 1 else ""))
    shown = inside[:MOST_SHOWN]
    shares = [percent(p) for p in result.confidence[shown]]
    looks = from_digits.validation(shown) if linked else None
    st.html(digits.strip(images[shown], shares, size=48, looks=looks))
    more, thing = len(inside) - len(shown), fitting("digit", names)
    st.caption(
        f"Below each {thing}: the network's confidence in its answer."
        + (f" Click a {thing} to look inside the network with it." if linked else "")
        + (f" {more:,} more {'is' if more == 1 else 'are'} not shown." if more else "")
    )
