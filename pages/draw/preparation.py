"""From the canvas to the network's input, with the steps in between as pictures."""

import base64
import html
import io
from typing import NamedTuple

import numpy as np
from PIL import Image

from data import drawing

STEPS = {  # name of a step in `data.drawing` -> what it does, for a learner
    "drawn": "your drawing",
    "cropped": "cut out: its place on the canvas does not matter",
    "stroke normalized": "as thick as in MNIST, whatever your brush",
    "scaled to 20×20": "fits 20×20 pixels, its proportions unchanged",
    "centered": "center of mass in the middle of 28×28: this is what the network gets",
}
STYLE = """
<style>
.steps { display: flex; flex-wrap: wrap; gap: 14px 18px; margin: 4px 0; }
.steps figure { margin: 0; width: 132px; }
.steps .box { width: 132px; height: 132px; background: #000; border-radius: 8px; display: flex;
  align-items: center; justify-content: center; border: 1px solid #7a859455; overflow: hidden; }
.steps img { image-rendering: pixelated; object-fit: contain; width: 130px; height: 130px; }
.steps figcaption { font-size: 0.78rem; line-height: 1.3; margin-top: 5px; }
.steps .last .box { border: 2px solid #2d7dd2; }
@media (max-width: 480px) {
  .steps figure, .steps .box { width: 104px; } .steps .box { height: 104px; }
  .steps img { width: 102px; height: 102px; } }
</style>
"""


class Drawing(NamedTuple):
    """A drawing, prepared for the network."""

    steps: list[tuple[str, np.ndarray]]  # as `data.drawing.steps`
    picture: np.ndarray  # (784,) uint8: the last step, as a data set would hold it


def prepare(image: np.ndarray | None) -> Drawing | None:
    """Prepare a canvas (H, W, 4) uint8 for the network; None if nothing is drawn on it."""
    steps = drawing.steps(image) if image is not None else []
    if not steps:
        return None
    return Drawing(steps, np.rint(steps[-1][1] * 255).astype(np.uint8).reshape(-1))


def steps_strip(steps: list[tuple[str, np.ndarray]]) -> str:
    """HTML: the pictures from the canvas to the network, each with what the step does."""
    figures = []
    for number, (name, picture) in enumerate(steps):
        why = html.escape(STEPS.get(name, ""))
        last = " class=last" if number == len(steps) - 1 else ""
        figures.append(
            f'<figure{last}><div class="box"><img src="{_uri(picture)}" alt="{html.escape(name)}">'
            f"</div><figcaption><b>{number + 1}. {html.escape(name.capitalize())}</b><br>{why}"
            "</figcaption></figure>"
        )
    return f'{STYLE}<div class="steps">{"".join(figures)}</div>'


def _uri(picture: np.ndarray) -> str:
    """A picture (H, W) with values in [0, 1] as a PNG in a data URI."""
    buffer = io.BytesIO()
    Image.fromarray(np.rint(picture * 255).astype(np.uint8)).save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
