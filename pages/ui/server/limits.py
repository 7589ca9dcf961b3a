"""How much a browser may send and an address may ask of the server.

Each limit can be set by the environment variable named beside it, when the server starts. The
README in this folder lists them, and a test compares the two.
"""

import os

from ann.running.limits import PROCESSES, number_in

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


def part(most: int, least: int = 1) -> int:
    """This server's part of a limit for all, where several share the machine; at least `least`."""
    return max(least, most // PROCESSES)


MAX_STROKES_BYTES = limit("ANN_MAX_STROKES_BYTES", 2_000_000, 10_000, 20_000_000)  # of a drawing
# A photo or scan of a digit for Draw: of its file, and of what the file unpacks to.
MAX_PICTURE_MB = limit("ANN_MAX_PICTURE_MB", 10, 1, 50)
MAX_PICTURE_MEGAPIXELS = limit("ANN_MAX_PICTURE_MEGAPIXELS", 25, 1, 100)
# Saved runs that Draw asks about one drawing, and their weights in memory.
MAX_ASKED_RUNS = limit("ANN_MAX_ASKED_RUNS", 6, 1, 50)
MAX_ASKED_MB = limit("ANN_MAX_ASKED_MB", 30, 1, 10_000)
# New visitors from one address within a minute: a class comes from one, if it has a proxy.
NEW_VISITORS = limit("ANN_NEW_VISITORS", 200, 1, 100_000)
# Within a minute: new members of classes, and wrong class codes or return links, from one address
# (a whole school may have one) and from one browser.
NEW_MEMBERS = part(limit("ANN_NEW_MEMBERS", 200, 1, 100_000))
NEW_MEMBERS_PER_BROWSER = limit("ANN_NEW_MEMBERS_PER_BROWSER", 10, 1, 100_000)
WRONG_CODES = part(limit("ANN_WRONG_CODES", 60, 1, 100_000))
WRONG_CODES_PER_BROWSER = limit("ANN_WRONG_CODES_PER_BROWSER", 10, 1, 100_000)
MAX_TABS = limit("ANN_MAX_TABS", 40, 1, 10_000)  # of a visitor, open at the same time
MAX_TABS_PER_ADDRESS = part(limit("ANN_MAX_TABS_PER_ADDRESS", 600, 1, 100_000))

# Uploaded files in memory, until they are saved or the tab is closed: of a tab, of all tabs from
# one address, and of all tabs.
MAX_UPLOADED_MB = limit("ANN_MAX_UPLOADED_MB", 110, 51, 100_000)
MAX_UPLOADED_MB_PER_ADDRESS = part(
    limit("ANN_MAX_UPLOADED_MB_PER_ADDRESS", 500, 51, 100_000), least=51
)
MAX_ALL_UPLOADED_MB = part(limit("ANN_MAX_ALL_UPLOADED_MB", 1_000, 51, 1_000_000), least=51)

# Data sets that visitors bring: of one set, MB as it comes and unpacked, images, and seconds that
# reading it may take; sets of a visitor, MB of all as they are stored, days since one was used, and
# MB that may come from one address within an hour.
MAX_BROUGHT_MB = limit("ANN_MAX_BROUGHT_MB", 50, 1, 50)
MAX_BROUGHT_UNPACKED_MB = limit("ANN_MAX_BROUGHT_UNPACKED_MB", 200, 1, 2_000)
MAX_BROUGHT_IMAGES = limit("ANN_MAX_BROUGHT_IMAGES", 100_000, 100, 1_000_000)
MAX_BROUGHT_SECONDS = limit("ANN_MAX_BROUGHT_SECONDS", 60, 5, 3_600)
MAX_BROUGHT_SETS = limit("ANN_MAX_BROUGHT_SETS", 6, 1, 1_000)
MAX_ALL_BROUGHT_MB = limit("ANN_MAX_ALL_BROUGHT_MB", 2_000, 10, 1_000_000)
BROUGHT_DAYS = limit("ANN_BROUGHT_DAYS", 30, 1, 36_500)
MAX_BROUGHT_MB_PER_HOUR = part(limit("ANN_MAX_BROUGHT_MB_PER_HOUR", 1_000, 50, 1_000_000), least=50)

# Training sets that the lab makes for a visitor, such as digits with drawings: MB of all of them.
MAX_ALL_MADE_MB = limit("ANN_MAX_ALL_MADE_MB", 2_000, 10, 1_000_000)
