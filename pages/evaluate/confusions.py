"""The confusion matrix of an evaluation, and the digits of one of its cells.

It is a fragment: a click runs it alone again.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from ann.evaluation.metrics import Evaluation, most_confused
from pages.ui import charts, digits, session
from pages.ui.live import chart
from pages.ui.words import counted, fitting, percent

TRUE, READ_AS, MATRIX = "evaluate.true", "evaluate.read_as", "evaluate.matrix"
MOST_SHOWN = 48  # digits of a cell


@st.fragment
def explore_confusion(result: Evaluation, images: np.ndarray, names: Sequence[str]) -> None:
    """The matrix beside the digits of one of its cells, chosen by click, by name or by pair."""
    pairs = most_confused(result.confusion)
    first = (pairs[0].true, pairs[0].predicted) if pairs else (0, 0)
    session.seed_control(TRUE, first[0])
    session.seed_control(READ_AS, first[1])
    left, right = st.columns([6, 5], gap="large")
    with right:
        a, b = st.columns(2)
        whole = range(len(names))
        options = {"options": whole, "format_func": lambda c: str(names[c])}
        true = a.selectbox("It is", key=TRUE, help="The true class: the row.", **options)
        said = b.selectbox(
            "It was read as", key=READ_AS, help="The network's answer: the column.", **options
        )
        _pairs(pairs, names)
        _cell(result, images, names, true, said)
    with left:
        chart.chart(
            chart.write(charts.confusion_matrix(result.confusion, names, chosen=(true, said))),
            key=MATRIX,
            look_for="Rows: what it is. Columns: what the network read. Mistakes are orange, the "
            f"stronger the more. **Click a cell** to see its {fitting('digits', names)}.",
            on_click=partial(_take_click, whole),
        )


def choose_cell(true: int, said: int) -> None:
    """Show a cell's digits. For a callback."""
    session.set_control(TRUE, int(true))
    session.set_control(READ_AS, int(said))


def _take_click(classes: range, cell: object) -> None:
    """Choose the cell that was clicked in the matrix, if there is such a cell."""
    match cell:
        case [int(said), int(true)] if said in classes and true in classes:
            choose_cell(true, said)


def _pairs(pairs, names) -> None:
    """The most confused pairs, as buttons that show their digits."""
    if not pairs:
        return
    st.markdown("Most confused", help="The pairs with the most mistakes. Click one to see them.")
    thing = fitting("digit", names)
    with st.container(horizontal=True, gap="small"):
        for pair in pairs:
            true, said = names[pair.true], names[pair.predicted]
            how_many = counted(pair.count, thing)
            st.button(
                f"{true} → {said} · {pair.count}×",
                key=f"pair.{pair.true}.{pair.predicted}",
                on_click=choose_cell,
                args=(pair.true, pair.predicted),
                help=f"{true} read as {said}: {how_many}, {pair.share:.1%} of this class.",
            )


def _cell(result: Evaluation, images, names, true: int, said: int) -> None:
    """The digits of one cell: the surest mistakes first, the least sure right ones first."""
    inside = np.flatnonzero((result.labels == true) & (result.predictions == said))
    sure = result.confidence[inside]
    inside = inside[np.argsort(sure if true == said else -sure, kind="stable")]
    what = (
        f"**{names[true]}**, read rightly"
        if true == said
        else (f"**{names[true]}**, read as **{names[said]}**")
    )
    if not len(inside):
        st.markdown(f"{what}: none")
        return
    order = "least sure first" if true == said else "surest first"
    st.markdown(f"{what}: {len(inside):,}" + (f", {order}" if len(inside) > 1 else ""))
    shown = inside[:MOST_SHOWN]
    st.html(digits.strip(images[shown], [percent(p) for p in result.confidence[shown]], size=48))
    more = len(inside) - len(shown)
    st.caption(
        f"Under each {fitting('digit', names)}: how sure the network was of its answer."
        + (f" {more:,} more {'is' if more == 1 else 'are'} not shown." if more else "")
    )
