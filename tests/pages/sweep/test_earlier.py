"""The Sweep page, from app.py, with real workers."""

import json
import sqlite3
import threading

import numpy as np
import plotly.graph_objects as go
import pytest

from ann.keeping import sweeps as keeping_sweeps
from ann.recipe import Recipe
from ann.search.plan import Plan
from ann.search.results import Result, Results
from pages.sweep import best as sweep_best
from pages.sweep import view as sweep_view
from pages.sweep.current import Desk
from pages.ui import charts, site
from pages.ui.live.beat import Screen
from pages.ui.server import stores, visitor
from tests import waiting
from tests.pages.conftest import press, pressable, query, texts, wait_until

TINY = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512"}
SEARCH = {"search": "learning_rate~0.0001~0.01~~dropout~0.0~0.5"}


def sweep(app):
    return app.session_state["lab"].kept[Desk].sweep


def buttons(app):
    return pressable(app, "sweep") - {"published"}


def train_again(app):
    """Wait until the best trial was trained once more; it may be over already."""
    again = app.session_state["lab"].kept[Desk].again
    if again:
        wait_until(app, lambda: again.job.status == "finished")


def run_to_the_end(app):
    return wait_until(app, lambda: sweep(app).status != "running")


def test_a_first_visit_proposes_a_sweep_and_says_what_it_takes(visit):
    app = visit("sweep")
    assert not app.exception
    assert query(app) == {"search": "learning_rate~0.0003~0.001~0.003~0.01~~batch_size~32~128"}
    assert "8 trials: about" in texts(app.caption)
    assert "Let the machine try" in texts(app.markdown)
    assert buttons(app) == {"start"}


def test_a_sweep_runs_to_its_end_and_its_best_goes_to_train_with_one_click(visit, end):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    assert not app.exception
    view = sweep(app).view()
    assert (view.status, len(view.trials)) == ("finished", 4)
    table = app.dataframe[0].value
    assert list(table["Validation accuracy"]) == sorted(table["Validation accuracy"])[::-1]
    assert table["Learning rate"][0] == view.best.recipe.learning_rate
    assert "Best of all" in texts(app.markdown) and f"{view.best.mean:.1%}" in texts(app.markdown)
    assert "validation digits" in texts(app.caption) and "never by the test set" in texts(
        app.caption
    )
    press(app, "sweep.best")
    assert not app.exception
    assert app.title[0].value == "Train"
    assert app.session_state["lab"].recipe == view.best.recipe
    assert app.select_slider(key="learning_rate").value == view.best.recipe.learning_rate
    assert "sweep's best trial" in texts(app.success)


def test_a_sweep_of_which_every_trial_diverged_says_so_and_draws_no_empty_axes(visit, end):
    wild = {"optimizer": "sgd", "activation": "identity", "search": "learning_rate~10~9"}
    app = end(press(visit("sweep", wild | {"epochs": "1"}), "sweep.start"))
    run_to_the_end(app)
    assert not app.exception
    assert list(app.dataframe[0].value["State"]) == ["diverged"] * 2
    assert "Try smaller learning rates" in texts(app.warning)
    assert "A point is a trial" not in texts(app.caption)
    assert buttons(app) == {"start"}, "there is no best to use or to keep"


def test_a_sweep_can_be_stopped_and_continued(visit, end):
    app = end(press(visit("sweep", TINY | SEARCH | {"epochs": "5000"}), "sweep.start"))
    assert buttons(app) == {"stop", "best", "keep"}
    press(app, "sweep.stop")
    assert sweep(app).status == "stopped"
    assert buttons(app) - {"best", "keep"} == {"start", "resume"}
    press(app, "sweep.resume")
    assert sweep(app).status == "running"


def map_of(app):
    """The percents in the cells of the map, the largest first; those that go on have dots."""
    figure = json.loads(app.session_state["lab"].kept[Screen].drawn["sweep.map"][1].figure)
    found = [note["text"] for note in figure["layout"]["annotations"]]
    return sorted((text for text in found if "%" in text), reverse=True)


def table_of(app):
    """The same from the table, whose empty cells have no text of their own."""
    rows = app.dataframe[0].value[["Validation accuracy", "State"]].dropna()
    texts = [f"{a:.1f}%" + " …" * (state != "done") for a, state in rows.itertuples(index=False)]
    return sorted(texts, reverse=True)


