"""How much a browser may send and an address may ask of the server.

Each limit can be set by the environment variable named beside it, when the server starts. The
README in this folder lists them, and a test compares the two.
"""

import os

from ann.running.limits import number_in

VARIABLES: dict[str, int] = {}  # that set a limit, with its default


def limit(variable: str, default: int, least: int, most: int) -> int:
    """The number in an environment variable, or the default if it is not set.

    Raises ValueError, naming the variable, for anything but a whole number in the allowed range.
    """
    VARIABLES[variable] = default
    number = number_in(os.environ, variable, default, least, most)
    if number != int(number):
        raise ValueError(
            f"{variable}: '{number:g}' is not a whole number from {least:,} to {most:,}"
        )
    return int(number)


MAX_STROKES_BYTES = limit("ANN_MAX_STROKES_BYTES", 2_000_000, 10_000, 20_000_000)  # of a drawing
# New visitors from one address within a minute: a class comes from one, if it has a proxy.
NEW_VISITORS = limit("ANN_NEW_VISITORS", 200, 1, 100_000)
MAX_TABS = limit("ANN_MAX_TABS", 40, 1, 10_000)  # of a visitor, open at the same time
MAX_TABS_PER_ADDRESS = limit("ANN_MAX_TABS_PER_ADDRESS", 600, 1, 100_000)

# Uploaded files in memory, until they are saved or the tab is closed: of a tab, of all tabs from
# one address, and of all tabs.
MAX_UPLOADED_MB = limit("ANN_MAX_UPLOADED_MB", 110, 51, 100_000)
MAX_UPLOADED_MB_PER_ADDRESS = limit("ANN_MAX_UPLOADED_MB_PER_ADDRESS", 500, 51, 100_000)
MAX_ALL_UPLOADED_MB = limit("ANN_MAX_ALL_UPLOADED_MB", 1_000, 51, 1_000_000)
