"""The table of runs, on the page and as CSV."""

import csv
import io
from dataclasses import replace

import numpy as np

from ann.recipe import Recipe
from pages.runs import table as runs_table
from pages.ui.server import stores
from tests.pages.runs.conftest import turn_to
from tests.pages.trained import (
    OTHER,
    SMALL,
    mine,
    save_runs,
    visitor,
)


def test_the_table_shows_the_metrics_and_only_what_differs(visit):
    app = save_runs(visit("runs"), SMALL, OTHER)
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table["Name"])[1] == "hidden sizes 32, epochs 2"
    assert {"Validation", "Best", "Training", "Dropout", "Learning rate"} <= set(table.columns)
    assert not {"Hidden sizes", "Epochs", "Batch size"} & set(table.columns)
    assert list(table)[:2] == ["Name", "Validation"]
    assert 50 < table["Validation"][1] <= 100
    assert list(table["Digits seen"]) == [2 * 53 * 64] * 2
    assert table["Multiply-adds"][0] == 2 * 53 * 64 * (2 * 784 * 32 + 3 * 32 * 10)
    assert list(table["Status"]) == ["finished", "finished"]


def test_a_setting_without_effect_counts_as_no_difference(visit):
    sgd = replace(SMALL, optimizer="momentum", momentum=0.5)
    app = save_runs(visit("runs"), SMALL, sgd, replace(sgd, momentum=0.8))
    values = app.dataframe[0].value["Momentum"]
    assert list(values[:2]) == [0.8, 0.5] and np.isnan(values[2])


def test_the_csv_has_every_setting_and_no_formulas(visit):
    app = save_runs(visit("runs"), SMALL, OTHER)
    stores.archive().rename(visitor(app), mine(app)[0].id, "=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(runs_table.to_csv(mine(app)))))
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    assert set(Recipe.__dataclass_fields__) <= set(rows[0])
    assert [row["dropout"] for row in rows] == ["0.5", "0.0"]
    assert float(rows[0]["validation_accuracy"]) <= 1
    assert float(rows[0]["seconds"]) > 0
    assert int(rows[0]["images_seen"]) == 2 * 53 * 64
    assert float(rows[0]["multiply_adds"]) == 2 * 53 * 64 * (2 * 784 * 32 + 3 * 32 * 10)


def test_the_csv_has_the_epochs_done_and_the_epochs_that_were_set(visit):
    app = save_runs(visit("runs"), SMALL)
    (saved,) = mine(app)
    stopped = replace(saved, summary=replace(saved.summary, epochs=0.5))
    (row,) = csv.DictReader(io.StringIO(runs_table.to_csv([stopped])))
    assert (row["epochs_done"], row["epochs"]) == ("0.5", "2")


def test_epochs_that_were_set_and_epochs_done_have_a_column_each(visit):
    app = save_runs(visit("runs"), SMALL, replace(SMALL, epochs=1))
    table = app.dataframe[0].value
    assert list(table["Epochs"]) == [1, 2] and list(table["Epochs done"]) == [1.0, 2.0]
    turn_to(app, "Settings and results")
    options = app.selectbox(key="overlay.field").options
    assert options.count("Epochs") == options.count("Epochs done") == 1
