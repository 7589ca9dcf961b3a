"""Earlier sweeps, which come back with the page and outlive the server."""

import sqlite3
import threading

import pytest

from ann.keeping import limits
from ann.keeping.sweeps import SweepArchive
from ann.recipe import Recipe
from ann.search.plan import Plan
from ann.search.results import Result, Results
from pages.sweep.current import CurrentSweep
from pages.ui.server import stores, visitor
from tests import waiting
from tests.pages.conftest import press, query, texts, wait_until
from tests.pages.sweep.conftest import (
    SEARCH,
    TINY,
    buttons,
    forget_the_server,
    run_to_the_end,
    shown,
    sweep,
    train_again,
)


def test_a_sweep_continues_on_a_page_that_is_reloaded(visit, end, one_visitor):
    app = end(press(visit("sweep", TINY | SEARCH | {"epochs": "5000"}), "sweep.start"))
    again = end(visit("sweep", query(app)))
    assert sweep(again) is sweep(app) and sweep(again).status == "running"
    assert buttons(again) == {"pause", "best", "save"}
    assert "Another sweep is shown below" not in texts(again.caption)


def test_a_sweep_outlives_the_server_and_continues_with_its_missing_trials(visit, end, one_visitor):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    forget_the_server()
    whole = sweep(app).results()
    failed = Result("failed", message="A worker has died.")
    half = whole._replace(trials=[*whole.trials[:2], [Result()], [failed]])
    digits = app.session_state["lab"].kept[CurrentSweep].dataset
    stores.sweeps().save(one_visitor, digits.fingerprint, sweep(app).plan, half)
    again = end(visit("sweep", query(app)))
    assert "Finished trainings are restored" in texts(again.info)
    assert sorted(again.dataframe[0].value["Status"]) == ["failed"] + ["finished"] * 2 + ["waiting"]
    assert buttons(again) == {"start", "resume", "best", "save"}
    train_again(press(again, "sweep.save"))
    assert buttons(again) == {"start", "resume", "best"}, "once is enough"
    press(again, "sweep.resume")
    run_to_the_end(again)
    assert shown(again) == shown(app)
    assert "bit for bit" in texts(again.success), "the result in the link"
    forget_the_server()
    later = end(visit("sweep", query(again)))
    assert shown(later) == shown(app)
    assert not later.success, "no link was run again"


def test_a_sweep_that_another_server_trains_is_resumed_only_when_that_one_rests(
    visit, end, one_visitor
):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    whole, digits = sweep(app).results(), app.session_state["lab"].kept[CurrentSweep].dataset
    half = whole._replace(trials=[*whole.trials[:2], [Result()], [Result()]])
    forget_the_server()
    other = SweepArchive(stores.path())
    plan = sweep(app).plan
    number = other.save(one_visitor, digits.fingerprint, plan, half, active=True)
    again = end(visit("sweep", query(app)))
    press(again, "sweep.resume")
    assert "is being trained by another server" in texts(again.warning)
    assert sweep(again).status == "paused"
    other.update(one_visitor, number, whole)
    press(again, "sweep.resume")
    assert not again.warning and sweep(again).status == "finished"
    assert shown(again)[0] == shown(app)[0], "it shows what the other server has trained"
    other.close()


def test_a_visitor_finds_the_last_sweep_without_a_link_and_others_do_not(visit, end, monkeypatch):
    monkeypatch.setattr(visitor, "new_id", lambda: "s" * 43)
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    forget_the_server()
    again = visit("sweep")
    assert shown(again)[:2] == shown(app)[:2]
    assert "Another sweep is shown below" in texts(again.caption)
    press(again, "sweep.best")
    assert again.session_state["lab"].recipe == sweep(app).view().best.recipe
    monkeypatch.setattr(visitor, "new_id", lambda: "t" * 43)
    other = visit("sweep")
    assert not other.dataframe and "Let the computer search" in texts(other.markdown)


def test_a_sweep_that_is_saved_while_its_page_is_drawn_is_not_an_earlier_one(
    visit, end, one_visitor, monkeypatch
):
    autosave, saved, drawn = stores.sweep_autosave(), stores.sweeps(), threading.Event()

    def write_when_drawn(look=autosave._look, **options):
        if drawn.is_set():
            look(**options)

    def list_after_writing(visitor, titles=saved.list):
        if sweep(app).status == "finished":
            drawn.set()
            waiting.wait_until(lambda: not autosave.busy(one_visitor))
        return titles(visitor)

    monkeypatch.setattr(autosave, "_look", write_when_drawn)
    app = end(visit("sweep", TINY | SEARCH))
    monkeypatch.setattr(saved, "list", list_after_writing)
    run_to_the_end(press(app, "sweep.start"))
    assert saved.newest(one_visitor) and "sweep.choice" not in {box.key for box in app.selectbox}


def test_earlier_sweeps_can_be_chosen(visit, end, one_visitor):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    assert "sweep.choice" not in {box.key for box in app.selectbox}, "there is nothing to choose"
    first = shown(app)
    forget_the_server()
    app = end(visit("sweep", TINY | {"search": "batch_size~256~512"}))
    assert "Another sweep is shown below" in texts(app.caption)
    press(app, "sweep.start")
    run_to_the_end(app)
    wait_until(app, lambda: not stores.sweep_autosave().busy(one_visitor))
    box = app.selectbox(key="sweep.choice")
    assert [option.partition(": ")[2] for option in box.options] == [
        "2 trials, batch size",
        "4 trials, learning rate, dropout",
    ]
    second, earlier = (one.id for one in stores.sweeps().list(one_visitor))
    box.set_value(earlier).run()
    assert shown(app)[:2] == first[:2]
    app.selectbox(key="sweep.choice").set_value(second).run()
    assert len(app.dataframe[0].value) == 2


@pytest.mark.parametrize(
    ("column", "text"), [("plan", "{}"), ("results", "[[], [], 0, 0]"), ("plan", b"\x80\x04N.")]
)
def test_a_damaged_sweep_gives_a_message_and_an_empty_page(visit, one_visitor, column, text):
    plan = Plan([Recipe(), Recipe(l2=0.1)], ["l2"])
    number = stores.sweeps().save(one_visitor, "f", plan, Results([[Result()]] * 2, [], 0, 0.0))
    with sqlite3.connect(stores.path()) as db:
        db.execute(f"UPDATE sweeps SET {column} = ? WHERE id = ?", (text, number))
    app = visit("sweep")
    assert not app.exception
    assert f"sweep {number}: is damaged" in texts(app.warning).replace("\\", "")
    assert buttons(app) == {"start"} and not app.dataframe
    assert not app.run().warning, "the message is shown once"


def test_a_sweep_whose_data_set_is_not_here_says_so(visit, one_visitor):
    plan = Plan([Recipe(), Recipe(l2=0.1)], ["l2"])
    stores.sweeps().save(one_visitor, "f" * 64, plan, Results([[Result()]] * 2, [], 0, 0.0))
    app = visit("sweep")
    assert "its data set is not on this machine" in texts(app.warning)
    assert buttons(app) == {"start"}


def test_a_sweep_that_cannot_be_saved_says_why_and_continues(visit, end, one_visitor, monkeypatch):
    monkeypatch.setattr(limits, "MAX_SWEEP_BYTES", 10)
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    wait_until(app, lambda: stores.sweep_autosave().problem(sweep(app)))
    assert "was not saved" in texts(app.warning) and "limit of 10 bytes" in texts(app.warning)
    run_to_the_end(app)
    assert "Best of all" in texts(app.markdown)
