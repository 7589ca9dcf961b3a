"""Photos and scans of filled sheets, made from digits: no sheet was photographed for this.

`photo` fills boxes with real digits and takes a picture: tilted, shaded, noisy, on a table, as a
phone or a scanner would.
"""

import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from data.writing import sheet
from tests.paper import enlarged

DPI = 150
PER_MM = DPI / 25.4


@dataclass(frozen=True)
class Scene:
    """How a sheet is filled in and gets in front of a camera."""

    size: tuple[int, int] = (1200, 1600)  # of the picture: width, height
    tilt: float = 0.0  # how far the corners of the page are off, as a share of its sides
    turn: float = 0.0  # degrees
    ink: float = 0.15  # brightness of the pen's ink, as a share of the paper's
    paper: float = 0.95
    light: float = 0.0  # how much darker the paper is at one side
    shadow: float = 0.0  # how dark a shadow with an edge is
    grain: float = 3.0  # noise of the camera, in gray levels
    table: float | None = 0.35  # brightness of the table around the sheet; None: a scan
    blur: float = 0.8
    quality: int = 85  # of a JPEG
    inverted: bool = False
    extent: float = 0.62  # of a box that a digit fills, at most
    wander: float = 0.12  # how far a digit is off the middle of its box, as a share of the box


KINDS: dict[str, dict] = {
    "scan": {"table": None, "grain": 1.0, "blur": 0.5},
    "from above": {"tilt": 0.02, "turn": 2.0},
    "tilted": {"tilt": 0.08, "turn": -4.0, "light": 0.2},
    "shaded": {"tilt": 0.03, "light": 0.5, "shadow": 0.3},
    "dim and grainy": {"tilt": 0.03, "paper": 0.45, "ink": 0.25, "grain": 8.0, "table": 0.15},
    "pencil": {"tilt": 0.03, "ink": 0.5, "light": 0.2},
    "on its side": {"size": (1600, 1200), "turn": 90.0, "tilt": 0.03},
    "upside down": {"turn": 180.0, "tilt": 0.03},
    "white on black": {"inverted": True, "table": None},
    "small": {"size": (750, 1000), "tilt": 0.03},
    "poor JPEG": {"quality": 20, "tilt": 0.03, "light": 0.2},
    "large digits": {"extent": 0.85, "wander": 0.05, "tilt": 0.02},
    "white table": {"table": 0.85, "tilt": 0.03},
}


def photo(digits: dict[int, np.ndarray], kind: str, rng, **changes) -> Image.Image:
    """A picture of a sheet; `digits` are pictures (784,) uint8 by the number of their box."""
    scene = replace(Scene(), **{**KINDS[kind], **changes})
    page = np.asarray(sheet.draw(DPI), np.float32) / 255
    cover = np.zeros_like(page)
    boxes = sheet.boxes()
    for number, digit in digits.items():
        _write(cover, boxes[number], digit, scene, rng)
    page = scene.paper * (page * (1 - cover) + scene.ink * cover)
    seen = _seen(page, scene, rng)
    y, x = np.mgrid[: seen.shape[0], : seen.shape[1]] / max(seen.shape)
    toward = rng.uniform(0, 2 * np.pi)
    slope = np.cos(toward) * (x - 0.5) + np.sin(toward) * (y - 0.5) + 0.5
    lit = 1 - scene.light * np.clip(slope, 0, 1)
    lit *= 1 - scene.shadow * np.clip((slope - rng.uniform(0.4, 0.6)) * 25, 0, 1)
    levels = 255 * seen * lit + rng.normal(0, scene.grain, seen.shape)
    levels = 255 - levels if scene.inverted else levels
    picture = Image.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))
    picture = picture.filter(ImageFilter.GaussianBlur(scene.blur))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=scene.quality)
    return Image.open(file)


def file(digits: dict[int, np.ndarray], kind: str, rng, **changes) -> bytes:
    """The same as the bytes of a PNG."""
    out = io.BytesIO()
    photo(digits, kind, rng, **changes).save(out, "PNG")
    return out.getvalue()


def _write(cover, box, digit, scene, rng) -> None:
    ink = Image.fromarray(np.rint(255 * enlarged(digit)).astype(np.uint8))
    side = sheet.CELL * PER_MM
    scale = rng.uniform(0.7, 1) * scene.extent * side / max(ink.size)
    ink = ink.resize([max(round(scale * n), 2) for n in ink.size], Image.Resampling.LANCZOS)
    middle = np.array([box.left, box.top]) * PER_MM + side / 2
    middle = middle + rng.uniform(-scene.wander, scene.wander, 2) * side
    left, top = (int(m - n / 2) for m, n in zip(middle, ink.size, strict=True))
    part = cover[top : top + ink.size[1], left : left + ink.size[0]]
    np.maximum(part, np.asarray(ink, np.float32) / 255, out=part)


def _seen(page, scene, rng):
    """The page as the camera sees it, with the table around it."""
    wide, high = scene.size
    table = scene.table if scene.table is not None else scene.paper
    middle = np.array([wide, high]) / 2
    angle = np.deg2rad(scene.turn)
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    sides = np.array([210, 297]) / 297
    upright = abs(np.cos(angle)) > 0.5
    fits = 0.94 * min(np.array([wide, high]) / (sides if upright else sides[::-1]))
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2 * sides * fits
    corners = corners * (1 - rng.uniform(0, scene.tilt, (4, 2)) * 2) @ turned.T + middle
    h, w = page.shape
    matrix = _homography(corners, np.array([[0, 0], [w, 0], [w, h], [0, h]]))
    image = Image.fromarray((page * 255).astype(np.uint8))
    seen = image.transform(
        scene.size,
        Image.Transform.PERSPECTIVE,
        tuple(matrix.ravel()[:8]),
        Image.Resampling.BICUBIC,
        fillcolor=round(255 * table),
    )
    return np.asarray(seen, np.float32) / 255


def _homography(source, target):
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1).reshape(3, 3)
