"""Digits as pictures side by side, each with a caption.

Images are (N, 784) or (N, 28, 28), uint8 from 0 (background) to 255 (ink), shown white on black as
the network sees them.
"""

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from data.checks import SIDE

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


def data_uri(image: np.ndarray) -> str:
    """One digit as a PNG in a data URI, about 500 characters."""
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(image, dtype=np.uint8).reshape(SIDE, SIDE)).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def strip(
    images: np.ndarray | Sequence[np.ndarray],
    captions: Sequence[str] | None = None,
    *,
    titles: Sequence[str] | None = None,
    size: int = 56,
    marked: Sequence[int] = (),
    rows: int | None = None,
    columns: int | None = None,
) -> str:
    """HTML for `st.html`: digits side by side, which wrap on a narrow screen.

    `captions` appear below the digits (a line break in one starts a new line) and `titles` on
    hover; both are plain text and escaped. `marked` are positions of digits that get a frame.
    With `rows`, digits without captions that do not fit into this many rows are hidden. With
    `columns`, there are this many columns, even on a phone.
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
        alt = html.escape(captions[number].replace("\n", ", ") if captions else "a digit")
        figures.append(
            f'<figure title="{title}"{" class=marked" if number in marked else ""}>'
            f'<img src="{data_uri(image)}" alt="{alt}" width="{size}" height="{size}">'
            f"{caption}</figure>"
        )
    return f'{STYLE}<div class="digits" style="{cut}">{"".join(figures)}</div>'
