"""The lessons on this server, the words of their cards, and the visitor's language."""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from ann.lessons.lesson import Lesson
from ann.lessons.read import ENGLISH, Shelf, read
from ann.lessons.words import Style, filled
from pages.ui import session, words

OURS = Path(__file__).parents[3] / "data" / "lessons"
Stamp = tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...]


@dataclass
class Language:
    """The language that a visitor has chosen; "" for that of the browser."""

    chosen: str = ""


def shelf() -> Shelf:
    """All lessons; a file that has changed is read again."""
    folders = [OURS]
    if theirs := os.environ.get("ANN_LESSONS", "").strip():
        folders.append(Path(theirs).expanduser())
    return _read(tuple((str(folder), _stamp(folder)) for folder in folders))


def language() -> str:
    """The visitor's language, if there are lessons in it, or English."""
    known = shelf().languages
    chosen = session.keep(Language).chosen or _browser_language()
    return chosen if chosen in known else ENGLISH


def choose(code: str) -> None:
    """Use this language from now on."""
    session.keep(Language).chosen = code


def lessons() -> tuple[Lesson, ...]:
    """All lessons in the visitor's language, in order."""
    return shelf().listed(language())


def lesson(name: str) -> Lesson | None:
    """A lesson in the visitor's language."""
    return shelf().lesson(name, language())


def word(key: str, **values: Any) -> str:
    """A word or sentence of the cards themselves, with these values in it."""
    text = shelf().word(key, language())
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def told(text: str, of: Lesson) -> str:
    """A lesson's text as Markdown of a few signs: bold, italic, code and lists; nothing else."""
    return marked(filled(text, of.facts, style()))


def style() -> Style:
    """How the visitor's language writes numbers."""
    return Style(word("range"), word("decimal"), word("thousands"), word("percent"))


def marked(text: str) -> str:
    """Text from a file as Markdown, in which only `**`, `*`, backticks and lists have a meaning.

    >>> marked("**A** <b> [x](y)").replace(words.JOINER, "")
    '**A** \\\\<b\\\\> \\\\[x\\\\]\\\\(y\\\\)'
    """
    return words.plain(text).replace("\\*", "*").replace("\\`", "`")


def _browser_language() -> str:
    locale = st.context.locale
    return locale.partition("-")[0].lower() if isinstance(locale, str) else ""


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file in the folder does."""
    try:
        found = [(path.name, path.stat()) for path in sorted(folder.glob("*.toml"))]
    except OSError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


@lru_cache(maxsize=4)
def _read(stamp: Stamp) -> Shelf:
    return read(*(Path(folder) for folder, _ in stamp))
