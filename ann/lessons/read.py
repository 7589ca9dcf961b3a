"""Read lessons from files, with distrust: a teacher may have written them in a hurry.

A lesson is `NAME.toml`; its words in another language are in `NAME.de.toml`, and what is missing
there stays in the language of the lesson. Nothing in a file is run. Whatever is wrong is said with
the file, the line and the field, and the other lessons go on.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from ann.hyperparameters.field import reason, short
from ann.lessons import build
from ann.lessons.build import Table
from ann.lessons.fields import FieldError
from ann.lessons.lesson import Lesson

MOST_BYTES = 64_000  # of a file
MOST_FILES = 300  # of a folder
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}")
ENGLISH = "en"
WORDS = "words"  # NAME of the file with the words of the cards themselves
T = TypeVar("T")
AT_LINE = re.compile(r"\(at line (\d+)")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file."""

    file: str  # its name
    line: int  # 0: not known
    field: str  # "" for the whole file
    text: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        return f"{self.file}{line}: {self.field + ': ' if self.field else ''}{self.text}"


@dataclass(frozen=True)
class Shelf:
    """All lessons in all their languages, in order, and what could not be read."""

    lessons: Mapping[str, Mapping[str, Lesson]] = field(default_factory=dict)  # name -> language
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language -> key -> word
    problems: tuple[Problem, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of which there are words, English first."""
        found = {language for one in self.lessons.values() for language in one}
        return (ENGLISH, *sorted((found | set(self.words)) - {ENGLISH}))

    def lesson(self, name: str, language: str = ENGLISH) -> Lesson | None:
        """A lesson in this language, or in English."""
        found = self.lessons.get(name, {})
        return found.get(language) or found.get(ENGLISH)

    def listed(self, language: str = ENGLISH) -> tuple[Lesson, ...]:
        """All lessons in this language, in the order in which they are offered."""
        found = [lesson for name in self.lessons if (lesson := self.lesson(name, language))]
        return tuple(sorted(found, key=lambda lesson: (lesson.order, lesson.name)))

    def word(self, key: str, language: str = ENGLISH) -> str:
        """A word of the cards themselves, such as the label of a button."""
        return self.words.get(language, {}).get(key) or self.words.get(ENGLISH, {}).get(key, key)


def read(*folders: Path) -> Shelf:
    """The lessons in these folders; one in a later folder replaces an earlier one of its name."""
    lessons: dict[str, dict[str, Lesson]] = {}
    words: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for folder in folders:
        files, found = _files(folder, problems), dict[str, dict[str, Lesson]]()
        for path, name, language in files:
            if language == ENGLISH and name != WORDS:
                if lesson := _lesson(path, name, problems):
                    found[name] = {ENGLISH: lesson}
            elif name == WORDS:
                words.setdefault(language, {}).update(_words(path, problems))
        for path, name, language in files:
            if language != ENGLISH and name in found:
                if other := _translated(path, found[name][ENGLISH], problems):
                    found[name][language] = other
            elif language != ENGLISH and name != WORDS and not (folder / f"{name}.toml").exists():
                problems.append(Problem(path.name, 0, "", f"there is no lesson {name}.toml"))
        lessons |= found
    return Shelf(lessons, words, tuple(problems))


def _files(folder: Path, problems: list[Problem]) -> list[tuple[Path, str, str]]:
    """(path, name, language) of each file of a lesson in a folder."""
    try:
        paths = sorted(folder.glob("*.toml"))
    except OSError as error:
        problems.append(Problem(folder.name, 0, "", f"cannot be read ({error.strerror})"))
        return []
    if len(paths) > MOST_FILES:
        problems.append(
            Problem(folder.name, 0, "", f"holds {len(paths):,} files; {MOST_FILES} are read")
        )
    found = []
    for path in paths[:MOST_FILES]:
        name, _, language = path.name.removesuffix(".toml").partition(".")
        if not NAME.fullmatch(name) or (language and not LANGUAGE.fullmatch(language)):
            text = "needs a name such as my-lesson.toml or my-lesson.de.toml"
            problems.append(Problem(path.name[:80], 0, "", text))
        else:
            found.append((path, name, language or ENGLISH))
    return found


def _lesson(path: Path, name: str, problems: list[Problem]) -> Lesson | None:
    return _attempt(path, problems, lambda found: build.lesson(name, found))


def _translated(path: Path, lesson: Lesson, problems: list[Problem]) -> Lesson | None:
    return _attempt(path, problems, lambda found: build.translated(lesson, found))


def _words(path: Path, problems: list[Problem]) -> dict[str, str]:
    return _attempt(path, problems, build.words) or {}


def _attempt(path: Path, problems: list[Problem], make: Callable[[Table], T]) -> T | None:
    """What `make` makes of a file's table; None, with a problem, if that fails."""
    text = ""
    try:
        if path.stat().st_size > MOST_BYTES:
            size = f"{path.stat().st_size:,} bytes"
            raise FieldError((), f"has {size}; at most {MOST_BYTES:,} are read")
        text = path.read_text(encoding="utf-8")
        return make(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        at = AT_LINE.search(str(error))
        problems.append(Problem(path.name, int(at[1]) if at else 0, "", reason(error)))
    except FieldError as error:
        where, line = ".".join(error.path), line_of(text, error.path)
        problems.append(Problem(path.name, line, where, reason(error)))
    except (OSError, UnicodeError, RecursionError) as error:
        problems.append(Problem(path.name, 0, "", f"cannot be read ({short(str(error))})"))
    return None


def line_of(text: str, path: Iterable[str]) -> int:
    """The line, from 1, on which a field stands, or its table if the field is missing; else 0.

    >>> line_of('title = "A"\\n\\n[card.one]\\nkind = "run"', ("card", "one", "kind"))
    4
    """
    wanted, best, deepest = tuple(path), 0, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([\w\-. \"']+?)\s*\]+", line)
        key = re.match(r"\s*([\w\-.\"']+)\s*=", line)
        if header:
            table = here = _parts(header[1])
        elif key:
            here = (*table, *_parts(key[1]))
        else:
            continue
        if len(here) > deepest and here == wanted[: len(here)]:
            best, deepest = number, len(here)
    return best


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))
