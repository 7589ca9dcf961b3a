"""Joining a class, returning to it, and what its members post: without a name that anybody types.

Nothing in these tables says who somebody is. A browser is named by a hash, as in all other tables.
Each member has a visitor's id of their own, made from a random salt and the server's secret. So
their runs and lessons follow them to another device and stay apart from those of others in the same
browser.
"""

import json
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from ann.classroom.codes import clean_code
from ann.classroom.names import is_name, new_name
from ann.classroom.post import MOST_BYTES, RunPost
from ann.classroom.snapshot import Classroom, Member, Tested
from ann.keeping import limits
from ann.keeping.class_rows import (
    CLASS,
    SCHEMA,
    count,
    find_classroom,
    find_member,
    find_poster,
    read_classroom,
    touch,
)
from ann.keeping.class_tokens import Holder, Tokens, new_salt, number_in
from ann.keeping.database import ArchiveError, Database, MissingError, new_number, owner_of
from ann.keeping.expiry import Clock

OLDEST = """
DELETE FROM posts WHERE member = :member AND kind = 'run' AND id NOT IN (
    SELECT id FROM posts WHERE member = :member AND kind = 'run' ORDER BY id DESC LIMIT :most)
"""
PUT = """
INSERT INTO posts VALUES (NULL, ?, ?, ?, ?, ?, 0, ?)
ON CONFLICT (member, kind, number) DO UPDATE SET body = excluded.body
"""
MEMBERSHIPS = """
SELECT m.id, m.class, m.salt FROM members m JOIN member_browsers b ON b.member = m.id
JOIN classes c ON c.id = m.class
WHERE b.browser = ? AND m.removed = 0 AND c.ended = 0 AND c.expires > ? ORDER BY m.seen DESC
"""


class Membership(NamedTuple):
    """Who a browser is in a class."""

    classroom: Classroom
    member: Member
    visitor: str  # the member's own id, under which runs and lessons are saved


