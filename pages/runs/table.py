"""A visitor's saved runs as a table on the page, and as CSV."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from ann.coach.findings import TITLES
from ann.events import Reason
from ann.keeping.summary import INTERRUPTED, SavedRun
from ann.recipe import FIELDS
from ann.recipes.variants import differing
from ann.running.view import Status
from pages.runs.measures import COLUMNS, MEASURES
from pages.ui import tables

REASONS: dict[str, str] = {
    Reason.EPOCHS: "finished",
    Reason.EARLY_STOPPING: "stopped early",
    Reason.DIVERGED: "diverged",
}
STATES = {
    Status.RUNNING: "training",
    Status.PAUSED: "paused",
    INTERRUPTED: "interrupted",
    Status.FAILED: "failed",
}
LONG_HEADING = 110  # pixels: a "small" column would cut off "Multiply-adds"


@dataclass
class Clicked:
    """The run whose row was clicked last: a cell stays selected while the page is drawn again."""

    number: int = 0  # 0: no cell is selected
    opens: int = 0  # the run to open when the whole page is drawn next

    def is_new(self, clicked: SavedRun | None) -> bool:
        """Whether this run was clicked just now."""
        before, self.number = self.number, clicked.id if clicked else 0
        if self.number in (0, before):
            return False
        self.opens = self.number
        return True

    def take(self) -> int:
        """The run to open, once; 0 if there is none."""
        number, self.opens = self.opens, 0
        return number


def state(saved: SavedRun) -> str:
    """How a run ended, or that it still trains, in a word or two.

    >>> from types import SimpleNamespace as Thing
    >>> state(Thing(status="finished", summary=Thing(reason="diverged")))
    'diverged'
    """
    return STATES.get(saved.status) or REASONS.get(saved.summary.reason, "stopped")


def best_first(saved: Iterable[SavedRun]) -> list[SavedRun]:
    """The runs by their best validation accuracy; those without one come last, the newest first."""

    def accuracy(one: SavedRun) -> float:
        best = one.summary.best_validation_accuracy
        return best if math.isfinite(best) else -1.0

    return sorted(saved, key=accuracy, reverse=True)


def table(saved: Sequence[SavedRun]) -> tuple[list[SavedRun], SavedRun | None]:
    """A row per run: how good it is, the settings in which the runs differ, what it cost.

    Returns the runs whose rows are ticked, and the run of the cell that was clicked.
    """
    first, *others = COLUMNS
    columns: dict[str, list[Any]] = {"Name": [one.name for one in saved]}
    config = {"Name": st.column_config.TextColumn(pinned=True, width=220)}
    _add(first, saved, columns, config)
    recipes = [one.recipe for one in saved]
    columns |= tables.setting_columns(differing(recipes), recipes)
    columns["Status"] = [state(one) for one in saved]
    if any(one.summary.finding for one in saved):
        columns["Finding"] = [TITLES.get(one.summary.finding, "") for one in saved]
        config["Finding"] = st.column_config.TextColumn(
            help="What the coach found. Open a run for the evidence and the cure."
        )
    for name in others:
        _add(name, saved, columns, config)
    if len({one.fingerprint for one in saved}) > 1:
        columns["Data"] = [one.fingerprint[:6] or "?" for one in saved]
        config["Data"] = st.column_config.TextColumn(
            help="The first characters of the data set's fingerprint."
        )
    columns["Started"] = [datetime.fromtimestamp(one.created) for one in saved]
    config["Started"] = st.column_config.DatetimeColumn(format="distance")
    if any(one.note for one in saved):
        columns["Note"] = [one.note for one in saved]
    height = tables.height(len(saved))
    event = st.dataframe(
        columns,
        hide_index=True,
        column_config=config,
        height=height,
        key=key_of(saved),
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
    )
    rows, cells = event.selection.rows, event.selection.cells
    ticked = [saved[row] for row in rows if row < len(saved)]
    return ticked, next((saved[row] for row, _ in cells if row < len(saved)), None)


def key_of(saved: Sequence[SavedRun]) -> str:
    """The table's key: a selection belongs to rows, so another list of runs begins with none."""
    return f"runs.table.{hash(tuple(one.id for one in saved))}"


def _add(
    name: str, saved: Sequence[SavedRun], columns: dict[str, list[Any]], config: dict[str, Any]
) -> None:
    """Add the column of a measure."""
    measure = MEASURES[name]
    heading = measure.heading
    columns[heading] = [_known(getattr(one.summary, name), measure.unit) for one in saved]
    config[heading] = st.column_config.NumberColumn(
        format=measure.format,
        help=measure.help,
        width="small" if len(heading) < 10 else LONG_HEADING,
    )


def to_csv(saved: Sequence[SavedRun]) -> bytes:
    """All runs with every number and every setting."""
    return tables.csv_file([_row(one) for one in saved])


def _row(saved: SavedRun) -> dict[str, Any]:
    created = datetime.fromtimestamp(saved.created).isoformat(timespec="seconds")
    row: dict[str, Any] = {"name": saved.name, "note": saved.note, "created": created}
    row |= {"state": state(saved), "data": saved.fingerprint}
    numbers = asdict(saved.summary)
    numbers = {"epochs_done": numbers.pop("epochs")} | numbers  # `epochs` is the setting
    row |= {name: _known(value) for name, value in numbers.items() if name != "message"}
    return row | {name: FIELDS[name].format(getattr(saved.recipe, name)) for name in FIELDS}


def _known(value: Any, unit: int = 1) -> Any:
    """A number of a summary in its unit; None where it is not known."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value * unit if unit != 1 else value
