"""The secrets of a class: links to teach and to return, and the ids of its members.

Each is made from a random salt in the file and the server's secret beside it. So it can be shown
again at any time, but whoever reads the file alone cannot make it.
"""

import hmac
import re
import secrets
import sqlite3
from collections.abc import Callable
from typing import Literal

from ann.keeping.database import MissingError

Holder = Literal["classes", "members"]
PURPOSES: dict[Holder, str] = {"classes": "teach", "members": "return"}
VISITOR = "visitor"
FORM = re.compile(r"([1-9]\d{0,11})\.[\w-]{43}", re.ASCII)


def new_salt() -> str:
    """A random salt."""
    return secrets.token_urlsafe(16)


class Tokens:
    """Makes and checks them. `derive` makes 43 characters from a text and the server's secret."""

    def __init__(self, derive: Callable[[str], str]) -> None:
        self._derive = derive

    def visitor(self, salt: str) -> str:
        """The id of a member, as a visitor."""
        return self._derive(f"{VISITOR}:{salt}")

    def token(self, db: sqlite3.Connection, holder: Holder, number: int) -> str:
        """The secret to teach the class, or to return as the member, with this id."""
        row = db.execute(f"SELECT salt FROM {holder} WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise MissingError(f"class: there is no {number} in {holder}; it may have been deleted")
        return f"{number}.{self._derive(f'{PURPOSES[holder]}:{row[0]}')}"

    def is_genuine(self, db: sqlite3.Connection, holder: Holder, token: str) -> bool:
        """Whether this server has made a token, which has the FORM, for this purpose."""
        try:
            right = self.token(db, holder, number_in(token))
        except MissingError:
            return False
        return hmac.compare_digest(right.encode(), token.encode())


def number_in(token: str) -> int:
    """The number that a token names; 0 if this is none, which costs nothing to find out.

    >>> number_in("7." + 43 * "x"), number_in("7"), number_in("7." + 43 * "?")
    (7, 0, 0)
    """
    found = FORM.fullmatch(token)
    return int(found[1]) if found else 0
