"""What training has changed in the weights of layer 1, as pictures, in each frame."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from ann.inside import frames
from ann.inside.frames import Frame
from data.checks import SIDE
from pages.ui import palette
from pages.ui.live import reel
from pages.ui.words import figures

SCRIPT = reel.SCRIPT + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
MOST_UNITS = 32
MOST_BYTES = 500_000  # before packing
COLUMNS = 8
HTML = """<div class="filters"><canvas role="img"></canvas>
  <div class="scale"><span class="low"></span><i></i><span class="high"></span></div>
  <label><input type="checkbox"> The same scale for all frames</label></div>"""
CSS = f"""
.filters {{ font-family: var(--st-font); color: var(--st-text-color); }}
.filters canvas {{ display: block; width: 100%; image-rendering: pixelated; }}
.filters .scale {{ display: flex; gap: 6px; align-items: center; margin: 6px 0;
  font-size: 0.8rem; font-variant-numeric: tabular-nums; color: {palette.SOFT}; }}
.filters .scale i {{ flex: 1; height: 8px; border-radius: 4px; background: linear-gradient(
  to right, {palette.NEGATIVE}, transparent, {palette.POSITIVE}); }}
.filters label {{ display: flex; gap: 8px; align-items: center; font-size: 0.9rem;
  min-height: 28px; cursor: pointer; }}
.filters input {{ width: 18px; height: 18px; accent-color: var(--st-primary-color); }}
"""


class Filters(NamedTuple):
    """Pictures of the changes, packed for the browser."""

    units: tuple[int, ...]  # of layer 1, in order of their change
    scales: tuple[float, ...]  # the largest change in each frame
    packed: str

    @classmethod
    def of(cls, shown: Sequence[Frame]) -> "Filters":
        """The units that changed most, as many as may be sent."""
        most = max(MOST_BYTES // (len(shown) * SIDE**2), 1)
        most = most // COLUMNS * COLUMNS or most  # full rows
        units = frames.most_moved(shown, min(most, MOST_UNITS))
        change = np.nan_to_num(frames.movement(shown, units), posinf=0.0, neginf=0.0)
        scales = np.abs(change).max(axis=(1, 2))
        shares = change / np.where(scales, scales, 1.0)[:, None, None]
        packed = reel.pack(np.rint(127 * shares).astype(np.int8).tobytes())
        return cls(tuple(units.tolist()), tuple(scales.tolist()), packed)


def show(made: Filters, name: str, key: str) -> None:
    """The pictures; they follow the reel with this name."""
    component = st.components.v2.component(
        "ann_lab_filters", html=HTML, css=CSS, js=SCRIPT, isolate_styles=False
    )
    what = f"The change of the weights of {len(made.units)} units of layer 1, as pictures"
    alts = [f"{what}; the largest is {figures(scale)}." for scale in made.scales]
    colors = [palette.channels(palette.NEGATIVE), palette.channels(palette.POSITIVE)]
    sent: dict[str, object] = {
        "reel": name,
        "packed": made.packed,
        "units": made.units,
        "scales": made.scales,
    }
    sent |= {"side": SIDE, "columns": min(COLUMNS, len(made.units)), "colors": colors, "alts": alts}
    component(data=sent, key=key)
