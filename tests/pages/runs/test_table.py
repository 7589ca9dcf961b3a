"""The table of runs, on the page and as CSV."""

import codecs
import csv
import io
import json
from dataclasses import replace

import numpy as np

from ann.recipe import Recipe
from pages.runs import table as runs_table
from pages.ui.server import stores
from tests.pages.conftest import texts, wait_until
from tests.pages.runs.conftest import press, turn_to
from tests.pages.trained import (
    OTHER,
    SMALL,
    mine,
    new_job,
    save_runs,
    still_training,
    training_of,
    visitor,
)


def test_the_table_shows_the_metrics_and_only_what_differs(visit):
    app = save_runs(visit("runs"), SMALL, OTHER)
    assert not app.exception
    table = app.dataframe[0].value
    assert "hidden sizes 32, epochs 2" in list(table["Name"])
    assert {"Validation", "Best", "Training", "Dropout", "Learning rate"} <= set(table.columns)
    assert not {"Hidden sizes", "Epochs", "Batch size"} & set(table.columns)
    assert list(table)[:2] == ["Name", "Validation"]
    assert 50 < table["Validation"][1] <= 100
    assert list(table["Digits seen"]) == [2 * 3400] * 2
    assert table["Multiply-adds"][0] == 2 * 3400 * (2 * 784 * 32 + 3 * 32 * 10)
    assert list(table["Status"]) == ["finished", "finished"]


def test_the_best_run_comes_first_and_one_without_an_accuracy_last(visit):
    app = save_runs(visit("runs"), replace(SMALL, learning_rate=1e-5), SMALL, OTHER)
    stores.archive().save(visitor(app), new_job().run(), name="Unmeasured")
    table = app.run().dataframe[0].value
    best = list(table["Best"][:3])
    assert best == sorted(best, reverse=True) and best[0] > best[2]
    assert table["Name"][3] == "Unmeasured"


def test_accuracies_are_in_percent_and_choices_have_their_names(visit):
    other = replace(SMALL, initializer="xavier", schedule="one_cycle")
    app = save_runs(visit("runs"), SMALL, other)
    table = app.dataframe[0]
    assert {"Xavier (Glorot)", "He"} == set(table.value["Initializer"])
    assert {"One cycle", "Constant"} == set(table.value["Schedule"])
    columns = json.loads(table.proto.columns)
    assert columns["Best"]["type_config"]["format"] == "%.1f%%"


def select(app, *, rows=(), cells=()):
    """Tick rows of the table or click a cell, as the browser would say it."""
    saved = runs_table.best_first(mine(app))
    selection = {"rows": list(rows), "columns": [], "cells": list(cells)}
    app.session_state[runs_table.key_of(saved)] = {"selection": selection}
    app.run()
    assert not app.exception
    return saved


def test_a_click_on_a_row_opens_its_run(visit):
    app = save_runs(visit("runs"), SMALL, OTHER, replace(SMALL, epochs=1))
    turn_to(app, "Compare curves")
    saved = select(app, cells=[(2, "Best")])
    assert app.session_state["runs.tab"] == "One run"
    assert app.selectbox(key="runs.one").value == saved[2].id
    app.selectbox(key="runs.one").set_value(saved[0].id).run()
    assert app.selectbox(key="runs.one").value == saved[0].id, "the click is not repeated"


def test_ticked_runs_are_compared_or_deleted_together_and_come_back(visit):
    app = save_runs(visit("runs"), SMALL, OTHER, replace(SMALL, epochs=1))
    saved = select(app, rows=[0, 2])
    press(app, "runs.compare_ticked")
    assert app.multiselect(key="overlay.runs").value == [saved[0].id, saved[2].id]
    press(app, "runs.delete_ticked")
    assert [one.id for one in mine(app)] == [saved[1].id]
    press(app, "runs.undo")
    assert {one.id for one in mine(app)} == {one.id for one in saved}
    assert "2 runs restored" in texts(app.success)
    assert not [b for b in app.button if b.key == "runs.undo"]


def test_a_run_that_trains_is_stopped_before_it_is_deleted(visit):
    app = visit("runs")
    job = still_training()
    training_of(app).job = job
    stores.run_autosave().watch(visitor(app), job)
    wait_until(app, lambda: mine(app))
    app.run()
    assert "It is still training" in texts(app.markdown)
    press(app, "runs.delete")
    assert job.status == "finished" and "was deleted" in job.message
    assert mine(app) == ()
    press(app, "runs.undo")
    assert mine(app)[0].has_state, "it can continue"


def test_a_setting_without_effect_counts_as_no_difference(visit):
    sgd = replace(SMALL, optimizer="momentum", momentum=0.5)
    app = save_runs(visit("runs"), SMALL, sgd, replace(sgd, momentum=0.8))
    values = app.dataframe[0].value["Momentum"]
    assert set(values.dropna()) == {0.5, 0.8} and np.isnan(values).sum() == 1


def as_excel_reads(file):
    """Excel takes a CSV file for UTF-8 only if it begins with a byte-order mark."""
    return file.decode("utf-8-sig" if file.startswith(codecs.BOM_UTF8) else "cp1252")


def test_the_csv_has_every_setting_and_no_formulas(visit):
    app = save_runs(visit("runs"), SMALL, OTHER)
    stores.archive().rename(visitor(app), mine(app)[0].id, "=HYPERLINK(1)")
    stores.archive().rename(visitor(app), mine(app)[1].id, "größer")
    rows = list(csv.DictReader(io.StringIO(as_excel_reads(runs_table.to_csv(mine(app))))))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "größer"]
    assert set(Recipe.__dataclass_fields__) <= set(rows[0])
    assert [row["dropout"] for row in rows] == ["0.5", "0.0"]
    assert float(rows[0]["validation_accuracy"]) <= 1
    assert float(rows[0]["seconds"]) > 0
    assert int(rows[0]["images_seen"]) == 2 * 3400
    assert float(rows[0]["multiply_adds"]) == 2 * 3400 * (2 * 784 * 32 + 3 * 32 * 10)


def test_the_csv_has_the_epochs_done_and_the_epochs_that_were_set(visit):
    app = save_runs(visit("runs"), SMALL)
    (saved,) = mine(app)
    stopped = replace(saved, summary=replace(saved.summary, epochs=0.5))
    (row,) = csv.DictReader(io.StringIO(as_excel_reads(runs_table.to_csv([stopped]))))
    assert (row["epochs_done"], row["epochs"]) == ("0.5", "2")


def test_epochs_that_were_set_and_epochs_done_have_a_column_each(visit):
    app = save_runs(visit("runs"), SMALL, replace(SMALL, epochs=1))
    table = app.dataframe[0].value
    assert sorted(table["Epochs"]) == [1, 2]
    assert list(table["Epochs done"]) == list(table["Epochs"])
    turn_to(app, "Settings and results")
    options = app.selectbox(key="overlay.field").options
    assert options.count("Epochs") == options.count("Epochs done") == 1