def test_map_and_table_tell_of_the_same_moment_while_trials_train(visit, end, monkeypatch):
    monkeypatch.setattr(sweep_view, "CALM", 0.01)  # else they stand still in so short a time
    app = end(press(visit("sweep", TINY | SEARCH | {"epochs": "2000"}), "sweep.start"))
    seen = set()

    def enough_seen():
        app.run()
        assert map_of(app) == table_of(app)
        assert app.dataframe[0].proto.placeholder == "–", "None is no word for a learner"
        seen.add(tuple(map_of(app)))
        return len(seen) == 4

    wait_until(app, enough_seen)
    sweep(app).stop()
    app.run()
    table = app.dataframe[0].value
    assert map_of(app) == table_of(app)
    best = table["Validation accuracy"]
    assert best[0] == best.max() and f"reads **{best[0]:.1f}%** of" in texts(app.markdown)


def test_seeds_halving_and_random_draws_are_told_and_obeyed(visit, end):
    link = TINY | {"epochs": "4", "search": "learning_rate~0.0001~0.1~~activation~relu~tanh"}
    link |= {"trials": "9", "seeds": "2", "halving": "true"}
    app = visit("sweep", link)
    assert query(app) == link
    assert "9 trials from 2 seeds each, 18 trainings, compared after 1, 2 epochs" in texts(
        app.caption
    )
    end(press(app, "sweep.start"))
    run_to_the_end(app)
    assert not app.exception
    view = sweep(app).view()
    assert [len(trial.accuracies) for trial in view.trials] == [2] * 9
    assert sorted(trial.epochs for trial in view.trials) == [1] * 6 + [2] * 2 + [4]
    table = app.dataframe[0].value
    assert {"Worst seed", "Best seed"} <= set(table.columns)
    assert list(table["State"]).count("given up") == 8


def test_one_trial_and_one_epoch_are_told_as_one(visit):
    link = TINY | {"epochs": "3", "search": "learning_rate~0.0001~0.001~0.01", "halving": "true"}
    assert "3 trials, compared after 1 epoch: about" in texts(visit("sweep", link).caption)
    link |= {"search": "learning_rate~0.001"}
    assert "1 trial, too few to give any up: about" in texts(visit("sweep", link).caption)


def test_the_choice_lives_in_the_address_and_comes_back_with_the_page(visit):
    app = visit("sweep", TINY)
    app.multiselect(key="sweep.fields").set_value(["hidden_sizes", "l2"]).run()
    app.multiselect(key="sweep.values.hidden_sizes").set_value(["8", "20-7-5", "none"])
    app.multiselect(key="sweep.values.l2").set_value(["0.0", "0.001"])
    app.segmented_control(key="sweep.method").set_value("random")
    app.slider(key="sweep.seeds").set_value(3)
    app.toggle(key="sweep.halving").set_value(True).run()
    wanted = {"search": "hidden_sizes~8~20-7-5~none~~l2~0.0~0.001"}
    wanted |= TINY | {"trials": "24", "seeds": "3", "halving": "true"}
    assert query(app) == wanted
    app.query_params.clear()  # as a click on a page's name does
    app.switch_page(site.path("data")).run()
    assert query(app) == TINY
    app.query_params.clear()
    app.switch_page(site.path("sweep")).run()
    assert query(app) == wanted
    opened = visit("sweep", wanted)
    assert query(opened) == wanted and not opened.warning
    assert opened.multiselect(key="sweep.values.hidden_sizes").value == ["8", "20-7-5", "none"]


def test_the_published_grid_is_one_click(visit):
    app = press(visit("sweep", {"trials": "9"}), "sweep.published")
    assert query(app)["search"].split("~~") == [
        "learning_rate~0.001~0.003~0.01",
        "batch_size~32~64~128",
        "epochs~5~10",
    ]
    assert "trials" not in query(app)
    assert "18 trials: about" in texts(app.caption)
    assert "ours" in app.button(key="sweep.published").help
    assert "the values are ours" in texts(app.caption)
    app.multiselect(key="sweep.values.epochs").set_value(["5"]).run()
    assert "the values are ours" not in texts(app.caption)


