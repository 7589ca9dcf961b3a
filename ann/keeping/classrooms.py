"""Classes, their members and their posts: in the same SQLite file as the runs.

A class and everything that its members have saved is deleted together: by its teacher, or once its
time is over. Whatever a person may have typed is then overwritten in the file.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ann.classroom.codes import new_code
from ann.classroom.settings import Settings
from ann.classroom.snapshot import Classroom, Removed, Snapshot
from ann.keeping import class_snapshot, limits
from ann.keeping.class_members import ClassMembers
from ann.keeping.class_members import Membership as Membership
from ann.keeping.class_rows import (
    CLASS,
    count,
    delete_classroom,
    delete_saved,
    find_classroom,
    has_saved,
    read_classroom,
    touch,
)
from ann.keeping.class_tokens import new_salt
from ann.keeping.database import ArchiveError, MissingError, new_number, owner_of
from ann.keeping.expiry import DAY, Clock

FORMER_DAYS = 2  # for which pages of a deleted class may still be open


class ClassArchive(ClassMembers):
    """The classes in the file at `path`: what their teachers do, and all that `ClassMembers` does.

    What the members of a deleted class have saved outside this file, `forget` deletes: it is called
    with each as an owner.
    """

    def __init__(
        self,
        path: str | Path,
        derive: Callable[[str], str],
        clock: Clock | None = None,
        forget: Callable[[str], None] = lambda owner: None,
    ) -> None:
        super().__init__(path, derive, clock)
        self._forget = forget

    def create(self, browser: str, settings: Settings | None = None) -> Classroom:
        """A new class with a code of its own, taught from this browser."""
        now, teacher = self._clock.now(), owner_of(browser)
        expires = now + limits.CLASS_DAYS * DAY
        self.expire()
        with self._db.writing() as db:
            if count(db, "teachers", "browser = ?", (teacher,)) >= limits.MAX_CLASSES:
                raise ArchiveError(
                    f"class: you have {limits.MAX_CLASSES} already, the most there may be; "
                    "delete one first"
                )
            if count(db, "classes") >= limits.MAX_ALL_CLASSES:
                raise ArchiveError(
                    f"class: this server has {limits.MAX_ALL_CLASSES:,} already, the most there "
                    "may be"
                )
            code = new_code()
            while count(db, "classes", "code = ?", (code,)):
                code = new_code()
            row = code, new_salt(), now, expires, (settings or Settings()).to_json()
            db.execute("INSERT INTO classes VALUES (NULL, ?, ?, ?, ?, 0, ?, 1)", row)
            number = new_number(db)
            db.execute("INSERT INTO teachers VALUES (?, ?)", (number, teacher))
            return find_classroom(db, number)

    def teacher_token(self, class_id: int) -> str:
        """The secret in the teacher's link. `MissingError` if there is no such class."""
        with self._db.reading() as db:
            return self._tokens.token(db, "classes", class_id)

    def teach(self, token: str, browser: str) -> Classroom | None:
        """Let a browser teach the class of a teacher's link; None if the link is not genuine."""
        number = self._genuine("classes", token)
        if number is None:
            return None
        with self._db.writing() as db:
            found = find_classroom(db, number)
            db.execute("INSERT OR IGNORE INTO teachers VALUES (?, ?)", (number, owner_of(browser)))
        return found if found.expires > self._clock.now() else None

    def taught(self, browser: str) -> tuple[Classroom, ...]:
        """The classes that this browser teaches, the newest first."""
        query = f"SELECT {CLASS} FROM classes WHERE expires > ? AND id IN "
        query += "(SELECT class FROM teachers WHERE browser = ?) ORDER BY id DESC"
        with self._db.reading() as db:
            rows = db.execute(query, (self._clock.now(), owner_of(browser))).fetchall()
        return tuple(map(read_classroom, rows))

    def under_way(self) -> tuple[Classroom, ...]:
        """All classes that can be joined, the newest first: for whoever runs the server."""
        query = f"SELECT {CLASS} FROM classes WHERE ended = 0 AND expires > ? ORDER BY id DESC"
        with self._db.reading() as db:
            rows = db.execute(query, (self._clock.now(),)).fetchall()
        return tuple(map(read_classroom, rows))

    def change(self, class_id: int, **settings: Any) -> None:
        """Change some of a class's settings, by their names."""
        with self._db.writing() as db:
            before = find_classroom(db, class_id).settings
            change = "UPDATE classes SET settings = ?, version = version + 1 WHERE id = ?"
            db.execute(change, (replace(before, **settings).to_json(), class_id))

    def end(self, class_id: int) -> None:
        """End a class: nobody can join or post any more; what is there stays to be looked at."""
        with self._db.writing() as db:
            change = "UPDATE classes SET ended = ?, version = version + 1 "
            db.execute(change + "WHERE id = ? AND ended = 0", (self._clock.now(), class_id))

    def delete(self, class_id: int) -> None:
        """Delete a class with members, posts, and everything that its members have saved."""
        with self._db.erasing() as db:
            owners = delete_classroom(db, class_id, self._clock.now())
        self._forget_all(owners)

    def expire(self) -> None:
        """Delete the classes whose time is over; call it from time to time.

        Also what pages that were still open have saved for members of classes that are deleted.
        """
        now = self._clock.now()
        with self._db.reading() as db:
            old = [
                row[0] for row in db.execute("SELECT id FROM classes WHERE expires <= ?", (now,))
            ]
            former = [row[0] for row in db.execute("SELECT visitor FROM former_members")]
            saved = has_saved(db, former)
        for class_id in old:
            self.delete(class_id)
        if saved:
            with self._db.erasing() as db:
                delete_saved(db, former)
        if former:
            self._forget_all(tuple(former))
            with self._db.writing() as db:
                forgotten = "DELETE FROM former_members WHERE deleted <= ?"
                db.execute(forgotten, (now - FORMER_DAYS * DAY,))

    def remove_member(self, class_id: int, member: int, removed: bool = True) -> None:
        """Take a member out of the class, with their posts; or back in."""
        with self._db.writing() as db:
            change = "UPDATE members SET removed = ? WHERE class = ? AND id = ?"
            db.execute(change, (removed, class_id, member))
            touch(db, class_id)

    def remove_post(self, class_id: int, post: int, removed: bool = True) -> None:
        """Take a post off the board, or put it back."""
        with self._db.writing() as db:
            change = "UPDATE posts SET removed = ? WHERE class = ? AND id = ?"
            db.execute(change, (removed, class_id, post))
            touch(db, class_id)

    def version(self, class_id: int) -> str:
        """Another text whenever anything in the class has changed; "" if it is gone."""
        with self._db.reading() as db:
            return class_snapshot.read_version(db, class_id, self._clock.now())

    def snapshot(self, class_id: int) -> Snapshot:
        """The class as it is now. `MissingError` if it is gone."""
        with self._db.reading() as db:
            version = class_snapshot.read_version(db, class_id, self._clock.now())
            if not version:
                raise MissingError("class: there is no such class; it may have been deleted")
            return class_snapshot.read_snapshot(db, class_id, version)

    def removed(self, class_id: int) -> Removed:
        """The members and the runs that the teacher has removed."""
        with self._db.reading() as db:
            return class_snapshot.read_removed(db, class_id)

    def _forget_all(self, owners: tuple[str, ...]) -> None:
        class_snapshot.forget()
        for owner in owners:
            self._forget(owner)
