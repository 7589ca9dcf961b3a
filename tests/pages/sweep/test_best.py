"""The best trial, saved as a run."""

from pages.sweep import best as sweep_best
from pages.sweep.current import CurrentSweep
from pages.ui import site
from pages.ui.server import stores
from tests import waiting
from tests.pages.conftest import press, query, texts
from tests.pages.sweep.conftest import (
    SEARCH,
    TINY,
    buttons,
    forget_the_server,
    run_to_the_end,
    sweep,
    train_again,
)


def all_of(run):
    """Weights and curves, all but the times."""
    epochs = {n: v.tolist() for n, v in run.history.epochs.items() if "seconds" not in n}
    return run.theta.tolist(), run.statistics.tolist(), epochs, run.step, run.epoch, run.reason


def test_a_best_trial_that_is_retrained_while_the_page_is_drawn_is_saved_at_once(
    visit, end, one_visitor, monkeypatch
):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    forget_the_server()
    again = end(visit("sweep", query(app)))
    save = sweep_best.save_retrained

    def save_and_linger():
        save()
        under_way = again.session_state["lab"].kept[CurrentSweep].retrain
        if under_way:
            waiting.wait_until(lambda: under_way.job.status == "finished")

    monkeypatch.setattr(sweep_best, "save_retrained", save_and_linger)
    press(again, "sweep.save")
    assert "Saved on the Runs page" in texts(again.success)
    assert len(stores.archive().list(one_visitor)) == 1 and "save" not in buttons(again)


def test_the_best_network_is_saved_with_one_click_even_after_a_restart(visit, end, one_visitor):
    app = end(press(visit("sweep", TINY | SEARCH), "sweep.start"))
    run_to_the_end(app)
    best = sweep(app).view().best
    press(app, "sweep.save")
    assert not app.exception and "Saved on the Runs page" in texts(app.success)
    assert "save" not in buttons(app), "once is enough"
    (run,) = stores.archive().list(one_visitor)
    assert run.recipe == best.recipe
    assert run.note == "The best of 4 trials in a sweep over learning rate and dropout."
    assert run.summary.validation_accuracy == best.mean
    assert run.fingerprint == app.session_state["lab"].kept[CurrentSweep].dataset.fingerprint
    first = stores.archive().open(one_visitor, run.id)
    forget_the_server()
    again = end(visit("sweep", query(app)))
    assert not sweep(again).best_run(), "its weights are gone"
    press(again, "sweep.save")
    assert "save" not in buttons(again)
    train_again(again)
    assert "Saved on the Runs page" in texts(again.success) and not again.warning
    assert "save" not in buttons(again)
    second, _ = stores.archive().list(one_visitor)
    assert (second.recipe, second.note) == (run.recipe, run.note)
    assert all_of(stores.archive().open(one_visitor, second.id)) == all_of(first), "bit for bit"
    app.switch_page(site.path("runs")).run()
    assert app.dataframe[0].value["Name"].tolist() == [second.name, run.name]
