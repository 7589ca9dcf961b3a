"""From the canvas to the network's input, with the steps in between as pictures."""

import html
from typing import NamedTuple

import numpy as np

from data.writing import drawing
from data.writing.one_digit import Doubt, doubt
from pages.ui import digits

STEPS = {  # name of a step of `handwriting` and `drawing` in `data.writing` -> what it does
    "picture": "yours",
    "paper evened out": "only what differs from the paper around it: no shadows, no shades",
    "ink": "without printed lines, specks and what touches the edge. This is put on the canvas",
    "drawn": "your drawing",
    "cropped": "cut out: its place on the canvas does not matter",
    "stroke normalized": "as thick as in MNIST, whatever your brush",
    "scaled to 20×20": "fits 20×20 pixels, its proportions unchanged",
    "shrunk to 28×28": "where and as large as it is: what the network gets. Click it for its "
    "numbers",
    "centered": "center of mass in the middle of 28×28: this is what the network gets. Click it "
    "for its numbers",
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

    steps: list[tuple[str, np.ndarray]]  # as `data.writing.drawing.steps`
    picture: np.ndarray  # (784,) uint8: the last step, as a data set would hold it
    image: np.ndarray  # (H, W, 4) uint8: the canvas

    def doubt(self) -> Doubt | None:
        """Why this does not look like one digit; None if it does."""
        prepared = len(self.steps) > 2
        return doubt(self.image, self.steps if prepared else None)


def prepare(image: np.ndarray | None, center: bool = True) -> Drawing | None:
    """Prepare a canvas (H, W, 4) uint8 for the network; None if nothing is drawn on it.

    Without `center`, it is only shrunk: the digit's place and size stay.
    """
    steps = [] if image is None else drawing.steps(image) if center else drawing.shrunk(image)
    if image is None or not steps:
        return None
    return Drawing(steps, np.rint(steps[-1][1] * 255).astype(np.uint8).reshape(-1), image)


def steps_strip(steps: list[tuple[str, np.ndarray]]) -> str:
    """HTML: the pictures from the canvas to the network, each with what the step does.

    A click on the last one shows its pixel values.
    """
    figures = []
    for number, (name, picture) in enumerate(steps):
        why = html.escape(STEPS.get(name, ""))
        last = " class=last" if number == len(steps) - 1 else ""
        image = f'<img src="{_uri(picture)}" alt="{html.escape(name)}">'
        if last:
            title = "What the network gets: " + name
            image = digits.picture(np.rint(picture * 255).astype(np.uint8), title, 130)
        figures.append(
            f'<figure{last}><div class="box">{image}</div><figcaption>'
            f"<b>{number + 1}. {html.escape(name.capitalize())}</b><br>{why}</figcaption></figure>"
        )
    return f'{STYLE}<div class="steps">{"".join(figures)}</div>'


def _uri(picture: np.ndarray) -> str:
    """A picture (H, W) with values in [0, 1] as a PNG in a data URI."""
    return digits.png_uri(np.rint(picture * 255).astype(np.uint8), compress_level=1)
