"""The Runs page: what was trained is there, can be opened, changed, taken along and compared."""

import csv
import io
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from ann.keeping.runs import MOST_RUN_BYTES
from ann.recipe import Recipe
from pages.evaluate import subject
from pages.runs import table as runs_table
from pages.ui import site
from pages.ui.networks import opened
from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import ROOT, texts, wait_until
from tests.pages.trained import SMALL, give, new_job, still_training, trained

pytestmark = pytest.mark.usefixtures("own_archive")
OTHER = replace(SMALL, dropout=0.5, learning_rate=0.01)


def visitor(app):
    return app.session_state["lab"].kept.setdefault(Visitor, Visitor("v" * 43)).id


def kept_runs(app, *recipes):
    """Keep a trained run of each recipe for this visitor, and show the page."""
    for recipe in recipes:
        stores.archive().keep(visitor(app), trained(recipe).run())
    return app.run()


def mine(app):
    return stores.archive().list(visitor(app))


def press(app, key):
    next(b for b in app.button if b.key == key or str(b.key).startswith(f"{key}.")).click().run()
    assert not app.exception
    return app


def turn_to(app, tab):
    app.session_state["runs.tab"] = tab
    app.run()
    assert not app.exception


def show_curves(app):
    app.session_state["runs.curves"] = True
    app.run()
    assert not app.exception


def test_a_first_visit_says_how_runs_come_here(visit):
    app = visit("runs")
    assert not app.exception
    assert "Nothing is kept yet" in texts(app.markdown)


def test_the_table_shows_the_metrics_and_only_what_differs(visit):
    app = kept_runs(visit("runs"), SMALL, OTHER)
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table["Name"])[1] == "hidden sizes 32, epochs 2"
    assert {"Validation", "Best", "Training", "Dropout", "Learning rate"} <= set(table.columns)
    assert not {"Hidden sizes", "Epochs done", "Batch size"} & set(table.columns)
    assert list(table)[:2] == ["Name", "Validation"]
    assert 50 < table["Validation"][1] <= 100
    assert list(table["Digits seen"]) == [2 * 53 * 64] * 2
    assert table["Multiply-adds"][0] == 2 * 53 * 64 * (2 * 784 * 32 + 3 * 32 * 10)
    assert list(table["State"]) == ["done", "done"]


def test_a_setting_without_effect_is_no_difference_and_not_shown(visit):
    sgd = replace(SMALL, optimizer="momentum", momentum=0.5)
    app = kept_runs(visit("runs"), SMALL, sgd, replace(sgd, momentum=0.8))
    values = app.dataframe[0].value["Momentum"]
    assert list(values[:2]) == [0.8, 0.5] and np.isnan(values[2])


def test_a_training_is_kept_and_the_table_follows_it(visit):
    app = visit("runs")
    job = new_job()
    app.session_state["lab"].job = job
    stores.keeper().watch(visitor(app), job)
    job.resume()
    app.run()
    wait_until(app, lambda: mine(app) and not stores.keeper().busy(visitor(app)))
    assert list(app.dataframe[0].value["State"]) == ["done"]
    assert not app.exception


def test_an_opened_run_is_what_evaluate_and_draw_show(visit):
    app = kept_runs(visit("runs"), SMALL, OTHER)
    give(app, still_training())
    number = mine(app)[0].id
    app.selectbox(key="runs.one").set_value(number).run()
    press(app, "runs.evaluate")
    place = app.session_state["lab"].kept[opened.Place]
    assert place.opened.run.recipe == OTHER
    for page in ("evaluate", "draw", "evaluate"):
        app.switch_page(site.path(page)).run()
        assert not app.exception and not app.error
        assert app.selectbox(key="opened.choice").value == number
        assert place.opened.run.recipe == OTHER
    app.selectbox(key="opened.choice").set_value(opened.PRESENT).run()
    assert place.opened is None and "still training" in texts(app.info)


