"""Frames that move together in the browser, without asking the server for each.

A reel is a number of frames with a name. Its player chooses the frame; charts (`chart.film`) and
other components that follow the reel show theirs. Everything is sent once, packed. Seen with
Streamlit 1.67.
"""

import zlib
from base64 import b64encode
from pathlib import Path

# The functions that a component's own script can use after it.
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def pack(data: bytes) -> str:
    """Data for `unpacked` in the script: compressed, as text."""
    return b64encode(zlib.compress(data)).decode("ascii")
