"""A visitor's saved runs as a table on the page, and as CSV."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import streamlit as st

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
FORMULA = ("=", "+", "-", "@")  # a spreadsheet would compute what begins like this


def state(saved: SavedRun) -> str:
    """How a run ended, or that it still trains, in a word or two.

    >>> from types import SimpleNamespace as Thing
    >>> state(Thing(status="finished", summary=Thing(reason="diverged")))
    'diverged'
    """
    return STATES.get(saved.status) or REASONS.get(saved.summary.reason, "stopped")


def table(saved: Sequence[SavedRun]) -> None:
    """A row per run: how good it is, the settings in which the runs differ, what it cost."""
    first, *others = COLUMNS
    columns: dict[str, list[Any]] = {"Name": [one.name for one in saved]}
    config = {"Name": st.column_config.TextColumn(pinned=True, width=220)}
    _add(first, saved, columns, config)
    recipes = [one.recipe for one in saved]
    columns |= tables.setting_columns(differing(recipes), recipes)
    columns["Status"] = [state(one) for one in saved]
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
    st.dataframe(columns, hide_index=True, column_config=config, height=height, key="runs.table")


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


def to_csv(saved: Sequence[SavedRun]) -> str:
    """All runs with every number and every setting."""
    file = io.StringIO()
    rows = [_row(one) for one in saved]
    writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _row(saved: SavedRun) -> dict[str, Any]:
    created = datetime.fromtimestamp(saved.created).isoformat(timespec="seconds")
    row: dict[str, Any] = {"name": _text(saved.name), "note": _text(saved.note), "created": created}
    row |= {"state": state(saved), "data": saved.fingerprint}
    numbers = asdict(saved.summary)
    numbers = {"epochs_done": numbers.pop("epochs")} | numbers  # `epochs` is the setting
    row |= {name: _known(value) for name, value in numbers.items() if name != "message"}
    return row | {name: FIELDS[name].format(getattr(saved.recipe, name)) for name in FIELDS}


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _known(value: Any, unit: int = 1) -> Any:
    """A number of a summary in its unit; None where it is not known."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value * unit if unit != 1 else value
