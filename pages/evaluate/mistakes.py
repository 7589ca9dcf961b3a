"""The mistakes of an evaluation, one by one.

This is a fragment: a click reruns only this part of the page.
"""

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from ann.evaluation.metrics import Evaluation
from pages.ui import charts, digits, frame, palette
from pages.ui.inside import bar, digit, from_digits
from pages.ui.server import workers
from pages.ui.words import fitting, percent

PER_PAGE = 12
CONFIDENT, DOUBTFUL = "Most confident first", "Least confident first"
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


@workers.fragment
def browse(
    result: Evaluation, images: np.ndarray, names: Sequence[str], *, linked: bool = False
) -> None:
    """Every mistake with the network's probabilities, in pages.

    Validation digits are `linked` with Look; test digits are not there.
    """
    wrong = result.mistakes()
    if not len(wrong):
        things = fitting("digits", names)
        st.success(f"No mistakes on these {things}.", icon=":material/celebration:")
        return
    head, tail = st.columns([2, 3], vertical_alignment="bottom")
    order = head.segmented_control(
        "Order",
        [CONFIDENT, DOUBTFUL],
        default=CONFIDENT,
        required=True,
        key="mistakes.order",
        help="The most confident mistakes tell you most: bad handwriting, a wrong label, or "
        "something the network has never learned.",
    )
    wrong = wrong if order == CONFIDENT else wrong[::-1]
    count = -(-len(wrong) // PER_PAGE)
    with tail:
        page = st.pagination(count, key=f"mistakes.page.{count}.{order}") if count > 1 else 1
    shown = wrong[(page - 1) * PER_PAGE : page * PER_PAGE]
    numbers = [(page - 1) * PER_PAGE + k + 1 for k in range(len(shown))]
    place = st.container()
    chosen = st.pills(
        "Enlarge number",
        numbers,
        key=f"mistakes.chosen.{page}.{order}",
        help="Shows the image enlarged, with the probability of every class.",
    )
    marked = numbers.index(chosen) if chosen in numbers else None
    place.html(cards(result, images, names, shown, numbers, marked, linked))
    if marked is not None:
        _enlarged(result, images, names, int(shown[marked]), linked)


def cards(
    result: Evaluation,
    images: np.ndarray,
    names: Sequence[str],
    which: np.ndarray,
    numbers: Sequence[int],
    marked: int | None = None,
    linked: bool = False,
) -> str:
    """HTML: a card for each digit in `which`, with its three most probable classes as bars.

    `which` are indices (K,) into `images`, `numbers` are shown below them; the card at position
    `marked` gets a frame. Validation digits are `linked` with Look.
    """
    looks = from_digits.validation(which) if linked else [None] * len(which)
    parts = []
    for position, (index, number) in enumerate(zip(which, numbers, strict=True)):
        label, p = int(result.labels[index]), result.probabilities[index]
        look = looks[position]
        name, predicted = names[label], names[int(result.predictions[index])]
        bars = "".join(_guess(names[c], float(p[c]), c == label) for c in np.argsort(-p)[:3])
        title = f"Number {number}: {name} classified as {predicted}"
        parts.append(
            f'<div class="card{" chosen" if position == marked else ""}" '
            f'title="{html.escape(title, quote=True)}">'
            f"<div>{digits.picture(images[index], title, 56, first=not position, look=look)}"
            f'<div class="nr">{number}</div></div>'
            f'<div class="text"><div>is <b>{html.escape(str(name))}</b></div>{bars}</div></div>'
        )
    style = ' style="--card: 200px"' if max(len(str(name)) for name in names) > 3 else ""
    return f'{CARDS}<div class="cards"{style}>{"".join(parts)}</div>'


def _guess(name: str, share: float, right: bool) -> str:
    color = palette.RIGHT if right else palette.MISTAKE
    return (
        f'<div class="guess"><i style="width:{100 * share:.0f}%;background:{color}"></i>'
        f"<span><b>{html.escape(str(name))}</b>{html.escape(percent(share))}</span></div>"
    )


def _enlarged(
    result: Evaluation, images: np.ndarray, names: Sequence[str], index: int, linked: bool
) -> None:
    """One digit enlarged, beside the probability of every class."""
    label, predicted = int(result.labels[index]), int(result.predictions[index])
    left, right = st.columns([1, 3], gap="large", vertical_alignment="center")
    left.html(digits.strip(images[[index]], size=168))
    left.markdown(
        f"True class **{names[label]}**; the network predicted **{names[predicted]}** with "
        f"{percent(result.confidence[index])} confidence."
    )
    if linked:
        with left:
            bar.link("look", "Look inside", digit=digit.code("validation", index))
    with right:
        frame.chart(
            charts.probability_bars(result.probabilities[index], names, true=label),
            key="mistakes.bars",
            look_for="Red: the network's answer. Green: the true class. Did it come second?",
        )
