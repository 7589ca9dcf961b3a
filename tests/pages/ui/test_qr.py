"""QR codes: what is drawn is the code of the address, module by module."""

import re
from urllib.parse import unquote

import numpy as np
import pytest
import segno

from pages.ui import qr

ADDRESS = "https://lab.school.org/lessons?lesson=sure-means-right"
QUIET = 4  # modules around a code, by the standard
BLOCKS = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}  # dark is 1, above and below


def expected(text: str) -> np.ndarray:
    """The modules of the code, 1 for a dark one, with the quiet zone."""
    modules = np.array([list(row) for row in segno.make_qr(text, error="m").matrix])
    return np.pad(modules, QUIET)


def svg_of(picture: str) -> str:
    """The SVG that an <img> contains."""
    kind, svg = re.search(r'src="data:([^,]+),([^"]+)"', picture).groups()
    assert kind.startswith("image/svg+xml")
    return unquote(svg).replace("'", '"')


def drawn(svg: str) -> np.ndarray:
    """The modules that the lines of an SVG draw: (rows, columns)."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    modules, x, y = np.zeros((side, side), int), 0, 0.0
    (path,) = re.findall(r'stroke="#000" d="([^"]+)"', svg)
    steps = re.findall(r"([Mmh])(-?[\d.]+) ?(-?[\d.]+)?", path)
    for kind, across, down in steps:
        if kind == "M":
            x, y = int(across), float(down)
        elif kind == "m":
            x, y = x + int(across), y + float(down)
        else:
            modules[int(y), x : x + int(across)] = 1
            x += int(across)
    return modules


@pytest.mark.parametrize("text", [ADDRESS, "http://[fd00::2]:8501/lab", "x" * 900])
def test_a_picture_shows_the_modules_of_its_address(text):
    assert np.array_equal(drawn(svg_of(qr.picture(text))), expected(text))


def test_characters_show_the_modules_of_their_address():
    lines = qr.characters(ADDRESS, colored=False).splitlines()
    pairs = np.array([[BLOCKS[one] for one in line] for line in lines])  # (lines, columns, 2)
    rows = pairs.transpose(0, 2, 1).reshape(2 * len(lines), -1)
    wanted = expected(ADDRESS)
    assert np.array_equal(rows[: len(wanted)], wanted)
    assert len({len(line) for line in lines}) == 1
    colored = [f"\x1b[97;40m{line}\x1b[0m" for line in lines]
    assert qr.characters(ADDRESS).splitlines() == colored, "not inverted on a light terminal"


def test_a_picture_is_black_on_white_as_wide_as_asked_and_says_its_address():
    shown = qr.picture('http://lab/?a="<b>', width="min(70vh, 100%)")
    assert 'alt="QR code of http://lab/?a=&quot;&lt;b&gt;"' in shown and "<b>" not in shown
    assert "width: min(70vh, 100%)" in shown
    side = re.search(r'viewBox="0 0 (\d+) ', svg_of(shown))[1]
    assert f'fill="#fff" d="M0 0h{side}v{side}h-{side}z"' in svg_of(shown)


@pytest.mark.parametrize("text", ["", "x" * 1_001, "é" * 501])
def test_a_text_that_no_camera_could_read_is_refused_with_the_limit(text):
    assert not qr.fits(text)
    with pytest.raises(ValueError, match=r"text: has [\d,]+ bytes; a QR code takes 1 to 1,000"):
        qr.picture(text)
