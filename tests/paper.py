"""Photos and scans of handwriting, made from digits: paper, light, pens, rulings, cameras.

`KINDS` maps a kind to what it changes in `Scene`. Nothing of this was photographed: the kinds are
what people's pictures of digits have in common, each exaggerated somewhat.
"""

import io
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter


@dataclass(frozen=True)
class Scene:
    """How a digit gets onto paper and in front of a camera."""

    size: tuple[int, int] = (600, 600)  # of the picture: width, height
    extent: float = 0.5  # of the digit, in shorter sides of the picture
    place: tuple[float, float] = (0.5, 0.5)  # its middle: right, down
    turn: float = 0.0  # degrees, of the whole sheet
    paper: tuple[int, int, int] = (238, 236, 230)
    ink: tuple[int, int, int] = (40, 40, 46)
    strength: float = 1.0  # how well the ink covers
    light: float = 0.0  # how much darker the paper is at one side
    shadow: float = 0.0  # how dark a shadow with an edge is
    grain: float = 3.0  # noise of the camera, in gray levels
    ruled: float = 0.0  # space between printed lines, in shorter sides
    squared: bool = False  # whether there are lines across, too
    ruling: tuple[int, int, int] = (150, 175, 215)
    margin: bool = False  # a red line at the left
    table: float = 0.0  # width of a dark table around the paper, in shorter sides
    specks: int = 0
    blur: float = 0.8
    quality: int = 90  # of a JPEG; 0: PNG


KINDS: dict[str, dict] = {
    "plain scan": {},
    "gradient": {"light": 0.5},
    "shadow": {"shadow": 0.45},
    "gray paper": {"paper": (150, 148, 144), "ink": (60, 60, 66)},
    "dim photo": {"paper": (96, 92, 84), "ink": (30, 28, 30), "light": 0.3},
    "grain": {"grain": 16.0, "light": 0.2},
    "ruled": {"ruled": 0.12},
    "ruled boldly": {"ruled": 0.14, "ruling": (90, 110, 160), "turn": 2.0},
    "squared": {"ruled": 0.07, "squared": True},
    "margin": {"ruled": 0.12, "margin": True, "place": (0.6, 0.5)},
    "poor JPEG": {"quality": 12, "grain": 5.0},
    "blue ink": {"ink": (40, 70, 170)},
    "red ink": {"ink": (200, 50, 45), "light": 0.3},
    "green marker": {"ink": (60, 170, 90)},
    "pencil": {"ink": (120, 120, 122), "strength": 0.7, "grain": 5.0},
    "chalk": {"paper": (38, 52, 46), "ink": (220, 222, 215), "grain": 6.0, "light": 0.3},
    "white on gray": {"paper": (120, 122, 126), "ink": (240, 240, 238)},
    "drawing program": {"paper": (255, 255, 255), "ink": (0, 0, 0), "grain": 0.0, "quality": 0},
    "white on black": {"paper": (0, 0, 0), "ink": (255, 255, 255), "grain": 0.0, "quality": 0},
    "small in a large photo": {"size": (1600, 1200), "extent": 0.12, "place": (0.3, 0.6)},
    "off center": {"extent": 0.3, "place": (0.75, 0.25), "light": 0.4},
    "tight crop": {"size": (90, 110), "extent": 0.95, "blur": 0.4},
    "tiny": {"size": (48, 48), "extent": 0.7, "blur": 0.3},
    "on a table": {"table": 0.12, "light": 0.2},
    "dust": {"specks": 12, "grain": 5.0},
    "yellowed": {"paper": (225, 205, 160), "ink": (70, 50, 40), "light": 0.3, "grain": 6.0},
    "phone at night": {
        "size": (1200, 1600),
        "extent": 0.25,
        "shadow": 0.4,
        "light": 0.35,
        "grain": 9.0,
        "ruled": 0.07,
        "squared": True,
        "ink": (50, 70, 150),
        "turn": -3.0,
        "quality": 60,
    },
}


