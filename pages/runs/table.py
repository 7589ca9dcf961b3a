"""A visitor's kept runs as a list: to choose from, as a table, as CSV."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import streamlit as st

from ann.keeping.summary import INTERRUPTED, SavedRun
from ann.recipe import FIELDS
from ann.recipes.variants import differing
from ann.running.view import Status
from pages.ui import tables

REASONS = {"epochs": "done", "early_stopping": "stopped early", "diverged": "diverged"}
STATES = {
    Status.RUNNING: "training",
    Status.PAUSED: "paused",
    INTERRUPTED: "cut off",
    Status.FAILED: "failed",
}
FIRST = "validation_accuracy"
METRICS = {  # of a summary -> (heading, help, format, how many there are for 1)
    FIRST: ("Validation", "Accuracy on validation digits, last epoch, in %.", "%.1f", 100),
    "best_validation_accuracy": ("Best", "The same in the best epoch.", "%.1f", 100),
    "train_accuracy": ("Training", "Accuracy on training digits, last epoch.", "%.1f", 100),
    "validation_loss": ("Loss", "Validation loss, last epoch.", "%.4f", 1),
    "epochs": ("Epochs", "Epochs done.", "%.1f", 1),
    "seconds": ("Seconds", "Of computing.", "%.1f", 1),
    "images_seen": ("Digits seen", "Each as often as it was seen.", "compact", 1),
    "multiply_adds": (
        "Multiply-adds",
        "The work of the matrix products, the same on every machine. M million, B billion, "
        "T trillion.",
        "compact",
        1,
    ),
    "parameters": ("Parameters", "How many numbers it learned.", "localized", 1),
}
LONG_HEADING = 110  # pixels: a "small" column cuts "Multiply-adds" short
FORMULA = ("=", "+", "-", "@")  # a spreadsheet would compute what begins so


def state(kept: SavedRun) -> str:
    """How it ended, or that it goes on, in a word or two.

    >>> from types import SimpleNamespace as Thing
    >>> state(Thing(status="finished", summary=Thing(reason="diverged")))
    'diverged'
    """
    return STATES.get(kept.status) or REASONS.get(kept.summary.reason, "stopped")


def table(kept: Sequence[SavedRun]) -> None:
    """A row a run: how good it is, the settings in which the runs differ, what it cost."""
    columns = {"Name": [one.name for one in kept]}
    config = {"Name": st.column_config.TextColumn(pinned=True, width=220)}
    _metric(FIRST, kept, columns, config)
    recipes = [one.recipe for one in kept]
    columns |= tables.setting_columns(differing(recipes), recipes)
    columns["State"] = [state(one) for one in kept]
    for name in METRICS:
        _metric(name, kept, columns, config)
    if len({one.fingerprint for one in kept}) > 1:
        columns["Data"] = [one.fingerprint[:6] or "?" for one in kept]
        config["Data"] = st.column_config.TextColumn(help="The fingerprint of the data set.")
    columns["Begun"] = [datetime.fromtimestamp(one.created) for one in kept]
    config["Begun"] = st.column_config.DatetimeColumn(format="distance")
    if any(one.note for one in kept):
        columns["Note"] = [one.note for one in kept]
    height = tables.height(len(kept))
    st.dataframe(columns, hide_index=True, column_config=config, height=height, key="runs.table")


def _metric(name: str, kept: Sequence[SavedRun], columns: dict, config: dict) -> None:
    """Add a column; one that stands already keeps its place."""
    heading, text, form, unit = METRICS[name]
    columns[heading] = [_known(getattr(one.summary, name), unit) for one in kept]
    width = "small" if len(heading) < 12 else LONG_HEADING
    config[heading] = st.column_config.NumberColumn(format=form, help=text, width=width)


def to_csv(kept: Sequence[SavedRun]) -> str:
    """All runs with every number and every setting."""
    file = io.StringIO()
    rows = [_row(one) for one in kept]
    writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _row(kept: SavedRun) -> dict:
    created = datetime.fromtimestamp(kept.created).isoformat(timespec="seconds")
    row = {"name": _text(kept.name), "note": _text(kept.note), "created": created}
    row |= {"state": state(kept), "data": kept.fingerprint}
    numbers = asdict(kept.summary)
    numbers = {"epochs_done": numbers.pop("epochs")} | numbers  # `epochs` is the setting
    row |= {name: _known(value, 1) for name, value in numbers.items() if name != "message"}
    return row | {name: FIELDS[name].format(getattr(kept.recipe, name)) for name in FIELDS}


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _known(value, unit: int):
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value * unit if unit != 1 else value