def test_any_kept_run_can_be_chosen_where_a_network_is_shown(visit):
    app = kept_runs(visit("evaluate"), SMALL, OTHER)
    box = app.selectbox(key="opened.choice")
    assert box.options[0] == "No training yet"
    first, second = mine(app)
    for page in ("evaluate", "draw"):
        app.switch_page(site.path(page)).run()
        for kept in (first, second):
            app.selectbox(key="opened.choice").set_value(kept.id).run()
            assert not app.exception
            assert app.session_state["lab"].kept[opened.Place].opened.number == kept.id
    give(app, still_training())
    assert "Present training: hidden sizes 32" in app.selectbox(key="opened.choice").options[0]


def test_a_look_at_the_test_set_is_remembered_when_a_run_is_opened_again(visit):
    app = kept_runs(visit("evaluate"), SMALL, OTHER)
    first, second = mine(app)
    for number in (first.id, second.id, first.id):
        app.selectbox(key="opened.choice").set_value(number).run()
        app.segmented_control(key="evaluate.set").set_value("test").run()
        if not app.button(key="seal.open").disabled:
            press(app, "seal.open")
    assert "You have looked **once**" in texts(app.warning)
    assert "looked once with other networks" in texts(app.warning)
    assert app.button(key="seal.open").label == "Look again"


def test_without_a_kept_run_there_is_nothing_to_choose(visit):
    app = visit("evaluate")
    assert not [box for box in app.selectbox if box.key == "opened.choice"]


def test_the_present_training_is_listed_once(visit):
    app = visit("runs")
    job = trained()
    stores.keeper().watch(visitor(app), job)
    wait_until(app, lambda: mine(app))
    press(give(app, job), "runs.evaluate")
    app.switch_page(site.path("evaluate")).run()
    assert not app.exception
    assert not [box for box in app.selectbox if box.key == "opened.choice"]


def test_a_run_that_is_deleted_meanwhile_is_a_message(visit):
    app = kept_runs(visit("evaluate"), SMALL, OTHER)
    first, second = mine(app)
    app.selectbox(key="opened.choice").set_value(first.id).run()
    stores.archive().delete(visitor(app), first.id)
    app.run()
    assert "not kept any more" in texts(app.warning)
    assert app.session_state["lab"].kept[opened.Place].opened.run.recipe == OTHER
    stores.archive().delete(visitor(app), second.id)  # while the box still lists it
    app.selectbox(key="opened.choice").set_value(second.id).run()
    assert "there is no such run" in texts(app.error)
    app.selectbox(key="opened.choice").set_value(opened.PRESENT).run()
    assert not app.exception and not app.warning and not app.error


def test_a_run_whose_data_is_not_here_can_not_be_judged_but_draws(visit, monkeypatch):
    app = visit("runs")
    run = replace(trained().run(), fingerprint="not-here")
    stores.archive().keep(visitor(app), run)
    press(app.run(), "runs.evaluate")
    app.switch_page(site.path("evaluate")).run()
    assert not app.exception
    assert "not on this machine" in texts(app.error)
    app.switch_page(site.path("draw")).run()
    assert not app.exception and not app.error
    assert "not on this machine" in texts(app.info)


def test_its_settings_go_to_the_sliders(visit):
    app = kept_runs(visit("runs"), OTHER)
    press(app, "runs.settings")
    assert app.title[0].value == "Train"
    assert "settings of the kept run" in texts(app.info)
    assert app.session_state["lab"].recipe == OTHER
    assert app.select_slider(key="dropout").value == 0.5


def test_a_run_gets_a_name_and_a_note(visit):
    app = kept_runs(visit("runs"), SMALL)
    (kept,) = mine(app)
    app.text_input(key=f"runs.name.{kept.id}").set_value("My *first*")
    app.text_area(key=f"runs.note.{kept.id}").set_value("Good with 3s.")
    next(b for b in app.button if b.label == "Save").click().run()
    assert not app.exception
    assert (mine(app)[0].name, mine(app)[0].note) == ("My *first*", "Good with 3s.")
    assert "Saved" in texts(app.success)
    assert list(app.dataframe[0].value["Note"]) == ["Good with 3s."]


def test_a_note_keeps_its_lines_and_none_becomes_a_heading(visit):
    app = visit("runs")
    note = "expected: 97%\n---\nseen: 95%"
    stores.archive().keep(visitor(app), trained().run(), note=note)
    shown = texts(app.run().markdown)
    assert "expected\\: 97%  \n\\---  \nseen" in shown


