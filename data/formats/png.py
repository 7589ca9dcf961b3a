"""Read a PNG picture with distrust: whoever sent it may have made it to exhaust the memory.

A PNG of 99 KB can hold 5,000 x 5,000 pixels of one shade. Its header says so in its first 33 bytes,
so a picture of any other size or kind than the expected one is refused before it is decoded.
"""

import io
import struct
import zlib

import numpy as np
import numpy.typing as npt
from PIL import Image

_BEGINNING = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_HEADER = struct.Struct(">IIBB")  # width, height, bits per channel, kind of color; follows it
_KINDS = {0: "gray", 2: "RGB", 3: "palette", 4: "gray with alpha", 6: "RGBA"}
_EXPECTED = (8, 6)  # 8 bits for each of red, green, blue and alpha
# Beyond its pixels, for what a PNG adds: a filter byte for each row, frames around compressed data.
_EXTRA_BYTES = 16_384
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, OverflowError, zlib.error, struct.error)


def read_png(file: bytes, width: int, height: int) -> npt.NDArray[np.uint8]:
    """The pixels of a PNG that must be `width` x `height`, with 8-bit RGBA: (H, W, 4) uint8.

    Raises ValueError, with what was found and what is expected, for any other picture or file.
    """
    check_bytes(len(file), width, height)
    if not file.startswith(_BEGINNING) or len(file) < len(_BEGINNING) + _HEADER.size:
        raise ValueError("picture: it is not a PNG file")
    found = _HEADER.unpack_from(file, len(_BEGINNING))
    if found != (width, height, *_EXPECTED):
        wide, high, bits, kind = found
        raise ValueError(
            f"picture: it has {wide:,} × {high:,} pixels, {bits}-bit {_KINDS.get(kind, 'unknown')};"
            f" expected {width:,} × {height:,}, 8-bit RGBA"
        )
    try:
        with Image.open(io.BytesIO(file), formats=["PNG"]) as image:
            pixels = np.asarray(image)
    except _BROKEN as error:
        raise ValueError("picture: the PNG file is damaged") from error
    if pixels.shape != (height, width, 4) or pixels.dtype != np.uint8:
        raise ValueError("picture: the PNG file is damaged")
    return pixels


def check_bytes(size: int, width: int, height: int) -> None:
    """Raise ValueError if a file has more bytes than a PNG of this many RGBA pixels needs."""
    most = 4 * width * height + _EXTRA_BYTES
    if size > most:
        raise ValueError(
            f"picture: the file has {size:,} bytes; {width:,} × {height:,} pixels need at most "
            f"{most:,}"
        )