@pytest.mark.parametrize(
    ("forged", "complaint"),
    [
        ({"search": "seed~1~2"}, "search: 'seed' can't be searched"),
        ({"search": "[x](http://evil)~1"}, "can't be searched"),
        ({"search": "dropout~7~0.5"}, "dropout: 7 is outside 0 to 0.9"),
        ({"search": "dropout~~" * 3000}, "search: has 27,000 characters; at most 2,000"),
        ({"trials": "1e9"}, "trials: '1e9' is outside 1 to 200"),
        ({"seeds": "0"}, "seeds: '0' is outside 1 to 5"),
        ({"result": "<b>"}, "is not the result of a sweep"),
        ({"halving": "perhaps"}, "halving: is neither true nor false"),
    ],
)
def test_a_forged_link_gives_a_message_and_a_sweep_all_the_same(visit, forged, complaint):
    app = visit("sweep", forged)
    assert not app.exception
    said = texts(app.warning).replace("\\", "")
    assert complaint in said and "[x](http" not in texts(app.warning)
    assert buttons(app) == {"start"}


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ({"search": "batch_size~" + "~".join(map(str, range(1, 300)))}, "at most 200 are tried"),
        ({"validation_fraction": "0"}, "no digits are left to judge by"),
        ({"search": "momentum~0.5~0.9"}, "momentum: has no effect unless optimizer is"),
    ],
)
def test_what_cannot_be_swept_says_why_and_cannot_be_started(visit, link, complaint):
    app = visit("sweep", link)
    assert not app.exception
    assert complaint in texts(app.info).replace("\\", "")
    assert buttons(app) == set()


def test_the_figures_are_valid_and_show_the_best_in_orange():
    cells = [(0, 0, 0.7, "(70.0%)", "a"), (1, 0, 0.95, "95.0%", "b")]
    cells += [(0, 1, float("nan"), "", "c"), (1, 1, 0.9, "90.0%", "d")]
    drawn = go.Figure(charts.accuracy_map(("X", ["1", "2"]), ("Y", ["3", "4"]), cells))
    heat = drawn.data[0]
    assert (heat.zmin, heat.zmax) == (pytest.approx(0.85), 0.95)
    assert np.isnan(heat.z[1][0]) and heat.text[0][1] == "b"
    assert [note.text for note in drawn.layout.annotations] == ["(70.0%)", "95.0%", "90.0%"]
    go.Figure(charts.accuracy_map(("X", ["1"]), ("Y", ["3"]), []))
    points = [(0.1, 0.8, 0.7, 0.9, "a"), (1.0, 0.9, 0.9, 0.9, "b")]
    drawn = go.Figure(charts.accuracy_points({"title": "X", "type": "log"}, points))
    assert drawn.data[0].error_y.arrayminus[0] == pytest.approx(0.1)
    go.Figure(charts.accuracy_points({"title": "X"}, []))


def test_whoever_runs_a_link_again_sees_whether_the_result_is_the_same(visit, end):
    few = {"search": "learning_rate~0.0001~0.01"}
    app = end(press(visit("sweep", TINY | few), "sweep.start"))
    run_to_the_end(app)
    link = query(app)
    assert "result" in link and not app.success
    again = end(press(visit("sweep", link), "sweep.start"))
    run_to_the_end(again)
    assert "bit for bit" in texts(again.success)
    elsewhere = link["result"][:-1] + ("0" if link["result"][-1] != "0" else "1")
    other = end(press(visit("sweep", link | {"result": elsewhere}), "sweep.start"))
    run_to_the_end(other)
    assert "Not quite the result of the link" in texts(other.warning)
    assert sweep(other).status == "finished" and not other.exception


def test_the_result_on_other_digits_than_the_chosen_ones_is_not_in_the_link(visit, end):
    app = end(press(visit("sweep", TINY | {"search": "learning_rate~0.0001~0.01"}), "sweep.start"))
    run_to_the_end(app)
    link = query(app)
    app.session_state["lab"].dataset = "mnist-uci"
    app.run()
    assert "result" not in query(app), "whoever opens this link searches on the other digits"
    app.session_state["lab"].dataset = "mnist-5k"
    assert "result" in link and query(app.run()) == link


def test_a_sweep_starts_from_the_recipe_of_the_train_page(visit, end):
    app = end(press(visit("sweep", TINY | SEARCH | {"activation": "tanh"}), "sweep.start"))
    first = sweep(app).view().trials[0].recipe
    assert first == Recipe(
        hidden_sizes=(8,), epochs=2, batch_size=512, activation="tanh", learning_rate=0.0001
    )


