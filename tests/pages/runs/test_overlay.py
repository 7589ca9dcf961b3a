"""Several runs together: their curves, and their settings against their results."""

from dataclasses import replace

from pages.ui.server import stores
from tests.pages.conftest import texts
from tests.pages.runs.conftest import turn_to
from tests.pages.trained import OTHER, SMALL, mine, save_runs, visitor


def test_curves_are_compared_in_every_way(visit):
    app = save_runs(visit("runs"), SMALL, OTHER, replace(SMALL, hidden_sizes=(8,), l2=0.01))
    assert not app.get("plotly_chart"), "charts would delay the table"
    turn_to(app, "Compare curves")
    loss, accuracy = app.get("bidi_component")[:2]
    assert "Loss (cross-entropy)" in loss.proto.json and "Accuracy" in accuracy.proto.json
    assert "you can't tell which one mattered" in texts(app.caption)
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
    turn_to(app, "Compare curves")
    assert app.multiselect(key="overlay.runs").value == [mine(app)[0].id]
    assert app.toggle(key="overlay.log_y").value
    app.multiselect(key="overlay.runs").set_value([]).run()
    assert not app.exception


def test_a_chosen_run_may_be_deleted_meanwhile(visit):
    app = save_runs(visit("runs"), SMALL, OTHER, replace(SMALL, hidden_sizes=(8,)))
    turn_to(app, "Settings and results")
    app.selectbox(key="overlay.field").set_value("hidden_sizes").run()
    turn_to(app, "Compare curves")
    chosen = app.multiselect(key="overlay.runs").value
    stores.archive().delete(visitor(app), mine(app)[0].id)
    app.run()
    assert not app.exception
    assert app.multiselect(key="overlay.runs").value == chosen[1:]
    turn_to(app, "Settings and results")
    assert app.selectbox(key="overlay.field").value != "hidden_sizes"
