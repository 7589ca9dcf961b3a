"""Draw pen strokes as the canvas does: a round white brush on black, anti-aliased."""

import json
from pathlib import Path

import numpy as np

CANVAS = 280  # pixels, the side of the canvas
BRUSH = 18  # pixels, the default


def render(strokes, canvas=CANVAS, brush=BRUSH, extent=200.0, shift=(0.0, 0.0)) -> np.ndarray:
    """Strokes [[[x, y], ...], ...] in any unit -> (canvas, canvas) uint8, white ink on black.

    The longer side of the drawing (the brush's path, without its width) becomes `extent` pixels,
    the aspect ratio stays, and the middle of the drawing lies `shift` = (right, down) pixels from
    the middle of the canvas. Each stretch between two points is a capsule; a pixel's coverage is
    its distance to the nearest capsule's edge, from half a pixel inside to half a pixel outside.
    """
    points = np.concatenate([np.asarray(stroke, float).reshape(-1, 2) for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = extent / max(float((high - low).max()), 1e-9)
    offset = canvas / 2 + np.asarray(shift, float) - scale * (low + high) / 2

    ink = np.zeros((canvas, canvas))
    for stroke in strokes:
        path = np.asarray(stroke, float).reshape(-1, 2) * scale + offset
        ends = path[1:] if len(path) > 1 else path
        for start, end in zip(path, ends, strict=False):
            _stamp(ink, start, end, brush / 2)
    return np.rint(255 * ink).astype(np.uint8)


def _stamp(ink, start, end, radius):
    """Add one capsule from `start` to `end` (x, y) to the coverage `ink`, in place."""
    side = len(ink)
    low = np.clip(np.floor(np.minimum(start, end) - radius - 1), 0, side).astype(int)
    high = np.clip(np.ceil(np.maximum(start, end) + radius + 1), 0, side).astype(int)
    y, x = np.ogrid[low[1] : high[1], low[0] : high[0]]
    x, y = x + 0.5 - start[0], y + 0.5 - start[1]  # pixel centers, seen from the start
    along = end - start
    length = float(along @ along)
    t = np.clip((x * along[0] + y * along[1]) / length, 0, 1) if length else 0.0
    distance = np.hypot(x - t * along[0], y - t * along[1])
    window = ink[low[1] : high[1], low[0] : high[0]]
    np.maximum(window, np.clip(radius + 0.5 - distance, 0, 1), out=window)


def load(path) -> tuple[list, np.ndarray]:
    """The drawings in `path` (json, see its README): their strokes, and their (N,) digits."""
    drawings = json.loads(Path(path).read_text(encoding="utf-8"))
    return [d["strokes"] for d in drawings], np.array([d["digit"] for d in drawings])