@pytest.fixture
def ann(monkeypatch):
    """All pages are of one visitor, whom nobody has seen before."""
    name = visitor.new_id()
    monkeypatch.setattr(visitor, "new_id", lambda: name)
    yield name
    forget_the_server()


def forget_the_server():
    """What a restart of the server leaves of sweeps: the file."""
    stores.sweep_autosave.clear()
    stores.sweeps.clear()


def shown(app):
    """What the page says about its sweep."""
    assert not app.exception
    table = app.dataframe[0].value.drop(columns="Seconds")
    return table.to_dict(), texts(app.markdown), query(app)


def test_a_sweep_goes_on_under_the_eyes_of_a_page_that_is_loaded_again(visit, end, ann):
    app = end(press(visit("sweep", TINY | SEARCH | {"epochs": "5000"}), "sweep.start"))
    again = end(visit("sweep", query(app)))
    assert sweep(again) is sweep(app) and sweep(again).status == "running"
    assert buttons(again) == {"stop", "best", "keep"}
    assert "Below is another sweep" not in texts(again.caption)


def test_a_sweep_outlives_the_server_and_goes_on_where_trials_are_missing(visit, end, ann):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    forget_the_server()
    whole = sweep(app).results()
    failed = Result("failed", message="A worker has died.")
    half = whole._replace(trials=[*whole.trials[:2], [Result()], [failed]])
    digits = app.session_state["lab"].kept[Desk].digits
    stores.sweeps().keep(ann, digits.fingerprint, sweep(app).plan, half)
    again = end(visit("sweep", query(app)))
    assert "What was done is here again" in texts(again.info)
    assert sorted(again.dataframe[0].value["State"]) == ["done"] * 2 + ["failed", "waiting"]
    assert buttons(again) == {"start", "resume", "best", "keep"}
    train_again(press(again, "sweep.keep"))
    assert buttons(again) == {"start", "resume", "best"}, "once is enough"
    press(again, "sweep.resume")
    run_to_the_end(again)
    assert shown(again) == shown(app)
    assert "bit for bit" in texts(again.success), "as the link promised"
    forget_the_server()
    later = end(visit("sweep", query(again)))
    assert shown(later) == shown(app)
    assert not later.success, "that is no result of a link which was run again"


def test_a_visitor_without_the_link_finds_the_last_sweep_and_others_do_not(visit, end, monkeypatch):
    monkeypatch.setattr(visitor, "new_id", lambda: "s" * 43)
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    forget_the_server()
    again = visit("sweep")
    assert shown(again)[:2] == shown(app)[:2]
    assert "Below is another sweep" in texts(again.caption)
    press(again, "sweep.best")
    assert again.session_state["lab"].recipe == sweep(app).view().best.recipe
    monkeypatch.setattr(visitor, "new_id", lambda: "t" * 43)
    other = visit("sweep")
    assert not other.dataframe and "Let the machine try" in texts(other.markdown)


def test_a_sweep_that_is_written_while_its_page_is_drawn_is_no_earlier_one(
    visit, end, ann, monkeypatch
):
    keeper, kept, drawn = stores.sweep_autosave(), stores.sweeps(), threading.Event()

    def write_when_drawn(look=keeper._look, **options):
        if drawn.is_set():
            look(**options)

    def list_after_writing(visitor, titles=kept.list):
        if sweep(app).status == "finished":
            drawn.set()
            waiting.wait_until(lambda: not keeper.busy(ann))
        return titles(visitor)

    monkeypatch.setattr(keeper, "_look", write_when_drawn)
    app = end(visit("sweep", TINY | SEARCH))
    monkeypatch.setattr(kept, "list", list_after_writing)
    run_to_the_end(press(app, "sweep.start"))
    assert kept.newest(ann) and "sweep.choice" not in {box.key for box in app.selectbox}


def test_earlier_sweeps_can_be_chosen(visit, end, ann):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    assert "sweep.choice" not in {box.key for box in app.selectbox}, "there is nothing to choose"
    first = shown(app)
    forget_the_server()
    app = end(visit("sweep", TINY | {"search": "batch_size~256~512"}))
    assert "Below is another sweep" in texts(app.caption)
    press(app, "sweep.start")
    run_to_the_end(app)
    wait_until(app, lambda: not stores.sweep_autosave().busy(ann))
    box = app.selectbox(key="sweep.choice")
    assert [option.partition(": ")[2] for option in box.options] == [
        "2 trials, batch size",
        "4 trials, learning rate, dropout",
    ]
    second, earlier = (one.id for one in stores.sweeps().list(ann))
    box.set_value(earlier).run()
    assert shown(app)[:2] == first[:2]
    app.selectbox(key="sweep.choice").set_value(second).run()
    assert len(app.dataframe[0].value) == 2


