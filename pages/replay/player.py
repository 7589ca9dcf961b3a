"""The player of a replay: it plays the frames in the browser, and asks the server for nothing."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.ui import palette
from pages.ui.live import reel

SCRIPT = reel.SCRIPT + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
HTML = """<div class="player" role="group" aria-label="Player">
  <div class="row">
    <button type="button" class="play main">Play</button>
    <button type="button" class="back" title="One frame back">Back</button>
    <button type="button" class="next" title="One frame on">Next</button>
    <span class="pace"><button type="button" class="slower">Slower</button>
      <span class="speed" role="status"></span>
      <button type="button" class="faster">Faster</button></span>
  </div>
  <input type="range" class="slider" min="0" step="1" aria-label="Frame">
  <div class="ticks" aria-hidden="true"></div>
  <output class="now" aria-live="polite"></output>
</div>"""
KEY, GRID = "replay-top", "replay-grid"  # of the containers of the player and of what it moves
# The player stays in sight when the page is scrolled.
CSS = f"""
div:has(> .st-key-{KEY}) {{ position: sticky !important; top: 0; z-index: 90; }}
@media (max-width: 640px) {{ div:has(> .st-key-{KEY}) {{ top: 2.75rem; }} }}
.st-key-{GRID} {{ display: grid !important; gap: 1rem 1.5rem;
  grid-template-columns: repeat(auto-fill, minmax(min(290px, 100%), 1fr)); align-items: start; }}
.st-key-{GRID} > * {{ min-width: 0; }}
@media (max-height: 650px) {{ div:has(> .st-key-{KEY}) {{ position: static !important; }} }}
.player {{ font-family: var(--st-font); color: var(--st-text-color);
  background: var(--st-background-color); padding: 8px; margin: 0 -8px; }}
.player .row {{ display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }}
.player .pace {{ display: flex; gap: 8px; align-items: center; margin-left: auto; }}
.player .speed {{ min-width: 6.2em; text-align: center; font-size: 0.85rem;
  font-variant-numeric: tabular-nums; }}
.player button {{ font: inherit; font-size: 0.9rem; color: inherit; cursor: pointer;
  min-height: 36px; padding: 4px 12px; background: none; border: 1px solid #7a859480;
  border-radius: var(--st-button-radius, 8px); }}
.player button:hover:enabled {{ border-color: var(--st-primary-color);
  color: var(--st-primary-color); }}
.player button:disabled {{ opacity: 0.4; cursor: default; }}
.player .main {{ min-width: 5.5em; background: var(--st-primary-color); color: #fff;
  border-color: var(--st-primary-color); }}
.player .main:hover:enabled {{ color: #fff; filter: brightness(1.1); }}
.player :focus-visible {{ outline: 2px solid {palette.CHANGE}; outline-offset: 2px; }}
.player .slider {{ display: block; width: 100%; margin: 14px 0 2px; height: 24px;
  accent-color: var(--st-primary-color); }}
.player .ticks {{ position: relative; height: 1.2rem; margin: 0 8px; font-size: 0.75rem;
  color: {palette.SOFT}; }}
.player .ticks span {{ position: absolute; transform: translateX(-50%); white-space: nowrap; }}
.player .ticks span:first-child {{ transform: none; margin-left: -8px; }}
.player .ticks span:last-child:not(:first-child) {{ transform: translateX(-100%);
  margin-left: 8px; }}
.player .now {{ display: block; margin-top: 6px; font-size: 1rem; min-height: 1.5rem; }}
@media (max-width: 480px) {{ .player .pace {{ margin-left: 0; }} .player .now {{
  min-height: 3rem; }} }}
"""


def player(
    name: str, of: str, labels: Sequence[str], texts: Sequence[str], start: int, key: str
) -> None:
    """The controls of the reel with this name: frames with short labels and what each shows.

    `of` identifies what is replayed: something else begins at the frame `start`.
    """
    component = st.components.v2.component(
        "ann_lab_player", html=HTML, css=CSS, js=SCRIPT, isolate_styles=False
    )
    sent = {"reel": name, "of": of, "labels": list(labels), "texts": list(texts), "start": start}
    component(data=sent, key=key)
