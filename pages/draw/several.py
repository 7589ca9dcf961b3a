"""Several saved runs at once: what each answers to the same drawing."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from ann.keeping.database import ArchiveError
from ann.keeping.summary import SavedRun
from pages.draw.answer import answers
from pages.ui import palette, session
from pages.ui.charts import MOST_BARS
from pages.ui.networks import choice, opened
from pages.ui.server import stores
from pages.ui.server.limits import MAX_ASKED_MB, MAX_ASKED_RUNS
from pages.ui.server.visitor import visitor_id
from pages.ui.words import counted, percent

STYLE = f"""
<style>
.several {{ display: grid; gap: 8px 20px;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }}
.several .run {{ display: grid; grid-template-columns: 5.2rem 1fr; gap: 2px 12px; padding: 8px 12px;
  border: 1px solid #7a859440; border-radius: 10px; min-width: 0; }}
.several .name {{ grid-column: 1 / -1; font-size: 0.82rem; overflow: hidden; white-space: nowrap;
  text-overflow: ellipsis; color: {palette.SOFT}; }}
.several .answer {{ align-self: center; overflow: hidden; text-overflow: ellipsis; }}
.several .answer b {{ font-size: 2rem; line-height: 1.1; }}
.several .answer b.words {{ font-size: 1rem; }}
.several .answer small {{ display: block; font-size: 0.8rem; color: {palette.SOFT}; }}
.several .bars {{ display: flex; gap: 3px; align-items: end; height: 62px; }}
.several .bars span {{ flex: 1; display: flex; flex-direction: column; justify-content: end;
  height: 100%; text-align: center; font-size: 0.7rem; line-height: 1.2; min-width: 0;
  overflow: hidden; color: {palette.SOFT}; }}
.several .bars i {{ display: block; border-radius: 2px 2px 0 0; min-height: 1px;
  background: {palette.MUTED}; }}
.several .bars .top i {{ background: {palette.TRAINING}; }}
.several .bars .top {{ font-weight: 700; color: inherit; }}
</style>
"""


@dataclass
class Asked:
    """The runs that a visitor asks, opened once."""

    numbers: list[int] = field(default_factory=list)
    runs: dict[int, tuple[float, opened.Opened]] = field(default_factory=dict)  # time of saving


def show(picture: np.ndarray) -> None:
    """A box to choose saved runs, and the answer of each to the picture (784,) uint8."""
    saved = {one.id: one for one in choice.mine()}
    if not saved:
        return
    asked = session.keep(Asked)
    st.markdown("**Ask several saved runs**")
    asked.numbers = st.multiselect(
        "Saved runs to ask",
        list(saved),
        [number for number in asked.numbers if number in saved],
        format_func=lambda number: saved[number].name if number in saved else "?",
        key="draw.asked",
        max_selections=MAX_ASKED_RUNS,
        placeholder="Choose runs: each answers to this drawing",
        help=f"Up to {MAX_ASKED_RUNS} of your saved runs. Does a network that was trained on more "
        "digits, or with dropout, agree with the others?",
    )
    chosen = [saved[number] for number in asked.numbers if number in saved]
    asked.runs = {k: kept for k, kept in asked.runs.items() if k in asked.numbers}
    shown, said, room = [], [], MAX_ASKED_MB * 1e6
    for one in chosen:
        room -= 4 * one.summary.parameters
        if room < 0:
            shown.append(card(one.name, "", f"Too large: at most {MAX_ASKED_MB:,} MB at once."))
            continue
        try:
            found = _open(one, asked)
        except ArchiveError as error:
            shown.append(card(one.name, "", str(error)))
            continue
        probabilities = answers(picture[None], found.run)
        if probabilities is None:
            shown.append(card(one.name, "", "It cannot answer to a drawing of 784 pixels."))
            continue
        names = found.class_names
        said.append(names[int(probabilities[0].argmax())])
        shown.append(card(one.name, *answer(probabilities[0], names)))
    if shown:
        st.html(cards(shown))
    if len(said) > 1:
        most = max(said, key=said.count)
        st.caption(
            f"All {len(said)} answer {most}."
            if said.count(most) == len(said)
            else f"{said.count(most)} of {counted(len(said), 'run')} answer {most}."
        )


def answer(probabilities: np.ndarray, names: Sequence[str]) -> tuple[str, str]:
    """HTML of the most probable class with its probability, and a bar for each class."""
    top = int(probabilities.argmax())
    shown = sorted(np.argsort(-probabilities, kind="stable")[:MOST_BARS].tolist())
    bars = []
    for c in shown:
        name, share = html.escape(str(names[c]), quote=True), float(probabilities[c])
        bars.append(
            f'<span{" class=top" if c == top else ""} title="{name}: {percent(share)}">'
            f'<i style="height:{0.75 * 100 * share:.1f}%"></i>{name}</span>'
        )
    words = ' class="words"' if len(str(names[top])) > 2 else ""
    large = f"<b{words}>{html.escape(str(names[top]))}</b>"
    sure = html.escape(percent(float(probabilities[top])))
    return f"{large}<small>{sure}</small>", "".join(bars)


def cards(shown: Sequence[str]) -> str:
    """HTML: cards side by side, which wrap on a narrow screen."""
    return f'{STYLE}<div class="several">{"".join(shown)}</div>'


def card(name: str, large: str, bars: str) -> str:
    """HTML: the name of who is asked above the answer; or above why there is none."""
    title = html.escape(name[:200], quote=True)
    if not large:
        return f'<div class="run"><div class="name">{title}</div>{html.escape(bars[:300])}</div>'
    return (
        f'<div class="run"><div class="name" title="{title}">{title}</div>'
        f'<div class="answer">{large}</div><div class="bars">{bars}</div></div>'
    )


def _open(one: SavedRun, asked: Asked) -> opened.Opened:
    """A run from memory, or from the file of saved runs if it has changed since."""
    if one.id not in asked.runs or asked.runs[one.id][0] != one.updated:
        run = stores.archive().open(visitor_id(), one.id)
        asked.runs[one.id] = one.updated, opened.Opened(run, one.name, one.id)
    return asked.runs[one.id][1]