@pytest.mark.parametrize(
    ("column", "text"), [("plan", "{}"), ("results", "[[], [], 0, 0]"), ("plan", b"\x80\x04N.")]
)
def test_a_damaged_sweep_gives_a_message_and_an_empty_page(visit, ann, column, text):
    plan = Plan([Recipe(), Recipe(l2=0.1)], ["l2"])
    number = stores.sweeps().keep(ann, "f", plan, Results([[Result()]] * 2, [], 0, 0.0))
    with sqlite3.connect(stores.path()) as db:
        db.execute(f"UPDATE sweeps SET {column} = ? WHERE id = ?", (text, number))
    app = visit("sweep")
    assert not app.exception
    assert f"sweep {number}: is damaged" in texts(app.warning).replace("\\", "")
    assert buttons(app) == {"start"} and not app.dataframe
    assert not app.run().warning, "said once"


def test_a_sweep_whose_digits_are_not_here_says_so(visit, ann):
    plan = Plan([Recipe(), Recipe(l2=0.1)], ["l2"])
    stores.sweeps().keep(ann, "f" * 64, plan, Results([[Result()]] * 2, [], 0, 0.0))
    app = visit("sweep")
    assert "digits that are not on this machine" in texts(app.warning)
    assert buttons(app) == {"start"}


def test_a_sweep_that_can_not_be_kept_says_why_and_goes_on(visit, end, ann, monkeypatch):
    monkeypatch.setattr(keeping_sweeps, "MOST_SWEEP_BYTES", 10)
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    wait_until(app, lambda: stores.sweep_autosave().problem(sweep(app)))
    assert "This sweep is not kept" in texts(app.warning) and "at most 10" in texts(app.warning)
    run_to_the_end(app)
    assert "Best of all" in texts(app.markdown)


def all_of(run):
    """Weights and curves, without what a clock has to do with."""
    epochs = {n: v.tolist() for n, v in run.history.epochs.items() if "seconds" not in n}
    return run.theta.tolist(), run.statistics.tolist(), epochs, run.step, run.epoch, run.reason


def test_a_best_trial_that_is_trained_again_while_the_page_is_drawn_is_kept_at_once(
    visit, end, ann, monkeypatch
):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    forget_the_server()
    again = end(visit("sweep", query(app)))
    take = sweep_best.take

    def take_and_tarry():
        take()
        under_way = again.session_state["lab"].kept[Desk].again
        if under_way:
            waiting.wait_until(lambda: under_way.job.status == "finished")

    monkeypatch.setattr(sweep_best, "take", take_and_tarry)
    press(again, "sweep.keep")
    assert "Kept on the Runs page" in texts(again.success)
    assert len(stores.archive().list(ann)) == 1 and "keep" not in buttons(again)


def test_the_best_network_is_kept_with_one_click_also_after_a_restart(visit, end, ann):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    best = sweep(app).view().best
    press(app, "sweep.keep")
    assert not app.exception and "Kept on the Runs page" in texts(app.success)
    assert "keep" not in buttons(app), "once is enough"
    (run,) = stores.archive().list(ann)
    assert run.recipe == best.recipe
    assert run.note == "The best of 4 trials of a sweep over learning rate, dropout."
    assert run.summary.validation_accuracy == best.mean
    assert run.fingerprint == app.session_state["lab"].kept[Desk].digits.fingerprint
    kept = stores.archive().open(ann, run.id)
    forget_the_server()
    again = end(visit("sweep", query(app)))
    assert not sweep(again).best_run(), "its weights are gone"
    press(again, "sweep.keep")
    assert "keep" not in buttons(again)
    train_again(again)
    assert "Kept on the Runs page" in texts(again.success) and not again.warning
    assert "keep" not in buttons(again)
    second, _ = stores.archive().list(ann)
    assert (second.recipe, second.note) == (run.recipe, run.note)
    assert all_of(stores.archive().open(ann, second.id)) == all_of(kept), "bit for bit"
    app.switch_page(site.path("runs")).run()
    assert app.dataframe[0].value["Name"].tolist() == [second.name, run.name]
