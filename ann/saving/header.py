"""The JSON header of a file, read with distrust: each entry is checked as it is read."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from math import inf, isfinite
from typing import Any

from ann.history import History
from ann.hyperparameters.field import short
from ann.recipe import Recipe
from ann.saving import history_json
from ann.saving.npz import CheckpointError, read_text
from ann.scaling import Scaling

FORMAT = 1
MAX_HEADER_BYTES = 20_000_000
MAX_HEADER_LISTS = 150_000  # rows of the longest history; each takes many times as much in memory
MAX_COUNT = 10**15  # of steps, digits or seconds: more would spoil every table they appear in
MAX_FINGERPRINT, MAX_REASON, MAX_MESSAGE, MAX_VERSION = 64, 64, 1_000, 200  # characters
TEXTS = {  # entries that are text
    "fingerprint": MAX_FINGERPRINT,
    "reason": MAX_REASON,
    "message": MAX_MESSAGE,
    "version": MAX_VERSION,
}


class Header:
    """A file's header. `CheckpointError` with the entry, its value and what is allowed.

    An entry that is missing raises `KeyError`, one of another kind `TypeError` or `ValueError`.
    """

    def __init__(self, values: Mapping[str, Any]):
        self.values = values

    def count(self, name: str, low: int = 0, high: int = MAX_COUNT) -> int:
        """A whole number from `low` to `high`."""
        value = self.values[name]
        if isinstance(value, bool) or not isinstance(value, int):
            raise CheckpointError(f"{name}: {short(value)} is not a whole number")
        if not low <= value <= high:
            raise CheckpointError(f"{name}: {short(value)} is outside {low} to {high:,}")
        return value

    def number(self, name: str, high: float = MAX_COUNT) -> float:
        """A number from 0 to `high`."""
        value = self.values[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise CheckpointError(f"{name}: {short(value)} is not a number")
        if not 0 <= value <= high:  # written so that NaN fails, too
            raise CheckpointError(f"{name}: {short(value)} is outside 0 to {high:,}")
        return float(value)

    def text(self, name: str) -> str:
        """Text that can be stored and shown, cut to its limit; JSON may spell half a character."""
        text = str(self.values[name])[: TEXTS[name]]
        return text.encode(errors="replace").decode()

    def scalar(self, name: str, kind: type) -> int | float | str:
        """An entry of that kind: `int`, `float` or `str`."""
        if kind is str:
            return self.text(name)
        if kind is int:
            return self.count(name)
        # the best loss is infinite before the first epoch
        return self.number(name, inf if name == "best_loss" else MAX_COUNT)

    def recipe(self) -> Recipe:
        """The recipe."""
        values = self.values["recipe"]
        if not isinstance(values, dict):
            raise CheckpointError(f"recipe: {short(values)} is not a table of fields")
        unknown = set(values) - {f.name for f in fields(Recipe)}
        if unknown:
            raise CheckpointError(f"recipe: unknown field {short(min(unknown))}")
        return Recipe(**values)

    def scaling(self) -> Scaling:
        """The scaling."""
        factor, shift = (float(v) for v in self.values["scaling"])
        if not (isfinite(factor) and isfinite(shift)):
            raise CheckpointError(f"scaling: ({factor}, {shift}) is not finite")
        return Scaling(factor, shift)

    def history(self) -> History:
        """The curves."""
        return history_json.from_json(self.values["history"])


def read_header(archive: zipfile.ZipFile, kind: str) -> Header:
    """The header of a file that holds a `kind`: "run" or "state"."""
    text = read_text(archive, "header", MAX_HEADER_BYTES)
    if (lists := text.count("[") + text.count("{")) > MAX_HEADER_LISTS:
        raise CheckpointError(f"header: holds {lists:,} lists; the limit is {MAX_HEADER_LISTS:,}")
    values = json.loads(text)
    if not isinstance(values, dict):
        raise CheckpointError(f"header: {short(values)} is not a table of entries")
    if values.get("format") != FORMAT:
        raise CheckpointError(f"header: format {short(values.get('format'))}; needs {FORMAT}")
    if values.get("kind") != kind:
        raise CheckpointError(f"header: holds a {short(values.get('kind'))}; needs a {kind!r}")
    return Header(values)
