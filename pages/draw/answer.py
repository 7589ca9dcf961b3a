"""A drawing as the network gets it, what it answers, and the drawings that were kept."""

import base64
import html
import io
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from PIL import Image

from ann.run import Run
from data import drawing
from pages.ui.words import percent

PIXELS = 784  # of a picture, as the network gets it
SURE = 0.6  # an answer with less probability is none
LEAD = 0.2  # nor is one that is ahead of the second by less
MOST_DRAWINGS = 60
WHY = {  # step of data.drawing -> what it does, for a learner
    "drawn": "what you drew",
    "cropped": "cut out: where on the canvas it stands does not matter",
    "stroke evened": "stroke as thick as in MNIST, whatever your brush",
    "scaled to 20×20": "scaled into 20×20 pixels, in its proportions",
    "centered": "its center of mass in the middle of 28×28: this is what the network gets",
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
.verdict { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 18px;
  min-height: 6rem; }
.verdict b { font-size: 5.5rem; line-height: 1; font-weight: 700; }
.verdict b.words { font-size: 2.2rem; }
.verdict div { font-size: 1.05rem; line-height: 1.35; }
.verdict small { opacity: 0.75; }
</style>
"""


class Drawing(NamedTuple):
    """One drawing on its way to the network."""

    steps: list[tuple[str, np.ndarray]]  # as `data.drawing.steps`
    picture: np.ndarray  # (784,) uint8: the last of them, as the data set would hold it


@dataclass
class Drawings:
    """What Draw remembers for a visitor: the pictures, and what was meant by each."""

    canvas: int = 0  # number of the present canvas; a new number is an empty canvas
    strokes: dict | None = None  # on the present canvas, as it tells them
    first_strokes: dict | None = None  # what the present canvas begins with
    pictures: dict[int, np.ndarray] = field(default_factory=dict)  # canvas -> (784,) uint8
    meant: dict[int, str] = field(default_factory=dict)  # canvas -> name of a class

    def clear(self) -> None:
        """Take an empty canvas."""
        self.canvas += 1
        self.strokes = self.first_strokes = None

    def fix_strokes(self) -> None:
        """Let the canvas begin with the strokes that are on it now.

        Streamlit 1.67 makes the canvas anew when two changes of its options, such as the brush's
        width, come in short succession. It would then be empty.
        """
        self.first_strokes = self.strokes

    def remember(self, picture: np.ndarray, meant: str | None) -> None:
        """Keep the present drawing with what was meant; None forgets it."""
        self.meant.pop(self.canvas, None)
        self.pictures.pop(self.canvas, None)
        if meant is not None:
            self.meant[self.canvas], self.pictures[self.canvas] = meant, picture
        for oldest in list(self.meant)[:-MOST_DRAWINGS]:
            del self.meant[oldest], self.pictures[oldest]

    def among(self, names) -> tuple[list[np.ndarray], list[str]]:
        """Pictures and what was meant, of those that one of these classes was meant by."""
        kept = [canvas for canvas, name in self.meant.items() if name in names]
        return [self.pictures[k] for k in kept], [self.meant[k] for k in kept]


def prepare(image: np.ndarray | None) -> Drawing | None:
    """A canvas (H, W, 4) uint8 as the network gets it; None if nothing is drawn on it."""
    steps = drawing.steps(image) if image is not None else []
    if not steps:
        return None
    return Drawing(steps, np.rint(steps[-1][1] * 255).astype(np.uint8).reshape(-1))


def answers(pictures: np.ndarray, run: Run | None) -> np.ndarray | None:
    """Probabilities (N, C) for pictures (N, 784) uint8; None without a network that gives any."""
    if run is None or run.n_features != pictures.shape[1]:
        return None
    probabilities = run.predict_proba(pictures)
    return probabilities if np.isfinite(probabilities).all() else None


def candidates(probabilities: np.ndarray) -> list[int]:
    """The classes that it may be: one if the network is sure, else the two or three likeliest.

    >>> candidates(np.array([0.1, 0.85, 0.05])), candidates(np.array([0.45, 0.5, 0.05]))
    ([1], [1, 0])
    """
    order = [int(c) for c in np.argsort(-probabilities, kind="stable")]
    first, second = probabilities[order[0]], probabilities[order[1:2]].sum()
    if first >= SURE and first - second >= LEAD:
        return order[:1]
    return order[: 3 if probabilities[order[2:3]].sum() >= max(0.1, first / 3) else 2]


def verdict(probabilities: np.ndarray, names) -> str:
    """HTML: the answer in large, and how sure the network is of it."""
    found = candidates(probabilities)
    share = float(probabilities[found[0]])
    words = [html.escape(str(names[c])) for c in found]
    large = "" if max(map(len, words)) == 1 else ' class="words"'
    if len(found) == 1:
        sure = "Sure" if share >= 0.95 else "Fairly sure" if share >= 0.8 else "Leaning to it"
        text = f"<div>{sure}<br><small>{html.escape(percent(share))} probable</small></div>"
        return f'{STYLE}<div class="verdict"><b{large}>{words[0]}</b>{text}</div>'
    listed = " or ".join([", ".join(words[:-1]), words[-1]])
    text = f"<div><small>The likeliest has only {percent(share)}.</small></div>"
    return f'{STYLE}<div class="verdict"><b class="words">Not sure: {listed}</b>{text}</div>'


def steps_strip(steps: list[tuple[str, np.ndarray]]) -> str:
    """HTML: the pictures from the canvas to the network, each with what was done."""
    figures = []
    for number, (name, picture) in enumerate(steps):
        why = html.escape(WHY.get(name, ""))
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