def photo(digit: np.ndarray, kind: str, rng: np.random.Generator, **changes) -> Image.Image:
    """An RGB picture of a digit: (H, W) floats from 0 to 1, how much of each pixel is ink."""
    scene = replace(Scene(), **{**KINDS[kind], **changes})
    wide, high = scene.size
    short = min(wide, high)
    ink = np.zeros((high, wide), np.float32)
    pasted = Image.fromarray(np.rint(digit * 255).astype(np.uint8))
    scale = scene.extent * short / max(pasted.size)
    size = [max(round(scale * side), 1) for side in pasted.size]
    pasted = pasted.resize(size, Image.Resampling.LANCZOS)
    left = int(np.clip(scene.place[0] * wide - size[0] / 2, 0, wide - size[0]))
    top = int(np.clip(scene.place[1] * high - size[1] / 2, 0, high - size[1]))
    ink[top : top + size[1], left : left + size[0]] = np.asarray(pasted) / 255
    sheet = np.ones((high, wide, 3), np.float32) * np.float32(scene.paper)
    y, x = np.mgrid[:high, :wide].astype(np.float32)
    angle = np.deg2rad(scene.turn)
    line = max(short / 300, 1.2) / short
    if scene.ruled:
        shift = rng.uniform(0, scene.ruled)
        down = (y * np.cos(angle) - x * np.sin(angle)) / short
        _lay(sheet, (down + shift) % scene.ruled < line, scene.ruling)
    if scene.squared or scene.margin:
        across = (x * np.cos(angle) + y * np.sin(angle)) / short
    if scene.ruled and scene.squared:
        _lay(sheet, (across + shift) % scene.ruled < line, scene.ruling)
    if scene.margin:
        _lay(sheet, abs(across - 0.15) < line, (214, 90, 90))
    cover = (scene.strength * ink)[..., None]
    sheet = sheet * (1 - cover) + np.float32(scene.ink) * cover
    for _ in range(scene.specks):
        at, radius = rng.uniform(0.05, 0.95, 2), rng.uniform(0.002, 0.008) * short
        _lay(sheet, np.hypot(x - at[0] * wide, y - at[1] * high) < radius, scene.ink)
    if scene.table:
        edge = scene.table * short
        outside = (x < edge) | (y < edge) | (x > wide - edge) | (y > high - edge)
        _lay(sheet, outside, (86, 60, 42))
    toward = rng.uniform(0, 2 * np.pi)
    if scene.light or scene.shadow:
        slope = (np.cos(toward) * (x / wide - 0.5) + np.sin(toward) * (y / high - 0.5)) + 0.5
        lit = 1 - scene.light * np.clip(slope, 0, 1)
        if scene.shadow:
            edge = np.clip((slope - rng.uniform(0.35, 0.65)) * 25, 0, 1)
            lit = lit * (1 - scene.shadow * edge)
        sheet = sheet * lit[..., None]
    levels = rng.normal(0, scene.grain, sheet.shape)
    levels += sheet
    np.clip(np.rint(levels, out=levels), 0, 255, out=levels)
    picture = Image.fromarray(levels.astype(np.uint8))
    return picture.filter(ImageFilter.GaussianBlur(scene.blur))


def taken(digit: np.ndarray, kind: str, rng: np.random.Generator, **changes) -> bytes:
    """The same as a file: a JPEG, or a PNG where the kind says so."""
    quality = replace(Scene(), **{**KINDS[kind], **changes}).quality
    file, picture = io.BytesIO(), photo(digit, kind, rng, **changes)
    if quality:
        picture.save(file, "JPEG", quality=quality)
    else:
        picture.save(file, "PNG")
    return file.getvalue()


def enlarged(digit: np.ndarray, times: int = 10) -> np.ndarray:
    """The ink of one of MNIST's digits (784,) uint8, cropped and enlarged with smooth edges."""
    gray = digit.reshape(28, 28)
    rows, columns = np.flatnonzero(gray.max(1)), np.flatnonzero(gray.max(0))
    gray = np.pad(gray[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 1)
    large = Image.fromarray(gray).resize(
        [times * side for side in gray.shape[::-1]], Image.Resampling.BICUBIC
    )
    return np.clip((np.asarray(large, np.float32) / 255 - 0.5) * times / 2 + 0.5, 0, 1)


def _lay(sheet: np.ndarray, where: np.ndarray, color: tuple[int, int, int]) -> None:
    sheet[where] = color