def test_a_run_can_be_deleted(visit):
    app = kept_runs(visit("runs"), SMALL, OTHER)
    number = app.selectbox(key="runs.one").value
    press(app, "runs.delete")
    assert [kept.id for kept in mine(app)] == [k.id for k in mine(app) if k.id != number]
    assert len(app.dataframe[0].value) == 1
    press(app, "runs.delete")
    assert "Nothing is kept yet" in texts(app.markdown)


def test_nobody_sees_the_runs_of_another(visit):
    anna = kept_runs(visit("runs"), SMALL)
    ben = visit("runs")
    ben.session_state["lab"].kept[Visitor] = Visitor("b" * 43)
    ben.run()
    assert len(anna.dataframe) == 1
    assert not ben.dataframe and "Nothing is kept yet" in texts(ben.markdown)


def test_a_file_comes_back_and_a_hostile_one_is_refused(visit):
    app = kept_runs(visit("runs"), SMALL)
    content = stores.archive().file(visitor(app), mine(app)[0].id)
    turn_to(app, "From a file")
    for name, body in (("mine.npz", content), ("bad.npz", b"PK\x03\x04rubbish")):
        app.file_uploader[0].set_value((name, body, "application/octet-stream")).run()
        assert not app.exception
    assert "not a run of ANN Lab" in texts(app.error)
    assert [kept.name for kept in mine(app)] == ["mine", "hidden sizes 32, epochs 2"]
    assert mine(app)[0].recipe == SMALL


def test_the_server_takes_no_more_of_a_file_than_a_run_may_have():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] == MOST_RUN_BYTES // 1_000_000


@pytest.mark.parametrize(
    "name", ["\u200b\n\x00 ", "<script>alert(1)</script>", "\u202e😀" * 40, "x" * 10_000]
)
def test_any_name_and_note_are_kept_or_refused_in_words(visit, name):
    app = kept_runs(visit("runs"), SMALL)
    (kept,) = mine(app)
    app.text_input(key=f"runs.name.{kept.id}").set_value(name)
    app.text_area(key=f"runs.note.{kept.id}").set_value(name)
    next(b for b in app.button if b.label == "Save").click().run()
    assert not app.exception
    said = texts(app.success) + texts(app.error)
    assert said.startswith(("Saved", "name")) and len(said) < 200
    assert mine(app)[0].name.isprintable() and 1 <= len(mine(app)[0].name) <= 100
    turn_to(app, "Curves together")
    app.switch_page(site.path("race")).run()
    assert not app.exception


def test_a_damaged_run_is_a_message(visit):
    app = visit("runs")
    stores.archive().keep(visitor(app), trained().run())
    with stores.archive()._db.writing() as db:
        db.execute("UPDATE files SET npz = x'00'")
    turn_to(app, "Curves together")
    assert "damaged" in texts(app.warning)
    turn_to(app, "One run")
    show_curves(app)
    assert "damaged" in texts(app.warning)
    press(app, "runs.evaluate")
    assert "damaged" in texts(app.error)


def test_an_archive_that_can_not_be_used_stops_nothing(visit, tmp_path, monkeypatch):
    path = tmp_path / "rubbish.sqlite"
    path.write_bytes(b"no database at all " * 100)
    monkeypatch.setenv("ANN_RUNS", str(path))
    stores.keeper.clear()
    stores.archive.clear()
    app = visit("runs")
    assert not app.exception
    assert "can't be used" in texts(app.error).replace("\\", "")
    assert not visit("train").exception


