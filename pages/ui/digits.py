"""Digits as pictures side by side, each with a caption.

Images are squares, (N, D) or (N, H, H), uint8 from 0 (background) to 255 (ink), shown white on
black as the network sees them.
"""

import base64
import html
import io
from collections.abc import Sequence
from math import isqrt

import numpy as np
from PIL import Image

GAP = 10
STYLE = """
<style>
.digits { display: flex; flex-wrap: wrap; gap: 10px 8px; margin: 0.25rem 0 0.5rem; }
.digits figure { margin: 0; text-align: center; }
.digits img { display: block; image-rendering: pixelated; border-radius: 6px; margin: 0 auto; }
.digits figcaption { font-size: 0.75rem; line-height: 1.25; margin-top: 3px; white-space: nowrap; }
.digits .marked img { outline: 2px solid #e8710a; outline-offset: 1px; }
</style>
"""


def data_uri(image: np.ndarray, scale: int = 1) -> str:
    """One digit as a PNG in a data URI, about 500 characters; each pixel `scale` times as wide."""
    pixels = np.asarray(image, dtype=np.uint8)
    side = isqrt(pixels.size)
    pixels = pixels.reshape(side, side)
    return png_uri(pixels.repeat(scale, axis=0).repeat(scale, axis=1))


def png_uri(gray: np.ndarray, compress_level: int = 6) -> str:
    """Gray levels (H, W) uint8 as a PNG in a data URI."""
    buffer = io.BytesIO()
    Image.fromarray(gray).save(buffer, "PNG", compress_level=compress_level)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def picture(
    image: np.ndarray, alt: str, size: int, *, first: bool = True, look: str | None = None
) -> str:
    """HTML: a digit that opens its pixel values when clicked, see `pages.ui.pixel_numbers`.

    `alt` is plain text and escaped. Tab stops at the `first` one of a group only. With `look`, a
    query, the page Look is one click further (see `pages.ui.inside.from_digits`).
    """
    further = f'data-look="{html.escape(look, quote=True)}" ' if look else ""
    return (
        f'<img class="digit" role="button" tabindex="{0 if first else -1}" {further}'
        f'src="{data_uri(image)}" alt="{html.escape(alt, quote=True)}" width="{size}" '
        f'height="{size}">'
    )


def strip(
    images: np.ndarray | Sequence[np.ndarray],
    captions: Sequence[str] | None = None,
    *,
    titles: Sequence[str] | None = None,
    size: int = 56,
    marked: Sequence[int] = (),
    rows: int | None = None,
    columns: int | None = None,
    looks: Sequence[str] | None = None,
) -> str:
    """HTML for `st.html`: digits side by side, which wrap on a narrow screen.

    `captions` appear below the digits (a line break in one starts a new line) and `titles` on
    hover; both are plain text and escaped. `marked` are positions of digits that get a frame.
    With `rows`, digits without captions that do not fit into this many rows are hidden. With
    `columns`, there are this many columns, even on a phone. `looks` are the queries of `picture`.
    """
    images = np.asarray(images)
    cut = f"max-height:{rows * (size + GAP) - GAP}px;overflow:hidden" if rows else ""
    if columns:
        cut += f"display:grid;grid-template-columns:repeat({columns},{size}px)"
    figures = []
    for number, image in enumerate(images):
        lines = html.escape(captions[number]).replace("\n", "<br>") if captions else ""
        caption = f"<figcaption>{lines}</figcaption>" if captions else ""
        title = html.escape(titles[number] if titles else "", quote=True)
        alt = captions[number].replace("\n", ", ") if captions else "A digit"
        look = looks[number] if looks else None
        figures.append(
            f'<figure title="{title}"{" class=marked" if number in marked else ""}>'
            f"{picture(image, alt, size, first=not number, look=look)}{caption}</figure>"
        )
    return f'{STYLE}<div class="digits" style="{cut}">{"".join(figures)}</div>'
