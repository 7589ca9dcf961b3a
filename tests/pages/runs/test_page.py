"""The Runs page: what was trained in this browser is there, and nowhere else."""

from ann.recipes.naming import default_name
from pages.ui import site
from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import texts, wait_until
from tests.pages.trained import OTHER, SMALL, give, mine, new_job, save_runs, training_of, visitor


def test_a_first_visit_says_how_runs_are_saved(visit):
    app = visit("runs")
    assert not app.exception
    assert "Nothing is saved yet" in texts(app.markdown)


def test_a_training_is_saved_and_the_table_follows_it(visit):
    app = visit("runs")
    job = new_job()
    training_of(app).job = job
    stores.run_autosave().watch(visitor(app), job)
    job.resume()
    app.run()
    wait_until(app, lambda: mine(app) and not stores.run_autosave().busy(visitor(app)))
    assert list(app.dataframe[0].value["Status"]) == ["finished"]
    assert not app.exception


def test_visitors_see_only_their_own_runs(visit):
    anna = save_runs(visit("runs"), SMALL)
    ben = visit("runs")
    ben.session_state["lab"].kept[Visitor] = Visitor("b" * 43)
    ben.run()
    assert len(anna.dataframe) == 1
    assert not ben.dataframe and "Nothing is saved yet" in texts(ben.markdown)


def test_the_pages_work_without_a_usable_archive(visit, tmp_path, monkeypatch):
    path = tmp_path / "rubbish.sqlite"
    path.write_bytes(b"no database at all " * 100)
    monkeypatch.setenv("ANN_RUNS", str(path))
    stores.run_autosave.clear()
    stores.archive.clear()
    app = visit("runs")
    assert not app.exception
    assert "can't be used" in texts(app.error).replace("\\", "")
    assert not visit("train").exception


def test_a_run_that_could_not_be_saved_is_named_where_it_is_shown(visit, monkeypatch):
    app = visit("runs")
    with monkeypatch.context() as patch:
        patch.setattr("ann.keeping.limits.MAX_RUN_BYTES", 100)
        job = new_job(OTHER)
        job.resume()
        wait_until(app, lambda: job.status == "finished")
        stores.run_autosave().watch(visitor(app), job)
        wait_until(app, lambda: stores.run_autosave().problem(visitor(app)))
    name = default_name(OTHER)
    assert f"**{name}**: This network" in texts(app.run().warning)
    give(app, job)
    app.switch_page(site.path("train")).run()
    assert "and was not saved" in texts(app.warning)
    later = new_job(SMALL)
    stores.run_autosave().watch(visitor(app), later)
    later.resume()
    give(app, later)
    wait_until(app, lambda: stores.run_autosave().number(later))
    assert "not saved" not in texts(app.warning)
    app.switch_page(site.path("runs")).run()
    assert not app.warning and not app.exception
