"""What a teacher decides for a class. Kept as text, and read as if a stranger had written it."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from ann.recipe import FIELDS
from ann.saving.table_json import moment, read_table

MOST_BYTES = 8_000
MOST_NAMES, MOST_NAME = 100, 60  # of lessons, and characters of a name


@dataclass(frozen=True)
class Settings:
    """What a teacher decides; each default is what most classes want."""

    lessons: tuple[str, ...] = ()  # their names, in the order to take them; () for all
    controls: tuple[str, ...] = ()  # the fields of the recipe that are shown; () for all
    frozen: bool = False  # nobody can start a training: all look at the board
    # lesson and card whose forecasts the board shows; "" for none
    forecast_lesson: str = ""
    forecast_card: str = ""
    revealed: bool = False  # the board shows what came out of that forecast
    ranking: bool = False  # the board names the best
    test_opened: float = 0.0  # when the test set was opened, seconds since 1970; 0: it is sealed
    wall: bool = False  # drawings that learner and teacher both share are on the board

    def to_json(self) -> str:
        """As text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Settings":
        """What `to_json` wrote. Whatever is damaged gets its default; it never fails."""
        found = read_table(text, MOST_BYTES)
        kinds = {f.name: f.default for f in fields(cls)}
        good = {k: _read(kinds[k], v) for k, v in found.items() if k in kinds}
        good["controls"] = tuple(name for name in good.get("controls") or () if name in FIELDS)
        return cls(**{name: value for name, value in good.items() if value is not None})


def _read(default: Any, value: Any) -> Any:
    """The value if it is of the kind of the default, else None."""
    if isinstance(default, tuple):
        items = value if isinstance(value, list) else []
        return tuple(v for v in items if isinstance(v, str) and len(v) <= MOST_NAME)[:MOST_NAMES]
    if isinstance(default, bool):
        return value if isinstance(value, bool) else None
    if isinstance(default, float):
        return moment(value)
    return value if isinstance(value, str) and len(value) <= MOST_NAME else None
