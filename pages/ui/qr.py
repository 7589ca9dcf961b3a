"""QR codes: an address to point a phone's camera at instead of typing it.

A camera needs dark modules on a light ground with four modules of quiet zone around them, so a code
is black on white in the dark theme, too.
"""

import html
import io

import segno

BLACK, WHITE = "#000", "#fff"  # not of the palette: what cameras tell apart best
WHITE_ON_BLACK, PLAIN = "\x1b[97;40m", "\x1b[0m"  # the same on a terminal
QUIET = 4  # modules of light around a code, as the standard requires
MOST_BYTES = 1_000  # a code of more has too many modules to be read from a screen


def picture(text: str, width: str = "9rem") -> str:
    """HTML for `st.html`: the QR code of an address, as wide as the CSS length `width`.

    For a projector, make it as large as the screen allows, such as "min(58vh, 100%)". Screen
    readers read the address. `ValueError` if the text is too long, see `fits`.
    """
    code, style = _code(text), f"width: {width}; border-radius: 0.4rem; display: block"
    # as a file of its own: st.html removes bare SVG
    drawn = code.svg_data_uri(omitsize=True, border=QUIET, dark=BLACK, light=WHITE)
    label = html.escape(f"QR code of {text}", quote=True)
    return f'<img src="{drawn}" alt="{label}" style="{html.escape(style, quote=True)}">'


def characters(text: str, *, colored: bool = True) -> str:
    """The QR code of an address as lines of block characters, for a terminal.

    The characters are the light modules. Unless they are `colored`, white on black, the code is
    inverted on a light terminal, which not every phone reads. `ValueError` if the text is too
    long, see `fits`.
    """
    lines = io.StringIO()
    _code(text).terminal(lines, border=QUIET, compact=True)
    before, after = (WHITE_ON_BLACK, PLAIN) if colored else ("", "")
    return "\n".join(f"{before}{line}{after}" for line in lines.getvalue().splitlines())


def fits(text: str) -> bool:
    """Whether a text is short enough for a code that a phone reads from a screen.

    >>> fits("http://192.168.1.20:8501"), fits("https://lab.school.org/?" + "a" * 1_000)
    (True, False)
    """
    return 0 < len(text.encode("utf-8", "replace")) <= MOST_BYTES


def _code(text: str) -> segno.QRCode:
    if not fits(text):
        size = len(text.encode("utf-8", "replace"))
        raise ValueError(f"text: has {size:,} bytes; a QR code takes 1 to {MOST_BYTES:,}")
    return segno.make_qr(text, error="m")  # M: 15% of it may be hidden by glare or a head
