"""How much a browser may send and an address may ask of the server.

Each limit can be set by the environment variable named beside it, when the server starts.
"""

import os


def limit(variable: str, default: int, least: int, most: int) -> int:
    """The number in an environment variable, or the default if it is not set.

    Raises ValueError, naming the variable, for anything but a whole number in the allowed range.
    """
    text = os.environ.get(variable, "").strip()
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    if not least <= number <= most:
        raise ValueError(
            f"{variable}: {text[:40]!r} is not a whole number from {least:,} to {most:,}"
        )
    return number


MAX_STROKES_BYTES = limit("ANN_MAX_STROKES_BYTES", 2_000_000, 10_000, 20_000_000)  # of a drawing
