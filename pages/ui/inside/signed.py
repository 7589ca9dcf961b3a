"""Pictures of numbers with a sign, such as the weights of a unit: blue above 0, orange below.

The stronger the color, the further from 0; what is 0 shows the page's own background, in light and
in dark. A scale below each picture gives its largest size in numbers.
"""

import base64
import html
import io

import numpy as np
from PIL import Image

from pages.ui import digits, palette

STYLE = f"""<style>
.signed-row {{ display: flex; flex-wrap: wrap; gap: 1rem 1.25rem; }}
.signed {{ margin: 0; max-width: 100%; }}
.signed .plate {{ position: relative; border: 1px solid #7a859466; border-radius: 6px;
  overflow: hidden; }}
.signed img, .signed svg {{ position: absolute; inset: 0; width: 100%; height: 100%; }}
.signed img {{ image-rendering: pixelated; }}
.signed figcaption {{ font-size: 0.8rem; line-height: 1.35; margin-top: 4px; }}
.signed .scale {{ display: flex; gap: 6px; align-items: center; font-size: 0.75rem;
  font-variant-numeric: tabular-nums; color: {palette.SOFT}; }}
.signed .scale i {{ flex: 1; height: 8px; border-radius: 4px; background: linear-gradient(to right,
  {palette.NEGATIVE}, transparent, {palette.POSITIVE}); }}
</style>"""
HATCH = (
    '<svg viewBox="0 0 {columns} {rows}" preserveAspectRatio="none" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="1" height="1" patternUnits="userSpaceOnUse">'
    '<path d="M0 1L1 0" stroke="{color}" stroke-width=".14"/></pattern></defs>'
    '<path d="{path}" fill="url(#hatch)"/></svg>'
)


def figure(
    values: np.ndarray,
    columns: int,
    title: str,
    *,
    size: int = 168,
    hatched: np.ndarray | None = None,
    alt: str = "",
) -> str:
    """HTML: values (D,), row by row, as a picture with its title and its scale.

    `hatched` (D,) are the places that are drawn with lines across them. `title` and `alt` are
    plain text and escaped. Put `STYLE` before the first picture.
    """
    rows = -(-len(values) // columns)
    largest = float(np.abs(values).max(initial=0))
    lines = "" if hatched is None or not hatched.any() else _hatch(hatched, columns, rows)
    shown = f"{largest:.2g}"
    return (
        f'<figure class="signed" style="width:{size}px"><div class="plate" '
        f'style="aspect-ratio:{columns}/{rows}"><img src="{uri(values, columns)}" '
        f'alt="{html.escape(alt or title, quote=True)}">{lines}</div>'
        f'<figcaption>{html.escape(title)}<div class="scale"><span>−{shown}</span><i></i>'
        f"<span>+{shown}</span></div></figcaption></figure>"
    )


def digit(image: np.ndarray, title: str, *, size: int = 168) -> str:
    """HTML: a digit (D,), gray levels from 0 to 255, as large as such a picture beside it."""
    words = html.escape(title)
    return (
        f'<figure class="signed" style="width:{size}px"><div class="plate" style="aspect-ratio:1">'
        f"{digits.picture(image, title, size)}</div><figcaption>{words}</figcaption></figure>"
    )


def uri(values: np.ndarray, columns: int) -> str:
    """Values (D,) as a PNG in a data URI; a last row that is not full ends with nothing."""
    rows = -(-len(values) // columns)
    largest = float(np.abs(values).max(initial=0)) or 1.0
    pixels = np.zeros((rows * columns, 4), np.uint8)
    above, below = palette.channels(palette.POSITIVE), palette.channels(palette.NEGATIVE)
    pixels[: len(values), :3] = np.where((values > 0)[:, None], above, below)
    pixels[: len(values), 3] = np.rint(255 * np.abs(values) / largest)
    buffer = io.BytesIO()
    Image.fromarray(pixels.reshape(rows, columns, 4)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _hatch(places: np.ndarray, columns: int, rows: int) -> str:
    """Lines across these places, as one path with a piece for each stretch in a row."""
    path = []
    for y in range(rows):
        row = np.zeros(columns + 2, np.int8)
        part = places[y * columns : (y + 1) * columns]
        row[1 : 1 + len(part)] = part
        turns = np.flatnonzero(np.diff(row))
        path += [f"M{a} {y}h{b - a}v1h{a - b}z" for a, b in turns.reshape(-1, 2)]
    return HATCH.format(columns=columns, rows=rows, color=palette.MUTED, path="".join(path))