def test_the_csv_has_every_setting_and_no_formulas(visit):
    app = kept_runs(visit("runs"), SMALL, OTHER)
    stores.archive().rename(visitor(app), mine(app)[0].id, "=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(runs_table.to_csv(mine(app)))))
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    assert set(Recipe.__dataclass_fields__) <= set(rows[0])
    assert [row["dropout"] for row in rows] == ["0.5", "0.0"]
    assert float(rows[0]["validation_accuracy"]) <= 1
    assert float(rows[0]["seconds"]) > 0
    assert int(rows[0]["images_seen"]) == 2 * 53 * 64
    assert float(rows[0]["multiply_adds"]) == 2 * 53 * 64 * (2 * 784 * 32 + 3 * 32 * 10)


def test_the_csv_tells_the_epochs_done_from_those_that_were_set(visit):
    app = kept_runs(visit("runs"), SMALL)
    (kept,) = mine(app)
    stopped = replace(kept, summary=replace(kept.summary, epochs=0.5))
    (row,) = csv.DictReader(io.StringIO(runs_table.to_csv([stopped])))
    assert (row["epochs_done"], row["epochs"]) == ("0.5", "2")


def test_runs_are_laid_over_each_other_in_every_way(visit):
    app = kept_runs(visit("runs"), SMALL, OTHER, replace(SMALL, hidden_sizes=(8,), l2=0.01))
    assert not app.get("plotly_chart"), "charts would hold the table up"
    turn_to(app, "Curves together")
    loss, accuracy = app.get("bidi_component")[:2]
    assert "Loss (cross-entropy)" in loss.proto.json and "Accuracy" in accuracy.proto.json
    assert "nobody can tell which one mattered" in texts(app.caption)
    for part in ("train", "batch", "validation"):
        for x in ("step", "seconds", "epoch"):
            app.segmented_control(key="overlay.part").set_value(part)
            app.segmented_control(key="overlay.x").set_value(x).run()
            assert not app.exception
    app.slider(key="overlay.smooth").set_value(0.5)
    app.toggle(key="overlay.log_x").set_value(True)
    app.toggle(key="overlay.log_y").set_value(True).run()
    assert not app.exception
    assert "1 \\\\u2212 accuracy" in app.get("bidi_component")[1].proto.json
    app.multiselect(key="overlay.runs").set_value([mine(app)[0].id]).run()
    turn_to(app, "Settings and results")
    keys = {chart.key for chart in app.get("plotly_chart")}
    assert keys == {"overlay.parallel", "overlay.scatter"}
    box = app.selectbox(key="overlay.field")
    for option in box.options:
        app.selectbox(key="overlay.field").select(option).run()
        assert not app.exception, option
    app.selectbox(key="overlay.metric").set_value("best_validation_loss").run()
    turn_to(app, "Curves together")
    assert app.multiselect(key="overlay.runs").value == [mine(app)[0].id]
    assert app.toggle(key="overlay.log_y").value
    app.multiselect(key="overlay.runs").set_value([]).run()
    assert not app.exception


def test_one_run_shows_how_it_learned_when_asked(visit):
    app = kept_runs(visit("runs"), SMALL, OTHER)
    assert not app.get("bidi_component")
    show_curves(app)
    loss, accuracy = app.get("bidi_component")[:2]
    assert "Loss (cross-entropy)" in loss.proto.json and "Accuracy" in accuracy.proto.json
    _, oldest = mine(app)
    app.selectbox(key="runs.one").set_value(oldest.id).run()
    assert not app.exception
    assert app.get("bidi_component")[0].proto.json != loss.proto.json, "another run's curves"


def test_what_is_chosen_may_be_deleted_meanwhile(visit):
    app = kept_runs(visit("runs"), SMALL, OTHER, replace(SMALL, hidden_sizes=(8,)))
    turn_to(app, "Settings and results")
    app.selectbox(key="overlay.field").set_value("hidden_sizes").run()
    turn_to(app, "Curves together")
    chosen = app.multiselect(key="overlay.runs").value
    stores.archive().delete(visitor(app), mine(app)[0].id)
    app.run()
    assert not app.exception
    assert app.multiselect(key="overlay.runs").value == chosen[1:]
    turn_to(app, "Settings and results")
    assert app.selectbox(key="overlay.field").value != "hidden_sizes"


def test_a_kept_subject_is_judged_as_it_was_kept(visit):
    app = kept_runs(visit("runs"), SMALL)
    press(app, "runs.evaluate")
    app.switch_page(site.path("evaluate")).run()
    memory = app.session_state["lab"].kept[subject.Memory]
    (result,) = memory.results.values()
    assert np.isclose(result.accuracy, mine(app)[0].summary.validation_accuracy)
