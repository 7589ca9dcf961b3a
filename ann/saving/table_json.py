"""Tables that were kept as JSON text, and are read as if a stranger had written it."""

import json
from typing import Any

MOST_SECONDS = 1e11  # since 1970


def read_table(text: str, most: int) -> dict[str, Any]:
    """The entries of a JSON object of at most `most` characters; {} for anything else.

    >>> read_table('{"at": "look"}', 20), read_table('{"at": "lo', 20), read_table("[1]", 20)
    ({'at': 'look'}, {}, {})
    """
    try:
        found = json.loads(text) if len(text) <= most else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def moment(value: Any) -> float:
    """A moment in seconds since 1970; 0.0 for anything that is none.

    >>> moment(1_700_000_000), moment(-1), moment("now"), moment(True)
    (1700000000.0, 0.0, 0.0, 0.0)
    """
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if good and 0 <= value < MOST_SECONDS else 0.0
