"""The fields of a lesson's file, taken one by one: each is checked, and every size has a bound."""

import math
import re
from collections.abc import Sequence
from typing import Any

from ann.hyperparameters.field import short
from ann.recipe import FIELDS

MOST_OPTION, MOST_TEXT = 300, 1_500  # characters
LABEL = re.compile(r"[a-z][a-z0-9_]{0,40}")  # of cards, facts, pages and lights


class FieldError(ValueError):
    """What is wrong with a field; `path` leads to it from the top of its file."""

    def __init__(self, path: tuple[str, ...], text: str):
        super().__init__(text)
        self.path = path


class Reader:
    """A table of a file, whose fields are taken one by one; what is left over is an error."""

    def __init__(self, table: Any, path: tuple[str, ...] = ()):
        if not isinstance(table, dict):
            raise FieldError(path, f"{short(table)} is not a table")
        self._rest, self._path = dict(table), path

    def fail(self, name: str, text: str) -> FieldError:
        return FieldError((*self._path, name), text)

    def has(self, name: str) -> bool:
        return name in self._rest

    def text(self, name: str, default: str | None = "", most: int = MOST_TEXT) -> str:
        value = self.take(name, default)
        if not isinstance(value, str) or len(value) > most or (default is None and not value):
            raise self.fail(name, f"{short(value)} is not a text of 1 to {most:,} characters")
        return value.strip()

    def number(self, name: str, default: float | None, low: float, high: float) -> float:
        value = self.take(name, default)
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not good or not math.isfinite(value) or not low <= value <= high:
            raise self.fail(name, f"{short(value)} is not a number from {low:,g} to {high:,g}")
        return float(value)

    def whole(self, name: str, default: int | None, low: int, high: int) -> int:
        value = self.number(name, default, low, high)
        if value != int(value):
            raise self.fail(name, f"{value:g} is not a whole number from {low:,} to {high:,}")
        return int(value)

    def one_of(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self.take(name, default)
        if value not in allowed:
            listed = ", ".join(filter(None, allowed))
            raise self.fail(name, f"{short(value)} is not one of {listed}")
        return str(value)

    def texts(self, name: str, most: int, least: int = 0) -> tuple[str, ...]:
        value = self.take(name, [])
        good = isinstance(value, list) and least <= len(value) <= most
        if not good or not all(isinstance(v, str) and 0 < len(v) <= MOST_OPTION for v in value):
            size = f"{least} to {most} texts of 1 to {MOST_OPTION} characters"
            raise self.fail(name, f"{short(value)} is not a list of {size}")
        return tuple(v.strip() for v in value)

    def labels(self, name: str, most: int = 8) -> tuple[str, ...]:
        found = self.texts(name, most)
        for one in found:
            if not LABEL.fullmatch(one):
                raise self.fail(name, f"{short(one)} is not a name")
        return found

    def wholes(self, name: str, most: int, high: int) -> tuple[int, ...]:
        value = self.take(name, [])
        if not isinstance(value, list) or len(value) > most:
            raise self.fail(name, f"{short(value)} is not a list of up to {most} whole numbers")
        for v in value:
            if not isinstance(v, int) or isinstance(v, bool) or not 1 <= v <= high:
                raise self.fail(name, f"{short(v)} is not a whole number from 1 to {high:,}")
        return tuple(value)

    def settings(self, name: str) -> dict[str, Any]:
        table = self.take(name, {})
        if not isinstance(table, dict):
            raise self.fail(name, f"{short(table)} is not a table of settings")
        found = {}
        for field, value in table.items():
            if field not in FIELDS:
                raise FieldError((*self._path, name, field), "is not a setting of a recipe")
            try:
                spec = FIELDS[field]
                parse = isinstance(value, str) and spec.kind != "choice"
                found[field] = spec.parse(value) if parse else spec.check(value)
            except ValueError as error:
                raise FieldError((*self._path, name, field), str(error)) from error
        return found

    def fields(self, name: str) -> tuple[str, ...]:
        found = self.texts(name, len(FIELDS))
        for one in found:
            if one not in FIELDS:
                raise self.fail(name, f"{short(one)} is not a setting of a recipe")
        return found

    def tables(self, name: str, most: int) -> dict[str, "Reader"]:
        table = self.take(name, {})
        if not isinstance(table, dict) or len(table) > most:
            raise self.fail(name, f"needs up to {most} tables, such as [{name}.first]")
        for key in table:
            if not LABEL.fullmatch(key):
                raise FieldError((*self._path, name, key[:40]), "is not a name such as first_guess")
        return {key: Reader(value, (*self._path, name, key)) for key, value in table.items()}

    def end(self) -> None:
        """An error for a field that nobody has taken: it may be misspelled."""
        for name in self._rest:
            raise self.fail(name[:40], "there is no such field here")

    def take(self, name: str, default: Any) -> Any:
        """The value of a field as it is; `default` if it is missing, an error if that is None."""
        if name in self._rest:
            return self._rest.pop(name)
        if default is None:
            raise self.fail(name, "is missing")
        return default
