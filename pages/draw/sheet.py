"""What is on the canvas, and the changes that buttons make to it.

The browser draws and reports its strokes and their picture. A button changes the strokes here and
sends them back; the browser draws them and reports the new picture.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from data.checks import SIDE as PIXELS  # of the network's input, along a side
from data.writing.drawing import Picture
from data.writing.handwriting import Ink
from pages.ui import digits
from pages.ui.canvas import PEN, SIDE, Content

Strokes = dict[str, Any]  # as the canvas reports them and takes them

PIXEL = SIDE // PIXELS  # of the canvas, in one of the network's input
RUBBER = ("#000000", 30)  # as PEN
_FIXED = {"originX": "center", "originY": "center", "selectable": False, "evented": False}


@dataclass
class Sheet:
    """What a visitor's canvas shows."""

    canvas: int = 0  # grows by one to start with an empty canvas
    strokes: Strokes | None = None  # as last reported by the browser or changed by a button
    first_strokes: Strokes | None = None  # what the browser is told to draw
    reported: Strokes | None = None
    image: npt.NDArray[np.uint8] | None = None  # (SIDE, SIDE, 4), as last reported
    prepared: bool = True  # whether a drawing is centered and scaled before the network gets it
    title: str = ""  # of a digit that was taken, or of a picture
    photo: list[tuple[str, Picture]] = field(default_factory=list)  # how its ink was found
    problem: str = ""  # why a picture could not be used
    edits: int = 0
    at: tuple[int, int] | None = None  # where the keyboard's pen is: column and row, from 1

    @property
    def objects(self) -> list[Strokes]:
        """The strokes one by one, the latest last."""
        return [o for o in (self.strokes or {}).get("objects", []) if isinstance(o, dict)]

    @property
    def is_as_taken(self) -> bool:
        """Whether the canvas shows a digit of the data and nothing else."""
        return bool(self.title) and not self.photo and len(self.objects) == 1

    def clear(self) -> None:
        """Start an empty canvas."""
        self.canvas += 1
        self.strokes = self.first_strokes = self.reported = self.image = self.at = None
        self.prepared, self.title, self.photo, self.problem = True, "", [], ""

    def fix_strokes(self) -> None:
        """Let the canvas start with the strokes that are on it now.

        The browser forgets them when the visitor goes to another page. It also does when two of its
        options change in quick succession, such as the brush's width: Streamlit 1.67 then creates
        the canvas again.
        """
        self.first_strokes = self.strokes

    def see(self, content: Content) -> npt.NDArray[np.uint8] | None:
        """Take over what the browser reports; returns the picture of what is on the canvas.

        A report that came before is older than what a button has changed since.
        """
        if content.strokes != self.reported:
            self.strokes = self.reported = content.strokes
        if content.problem:
            return None
        if content.image is not None:  # None: the browser has drawn what it was told to
            self.image = content.image
        return self.image

    def undo(self) -> None:
        """Remove the latest stroke."""
        self._draw(self.objects[:-1])

    def shift(self, right: int, down: int) -> None:
        """Move everything by pixels of the network's input."""
        moved = []
        for one in self.objects:
            left, top = (_number(one, name) for name in ("left", "top"))
            moved.append({**one, "left": left + PIXEL * right, "top": top + PIXEL * down})
        self._draw(moved)

    def take(self, image: npt.NDArray[np.uint8], title: str) -> None:
        """Put a digit of the data on an empty canvas; the network gets exactly its pixels."""
        self.clear()
        self.prepared = False
        gray = image.reshape(PIXELS, PIXELS)
        self._put(gray.repeat(PIXEL, axis=0).repeat(PIXEL, axis=1), title)

    def bring(self, ink: Ink, title: str) -> None:
        """Put the ink of a photo or scan on an empty canvas, as if it had been drawn there."""
        self.clear()
        self.photo = ink.steps
        gray = ImageOps.pad(Image.fromarray(ink.image), (SIDE, SIDE), Image.Resampling.BICUBIC)
        self._put(np.asarray(gray), title)

    def _put(self, gray: npt.NDArray[np.uint8], title: str) -> None:
        """Put a picture (SIDE, SIDE) on an empty canvas."""
        self.title = title
        picture = {"type": "Image", "src": digits.png_uri(gray)}
        self._draw([picture | _FIXED | _middle(SIDE / 2, SIDE / 2)])
        # A new canvas draws what it is given without reporting it.
        self.image = np.dstack([gray, gray, gray, np.full_like(gray, 255)])

    def line(self, column: int, row: int, *, erase: bool = False, start: bool = False) -> None:
        """Draw a straight line from where the keyboard's pen is, or a dot; erase along it."""
        color, width = RUBBER if erase else PEN
        x2, y2 = (PIXEL * (k - 0.5) for k in (column, row))
        x1, y1 = (x2, y2) if start or not self.at else (PIXEL * (k - 0.5) for k in self.at)
        ends = {"x1": x1 - 0.1, "y1": y1, "x2": x2, "y2": y2}  # a line without length is not drawn
        pen = {"stroke": color, "strokeWidth": width, "strokeLineCap": "round"}
        self.at = column, row
        line = {"type": "Line"} | ends | pen | _FIXED | _middle((x1 + x2) / 2, (y1 + y2) / 2)
        self._draw([*self.objects, line])

    def _draw(self, objects: list[Strokes]) -> None:
        self.edits += (
            1  # two changes may lead to the same strokes, and the second must be drawn too
        )
        self.strokes = {**(self.strokes or {}), "objects": objects, "edit": self.edits}
        self.first_strokes = self.strokes


def _middle(x: float, y: float) -> Strokes:
    return {"left": x, "top": y}


def _number(stroke: Strokes, name: str) -> float:
    found = stroke.get(name, 0)
    return float(found) if isinstance(found, (int, float)) and abs(found) < 1e6 else 0.0
