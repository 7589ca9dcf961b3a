"""Looking at single digits of an evaluation: a cell of the confusion matrix, or each mistake.

Both are fragments: a click runs only them again.
"""

import html
from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from ann.evaluation.metrics import Evaluation, most_confused
from pages.ui import charts, digits, frame, palette, session
from pages.ui.live import chart
from pages.ui.words import counted, fitting, percent

TRUE, READ_AS, MATRIX = "evaluate.true", "evaluate.read_as", "evaluate.matrix"
MOST_SHOWN = 48  # digits of a cell
A_PAGE = 12  # mistakes
CARDS = """
<style>
.cards { display: grid; gap: 10px;
  grid-template-columns: repeat(auto-fill, minmax(var(--card, 148px), 1fr)); }
.cards .card { display: flex; gap: 8px; padding: 8px; border: 1px solid #7a859440;
  border-radius: 10px; min-width: 0; }
.cards .chosen { border-color: #e8710a; box-shadow: 0 0 0 1px #e8710a; }
.cards img { image-rendering: pixelated; border-radius: 6px; width: 56px; height: 56px;
  display: block; }
.cards .nr { font-size: 0.7rem; opacity: 0.7; text-align: center; margin-top: 2px; }
.cards .text { flex: 1; min-width: 0; font-size: 0.78rem; line-height: 1.3; }
.cards .text > div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.cards .guess { position: relative; margin-top: 2px; padding-left: 2px; height: 1.05rem;
  font-variant-numeric: tabular-nums; }
.cards .guess i { position: absolute; inset: 1px auto 1px 0; border-radius: 3px; opacity: 0.3; }
.cards .guess span { position: relative; display: flex; gap: 4px; padding-right: 2px; }
.cards .guess b { overflow: hidden; text-overflow: ellipsis; flex: 0 1 auto; }
</style>
"""


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


@st.fragment
def browse_mistakes(result: Evaluation, images: np.ndarray, names: Sequence[str]) -> None:
    """Every mistake with the network's probabilities, surest first or last, in pages."""
    wrong = result.mistakes()
    if not len(wrong):
        things = fitting("digits", names)
        st.success(f"Not a single mistake on these {things}.", icon=":material/celebration:")
        return
    head, tail = st.columns([2, 3], vertical_alignment="bottom")
    order = head.segmented_control(
        "Order",
        ["Surest first", "Most doubtful first"],
        default="Surest first",
        required=True,
        key="mistakes.order",
        help="The surest mistakes are the most telling: bad handwriting, wrong labels, or "
        "something that the network never learned.",
    )
    wrong = wrong if order == "Surest first" else wrong[::-1]
    count = -(-len(wrong) // A_PAGE)
    with tail:
        page = st.pagination(count, key=f"mistakes.page.{count}.{order}") if count > 1 else 1
    shown = wrong[(page - 1) * A_PAGE : page * A_PAGE]
    numbers = [(page - 1) * A_PAGE + k + 1 for k in range(len(shown))]
    place = st.container()
    chosen = st.pills(
        "Look closer at number",
        numbers,
        key=f"mistakes.chosen.{page}.{order}",
        help="Shows it in large, with the probability of every class.",
    )
    marked = numbers.index(chosen) if chosen in numbers else None
    place.html(cards(result, images, names, shown, numbers, marked))
    if marked is not None:
        _closer(result, images, names, int(shown[marked]))


def choose_cell(true: int, said: int) -> None:
    """Show a cell's digits. For a callback."""
    session.set_control(TRUE, int(true))
    session.set_control(READ_AS, int(said))


def cards(result, images, names, which, numbers, marked=None) -> str:
    """HTML: a card for each digit in `which`, with its three likeliest classes as bars."""
    parts = []
    for position, (index, number) in enumerate(zip(which, numbers, strict=True)):
        label, p = int(result.labels[index]), result.probabilities[index]
        name, said = names[label], names[int(result.predictions[index])]
        bars = "".join(_guess(names[c], float(p[c]), c == label) for c in np.argsort(-p)[:3])
        title = html.escape(f"Number {number}: it is {name}, read as {said}", quote=True)
        parts.append(
            f'<div class="card{" chosen" if position == marked else ""}" title="{title}">'
            f'<div><img src="{digits.data_uri(images[index])}" alt="{title}">'
            f'<div class="nr">{number}</div></div>'
            f'<div class="text"><div>is <b>{html.escape(str(name))}</b></div>{bars}</div></div>'
        )
    style = ' style="--card: 200px"' if max(len(str(name)) for name in names) > 3 else ""
    return f'{CARDS}<div class="cards"{style}>{"".join(parts)}</div>'


def _guess(name, share: float, right: bool) -> str:
    color = palette.RIGHT if right else palette.VALIDATION
    return (
        f'<div class="guess"><i style="width:{100 * share:.0f}%;background:{color}"></i>'
        f"<span><b>{html.escape(str(name))}</b>{html.escape(percent(share))}</span></div>"
    )


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


def _closer(result: Evaluation, images, names, index: int) -> None:
    """One digit in large, beside the probability of every class."""
    label, said = int(result.labels[index]), int(result.predictions[index])
    left, right = st.columns([1, 3], gap="large", vertical_alignment="center")
    left.html(digits.strip(images[[index]], size=168))
    left.markdown(
        f"It is **{names[label]}**; the network read **{names[said]}** and was "
        f"{percent(result.confidence[index])} sure."
    )
    with right:
        frame.chart(
            charts.probability_bars(result.probabilities[index], names, true=label),
            key="mistakes.bars",
            look_for="Orange: its answer. Green: what it is. Did the right class come second?",
        )
