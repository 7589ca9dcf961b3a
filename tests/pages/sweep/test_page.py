"""The Sweep page from start to end, from app.py, with real workers."""

from ann.recipe import Recipe
from tests.pages.conftest import press, query, texts
from tests.pages.sweep.conftest import SEARCH, TINY, buttons, run_to_the_end, sweep


def test_a_first_visit_proposes_a_sweep_and_says_how_long_it_takes(visit):
    app = visit("sweep")
    assert not app.exception
    assert query(app) == {"search": "learning_rate~0.0003~0.001~0.003~0.01~~batch_size~32~128"}
    assert "8 trials: about" in texts(app.caption)
    assert "Let the computer search" in texts(app.markdown)
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


def test_a_sweep_can_be_paused_and_resumed(visit, end):
    app = end(press(visit("sweep", TINY | SEARCH | {"epochs": "5000"}), "sweep.start"))
    assert buttons(app) == {"pause", "best", "save"}
    press(app, "sweep.pause")
    assert sweep(app).status == "paused"
    assert buttons(app) - {"best", "save"} == {"start", "resume"}
    press(app, "sweep.resume")
    assert sweep(app).status == "running"


def test_a_sweep_starts_from_the_recipe_of_the_train_page(visit, end):
    app = end(press(visit("sweep", TINY | SEARCH | {"activation": "tanh"}), "sweep.start"))
    first = sweep(app).view().trials[0].recipe
    assert first == Recipe(
        hidden_sizes=(8,), epochs=2, batch_size=512, activation="tanh", learning_rate=0.0001
    )
