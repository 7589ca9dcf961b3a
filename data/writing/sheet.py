"""A sheet to print and fill in by hand: ten columns, one for each digit, and ten rows.

Four black squares tell a reader where the sheet is in a photo, however it is turned and tilted; a
fifth beside one of them tells which way is up. All lengths are millimeters on a page of A4, from
its upper left corner; US Letter is high enough, too.
"""

import io
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from data.names import DIGITS

PAGE = (210.0, 297.0)
COLUMNS, ROWS = len(DIGITS), 10
CELL = 16.0  # the side of a box
LEFT, TOP = 25.0, 50.0  # the upper left corner of the boxes
MARK = 8.0  # the side of a black square
# Their middles, clockwise from the upper left, and that of the one which tells which way is up.
MARKS = ((15.0, 36.0), (195.0, 36.0), (195.0, 220.0), (15.0, 220.0))
UP = (35.0, 36.0)
LINE = 0.2
DPI = 200
PALE, BLACK = 190, 0  # gray levels: faint lines vanish beside ink
_INCH = 25.4
HEAD = "Write each digit ten times, one in each box. Stay inside the lines."
FOOT = "Then take a photo from above, in even light, with all black squares in it."


class Box(NamedTuple):
    """Where a digit is written, in millimeters."""

    left: float
    top: float
    label: int


def boxes() -> list[Box]:
    """All boxes, row by row; a column holds the same digit."""
    return [
        Box(LEFT + CELL * column, TOP + CELL * row, column)
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]


def draw(dpi: int = DPI) -> Image.Image:
    """The empty sheet in gray, as a printer gets it."""
    scale = dpi / _INCH
    page = Image.new("L", (round(PAGE[0] * scale), round(PAGE[1] * scale)), 255)
    pen = ImageDraw.Draw(page)

    def square(middle: tuple[float, float], side: float) -> list[float]:
        return [scale * (n + sign * side / 2) for sign in (-1, 1) for n in middle]

    def write(text: str, x: float, y: float, size: float, anchor: str = "ms") -> None:
        font = ImageFont.load_default(scale * size)
        pen.text((scale * x, scale * y), text, BLACK, font=font, anchor=anchor)

    for middle in (*MARKS, UP):
        pen.rectangle(square(middle, MARK), fill=BLACK)
    width = max(round(LINE * scale), 1)
    for box in boxes():
        corner = [scale * n for n in (box.left, box.top, box.left + CELL, box.top + CELL)]
        pen.rectangle(corner, outline=PALE, width=width)
    for column, name in enumerate(DIGITS):
        write(name, LEFT + CELL * (column + 0.5), TOP - 2, 6)
    write("Your handwriting", PAGE[0] / 2, 18, 8)
    write(HEAD, PAGE[0] / 2, 27, 4)
    write(FOOT, PAGE[0] / 2, 230, 4)
    return page


def pdf() -> bytes:
    """The empty sheet as a PDF file of one page of A4."""
    file = io.BytesIO()
    draw().save(file, "PDF", resolution=DPI)
    return file.getvalue()
