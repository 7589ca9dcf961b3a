"""All that was written as one picture: a column for each digit, and round what is kept aside."""

from collections.abc import Sequence

import numpy as np

from ann.keeping.drawings import Drawing
from data import DIGITS
from data.checks import SIDE
from pages.handwriting.collection import EACH, counts
from pages.ui import digits
from pages.ui.words import counted

COLUMNS = len(DIGITS)
LEGEND = (
    "A column for each digit. Square: for training. Round: kept aside for testing, and never "
    "trained on."
)
STYLE = """
<style>
.hand { display: grid; grid-template-columns: repeat(10, minmax(0, 1fr)); gap: 4px;
  max-width: 420px; }
.hand b { text-align: center; font-size: 0.85rem; font-weight: 600; }
.hand i { aspect-ratio: 1; border-radius: 3px; border: 1px dashed #7a859499;
  background-size: 1000% auto; image-rendering: pixelated; }
.hand i.drawn { border: 0; background-color: #000; }
.hand i.aside { border-radius: 50%; }
</style>
"""


def html(written: Sequence[Drawing]) -> str:
    """HTML: the drawings, and dashed boxes where one is still missing."""
    columns = [[one for one in written if one.label == digit] for digit in range(COLUMNS)]
    rows = max(EACH, *map(len, columns))
    picture = digits.png_uri(_sheet(columns, rows))
    cells = [f"<b>{name}</b>" for name in DIGITS]
    for row in range(rows):
        for number, column in enumerate(columns):
            cells.append(_cell(column, number, row, rows))
    told = f"{counted(len(written), 'drawing')}: " + ", ".join(
        f"{n} of {name}" for n, name in zip(counts(written), DIGITS, strict=True)
    )
    style = f'<style>.hand i.drawn {{ background-image: url("{picture}"); }}</style>'
    return f'{STYLE}{style}<div class="hand" role="img" aria-label="{told}">{"".join(cells)}</div>'


def _sheet(columns: Sequence[Sequence[Drawing]], rows: int) -> np.ndarray:
    """All drawings side by side, (28 rows, 280) uint8."""
    sheet = np.zeros((rows, SIDE, COLUMNS, SIDE), np.uint8)
    for number, column in enumerate(columns):
        for row, one in enumerate(column):
            sheet[row, :, number] = np.frombuffer(one.picture, np.uint8).reshape(SIDE, SIDE)
    return sheet.reshape(rows * SIDE, COLUMNS * SIDE)


def _cell(column: Sequence[Drawing], number: int, row: int, rows: int) -> str:
    if row >= len(column):
        return "<i></i>" if row < EACH else "<span></span>"
    aside = column[row].aside
    across, down = 100 * number / (COLUMNS - 1), 100 * row / max(rows - 1, 1)
    where = "kept aside" if aside else "trains"
    return (
        f'<i class="drawn{" aside" if aside else ""}" title="{DIGITS[number]}, {where}" '
        f'style="background-position: {across:.2f}% {down:.2f}%"></i>'
    )
