"""One saved run: its settings, name, note and curves, and its end."""

import sqlite3

import pytest

from pages.ui import site
from pages.ui.server import stores
from tests.pages.conftest import texts
from tests.pages.runs.conftest import press, show_curves, turn_to
from tests.pages.trained import OTHER, SMALL, mine, save_runs, trained, visitor


def test_the_sliders_take_the_settings_of_a_run(visit):
    app = save_runs(visit("runs"), OTHER)
    press(app, "runs.settings")
    assert app.title[0].value == "Train"
    assert "settings of the saved run" in texts(app.info)
    assert app.session_state["lab"].recipe == OTHER
    assert app.select_slider(key="dropout").value == 0.5


def test_a_run_gets_a_name_and_a_note(visit):
    app = save_runs(visit("runs"), SMALL)
    (saved,) = mine(app)
    app.text_input(key=f"runs.name.{saved.id}").set_value("My *first*")
    app.text_area(key=f"runs.note.{saved.id}").set_value("Good with 3s.")
    next(b for b in app.button if b.label == "Save").click().run()
    assert not app.exception
    assert (mine(app)[0].name, mine(app)[0].note) == ("My *first*", "Good with 3s.")
    assert "Saved" in texts(app.success)
    assert list(app.dataframe[0].value["Note"]) == ["Good with 3s."]


def test_a_note_keeps_its_lines_and_none_turns_into_a_heading(visit):
    app = visit("runs")
    note = "expected: 97%\n---\nseen: 95%"
    stores.archive().save(visitor(app), trained().run(), note=note)
    shown = texts(app.run().markdown)
    assert "expected\\: 97%  \n\\---  \nseen" in shown


def test_a_run_can_be_deleted(visit):
    app = save_runs(visit("runs"), SMALL, OTHER)
    number = app.selectbox(key="runs.one").value
    press(app, "runs.delete")
    assert [saved.id for saved in mine(app)] == [k.id for k in mine(app) if k.id != number]
    assert len(app.dataframe[0].value) == 1
    press(app, "runs.delete")
    assert "Nothing is saved yet" in texts(app.markdown)


@pytest.mark.parametrize(
    "name", ["\u200b\n\x00 ", "<script>alert(1)</script>", "\u202e😀" * 40, "x" * 10_000]
)
def test_any_name_and_note_are_saved_or_refused_with_a_message(visit, name):
    app = save_runs(visit("runs"), SMALL)
    (saved,) = mine(app)
    app.text_input(key=f"runs.name.{saved.id}").set_value(name)
    app.text_area(key=f"runs.note.{saved.id}").set_value(name)
    next(b for b in app.button if b.label == "Save").click().run()
    assert not app.exception
    said = texts(app.success) + texts(app.error)
    assert said.startswith(("Saved", "name")) and len(said) < 200
    assert mine(app)[0].name.isprintable() and 1 <= len(mine(app)[0].name) <= 100
    turn_to(app, "Compare curves")
    app.switch_page(site.path("race")).run()
    assert not app.exception


def test_a_damaged_run_gives_a_message(visit):
    app = visit("runs")
    stores.archive().save(visitor(app), trained().run())
    with sqlite3.connect(stores.path()) as db:
        db.execute("UPDATE files SET npz = x'00'")
    turn_to(app, "Compare curves")
    assert "damaged" in texts(app.warning)
    turn_to(app, "One run")
    show_curves(app)
    assert "damaged" in texts(app.warning)
    press(app, "runs.evaluate")
    assert "damaged" in texts(app.error)


def test_one_run_shows_how_it_learned_when_asked(visit):
    app = save_runs(visit("runs"), SMALL, OTHER)
    assert not app.get("bidi_component")
    show_curves(app)
    loss, accuracy = app.get("bidi_component")[:2]
    assert "Loss (cross-entropy)" in loss.proto.json and "Accuracy" in accuracy.proto.json
    _, oldest = mine(app)
    app.selectbox(key="runs.one").set_value(oldest.id).run()
    assert not app.exception
    assert app.get("bidi_component")[0].proto.json != loss.proto.json, "another run's curves"