class ClassMembers:
    """The members of the classes in the file at `path`.

    `derive` makes 43 characters from a text and the server's secret; the same each time, and
    nobody else can. A `browser` is the id in its cookie.
    """

    def __init__(
        self, path: str | Path, derive: Callable[[str], str], clock: Clock | None = None
    ) -> None:
        self._tokens, self._clock = Tokens(derive), clock or Clock()
        self._db = Database(path, SCHEMA)

    def find(self, code: str) -> Classroom | None:
        """The class with this code, if it has not ended. Whoever calls limits the tries."""
        clean = clean_code(code)
        if clean is None:
            return None
        query = f"SELECT {CLASS} FROM classes WHERE code = ? AND ended = 0 AND expires > ?"
        with self._db.reading() as db:
            row = db.execute(query, (clean, self._clock.now())).fetchone()
        return read_classroom(row) if row else None

    def free_name(self, class_id: int) -> str:
        """A name that nobody in the class has, to offer before somebody joins."""
        with self._db.reading() as db:
            return new_name(_names(db, class_id))

    def join(self, class_id: int, browser: str, name: str = "") -> Membership:
        """A new member, with this name if it is one of the lab's and free, else with another one.

        `ArchiveError` if the class is full or has ended.
        """
        salt, now = new_salt(), self._clock.now()
        visitor = self._tokens.visitor(salt)
        with self._db.writing() as db:
            classroom = find_classroom(db, class_id)
            if classroom.ended or classroom.expires <= now:
                raise ArchiveError("class: it has ended")
            taken = _names(db, class_id)
            if len(taken) >= limits.MAX_MEMBERS:
                raise ArchiveError(f"class: it is full; the most is {limits.MAX_MEMBERS:,} members")
            given = name if is_name(name) and name not in taken else new_name(taken)
            row = class_id, given, len(taken), salt, owner_of(visitor), now, now
            db.execute("INSERT INTO members VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 0)", row)
            number = new_number(db)
            db.execute("INSERT INTO member_browsers VALUES (?, ?)", (owner_of(browser), number))
            touch(db, class_id)
            member = find_member(db, number)
        return Membership(classroom, member, visitor)

    def memberships(self, browser: str) -> tuple[Membership, ...]:
        """Who this browser is in classes that have not ended; who was active last comes first."""
        with self._db.reading() as db:
            rows = db.execute(MEMBERSHIPS, (owner_of(browser), self._clock.now())).fetchall()
            return tuple(
                Membership(
                    find_classroom(db, class_id),
                    find_member(db, number),
                    self._tokens.visitor(salt),
                )
                for number, class_id, salt in rows
            )

    def membership(self, member: int) -> Membership | None:
        """The member with this id; None if they or their class are gone, or they were removed."""
        query = "SELECT m.class, m.salt FROM members m JOIN classes c ON c.id = m.class "
        query += "WHERE m.id = ? AND m.removed = 0 AND c.expires > ?"
        with self._db.reading() as db:
            row = db.execute(query, (member, self._clock.now())).fetchone()
            if row is None:
                return None
            visitor = self._tokens.visitor(row[1])
            return Membership(find_classroom(db, row[0]), find_member(db, member), visitor)

    def return_token(self, member: int) -> str:
        """The secret in a member's own link, to return on another device."""
        with self._db.reading() as db:
            return self._tokens.token(db, "members", member)

    def come_back(self, token: str, browser: str) -> Membership | None:
        """Let a browser be the member of a return link; None if the link is not genuine.

        Nor if the member was removed. It works in a class that has ended: its runs are still there.
        """
        number = self._genuine("members", token)
        found = self.membership(number) if number else None
        if found:
            row = owner_of(browser), found.member.id
            with self._db.writing() as db:
                db.execute("INSERT OR IGNORE INTO member_browsers VALUES (?, ?)", row)
        return found

    def leave(self, member: int, browser: str) -> None:
        """Forget that this browser is that member. The member stays, for their return link."""
        with self._db.writing() as db:
            change = "DELETE FROM member_browsers WHERE member = ? AND browser = ?"
            db.execute(change, (member, owner_of(browser)))

    def seen(self, member: int) -> None:
        """Note that a member is active now."""
        with self._db.writing() as db:
            change = "UPDATE members SET seen = ? WHERE id = ?"
            db.execute(change, (self._clock.now(), member))

    def is_member(self, visitor: str) -> bool:
        """Whether runs that are saved under this id go to a board."""
        with self._db.reading() as db:
            return find_poster(db, visitor, self._clock.now()) is not None

    def post(self, visitor: str, run: RunPost) -> bool:
        """Put a run of a member on the board of their class, or replace it by its newer state.

        False if the visitor is in no class that takes posts: it has ended, or she was removed.
        """
        body = run.to_json()
        if len(body) > MOST_BYTES:
            raise ArchiveError(f"post: {len(body):,} bytes exceed the limit of {MOST_BYTES:,}")
        with self._db.writing() as db:
            found = find_poster(db, visitor, self._clock.now())
            if found is None:
                return False
            class_id, member = found
            self._put(db, class_id, member, "run", run.number, body)
            db.execute(OLDEST, {"member": member, "most": limits.MAX_POSTS})
            return True

    def post_tested(self, class_id: int, tested: Tested) -> None:
        """Keep what the test set said of a member's network."""
        body = json.dumps({"accuracy": tested.accuracy, "digits": tested.digits})
        with self._db.writing() as db:
            if not count(db, "members", "class = ? AND id = ?", (class_id, tested.member)):
                raise MissingError("class: there is no such member")
            self._put(db, class_id, tested.member, "test", tested.run, body)

    def visitors(self, class_id: int) -> dict[int, str]:
        """The id of each member that is still in the class, as a visitor; never to be shown."""
        query = "SELECT id, salt FROM members WHERE class = ? AND removed = 0"
        with self._db.reading() as db:
            rows = db.execute(query, (class_id,)).fetchall()
        return {int(number): self._tokens.visitor(salt) for number, salt in rows}

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._db.close()

    def _genuine(self, holder: Holder, token: str) -> int | None:
        """The number in a token, if this server has made it for this purpose."""
        if number := number_in(token):
            with self._db.reading() as db:
                return number if self._tokens.is_genuine(db, holder, token) else None
        return None

    def _put(
        self, db: Connection, class_id: int, member: int, kind: str, number: int, body: str
    ) -> None:
        row = class_id, member, kind, number, self._clock.now(), body
        db.execute(PUT, row)
        touch(db, class_id)


def _names(db: Connection, class_id: int) -> set[str]:
    """The names that members of a class have, also those removed."""
    rows = db.execute("SELECT name FROM members WHERE class = ?", (class_id,))
    return {str(row[0]) for row in rows}
