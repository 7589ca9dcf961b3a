"""The Runs page: what was trained in this browser is there, and nowhere else."""

from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import texts, wait_until
from tests.pages.trained import SMALL, mine, new_job, save_runs, training_of, visitor


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
