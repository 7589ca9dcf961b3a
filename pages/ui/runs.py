"""A visitor's kept runs as a list: to choose from, as a table, as CSV."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType

import streamlit as st

from ann.archive import ArchiveError
from ann.kept import Kept
from ann.naming import differing, shown
from ann.recipe import FIELDS
from pages.ui import frame, keeping
from pages.ui.visitor import visitor_id

REASONS = {"epochs": "done", "early_stopping": "stopped early", "diverged": "diverged"}
STATES = {"running": "training", "paused": "paused", "interrupted": "cut off", "failed": "failed"}
METRICS = {  # of a summary -> (heading, help, how many there are for 1)
    "validation_accuracy": ("Validation", "Accuracy on validation digits, last epoch, in %.", 100),
    "best_validation_accuracy": ("Best", "The same in the best epoch.", 100),
    "train_accuracy": ("Training", "Accuracy on digits that it learned from, last epoch.", 100),
    "validation_loss": ("Loss", "Validation loss, last epoch.", 1),
    "epochs": ("Epochs", "Epochs done.", 1),
    "seconds": ("Seconds", "Of computing.", 1),
    "parameters": ("Parameters", "How many numbers it learned.", 1),
}
FORMULA = ("=", "+", "-", "@")  # a spreadsheet would compute what begins so


def mine() -> tuple[Kept, ...]:
    """The visitor's kept runs, the newest first; none, with a message, if they can't be read."""
    try:
        return keeping.archive().list(visitor_id())
    except ArchiveError as error:
        st.error(frame.plain(str(error)), icon=":material/error:")
        return ()


def choose(
    label: str,
    kept: Sequence[Kept],
    key: str,
    help: str,
    others: Mapping[int, str] = MappingProxyType({}),
    **options,
) -> Kept | None:
    """A box with all runs by name; None if there are none, or one of the `others` is chosen.

    `others` stand first: number, which no run has, and name. `options` go to `st.selectbox`.
    """
    by_number = {one.id: one for one in kept}
    names = {**others, **{number: one.name for number, one in by_number.items()}}
    number = st.selectbox(label, list(names), format_func=names.get, key=key, help=help, **options)
    return by_number.get(number)


def state(kept: Kept) -> str:
    """How it ended, or that it goes on, in a word or two.

    >>> from types import SimpleNamespace as Thing
    >>> state(Thing(status="finished", summary=Thing(reason="diverged")))
    'diverged'
    """
    return STATES.get(kept.status) or REASONS.get(kept.summary.reason, "stopped")


def table(kept: Sequence[Kept]) -> None:
    """A row a run: its metrics, and the settings in which the runs differ."""
    columns = {"Name": [one.name for one in kept]}
    config = {"Name": st.column_config.TextColumn(pinned=True, width=260)}
    for name, (heading, text, unit) in METRICS.items():
        columns[heading] = [_known(getattr(one.summary, name), unit) for one in kept]
        form = "%.1f" if unit == 100 or name in ("epochs", "seconds") else "localized"
        form = "%.4f" if name == "validation_loss" else form
        config[heading] = st.column_config.NumberColumn(format=form, help=text, width="small")
    for name in differing(one.recipe for one in kept):
        field = FIELDS[name]
        values = [getattr(one.recipe, name) for one in kept]
        numbers = field.kind in ("float", "int")
        columns[field.label] = values if numbers else [shown(name, value) for value in values]
    columns["State"] = [state(one) for one in kept]
    if len({one.fingerprint for one in kept}) > 1:
        columns["Data"] = [one.fingerprint[:6] or "?" for one in kept]
        config["Data"] = st.column_config.TextColumn(help="The fingerprint of the data set.")
    columns["Begun"] = [datetime.fromtimestamp(one.created) for one in kept]
    config["Begun"] = st.column_config.DatetimeColumn(format="distance")
    if any(one.note for one in kept):
        columns["Note"] = [one.note for one in kept]
    rows = min(len(kept), 10)
    st.dataframe(
        columns, hide_index=True, column_config=config, height=38 + 35 * rows, key="runs.table"
    )


def to_csv(kept: Sequence[Kept]) -> str:
    """All runs with every number and every setting."""
    file = io.StringIO()
    rows = [_row(one) for one in kept]
    writer = csv.DictWriter(file, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _row(kept: Kept) -> dict:
    created = datetime.fromtimestamp(kept.created).isoformat(timespec="seconds")
    row = {"name": _text(kept.name), "note": _text(kept.note), "created": created}
    row |= {"state": state(kept), "data": kept.fingerprint}
    numbers = asdict(kept.summary)
    row |= {name: _known(value, 1) for name, value in numbers.items() if name != "message"}
    return row | {name: FIELDS[name].format(getattr(kept.recipe, name)) for name in FIELDS}


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _known(value, unit: int):
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value * unit if unit != 1 else value
