"""The pages with ANN_SCHEDULER set: a real Dask cluster, there or not."""

import socket

import pytest

from ann.evaluation.speed import Speed
from pages.ui import site
from pages.ui.server import workers
from tests.dask_cluster import scheduler_at
from tests.pages.conftest import press, texts, wait_until
from tests.pages.trained import job_of

pytest.importorskip("distributed", reason="needs Dask: pip install -r tests/requirements.txt")
TINY = {"hidden_sizes": "8", "epochs": "2", "batch_size": "512"}


@pytest.fixture
def port(monkeypatch):
    """Where the pages look for a scheduler; nobody answers there yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    monkeypatch.setenv("ANN_SCHEDULER", f"tcp://127.0.0.1:{number}")
    monkeypatch.setattr("ann.running.dask_link.CONNECT_SECONDS", 1)
    monkeypatch.setattr("ann.running.dask_link.RETRY_SECONDS", 0.1)
    _end_workers()
    yield number
    _end_workers()


def _end_workers():
    """The next page that asks for workers starts them anew."""
    for resource in (workers.express, workers.measurement, workers.turns):
        resource.clear()


def job(app):
    return job_of(app)


def test_a_training_runs_on_the_cluster(visit, end, port):
    with scheduler_at(port, workers=2) as cluster:
        app = end(visit("train", TINY))
        wait_until(app, lambda: workers.pool().executor._link.client)
        press(app, "train.start")
        wait_until(app, lambda: job(app).status == "finished")
        computed = sum(worker.state.executed_count for worker in cluster.workers.values())
        assert computed and workers.express() is None
        assert not app.exception and not app.warning


def test_without_a_scheduler_the_pages_say_so_and_continue_when_it_is_back(visit, end, port):
    app = end(visit("train", TINY))
    wait_until(app, workers.trouble)
    assert "The Dask scheduler does not answer" in texts(app.warning)
    assert str(port) not in texts(app.warning)
    press(app, "train.start")
    wait_until(app, lambda: job(app).status == "paused")
    assert "No worker can take this run" in texts(app.info)
    with scheduler_at(port, workers=2):
        wait_until(app, lambda: not workers.trouble())
        assert not app.warning
        press(app, "train.resume")
        wait_until(app, lambda: job(app).status == "finished")


def test_the_workers_are_measured_as_soon_as_there_are_any(visit, end, port):
    app = end(visit("train", TINY))
    wait_until(app, lambda: workers.measurement().done())
    assert workers.speed() == Speed()
    with scheduler_at(port, workers=1):
        wait_until(app, lambda: workers.speed() != Speed())


def test_no_page_waits_for_a_machine_that_never_answers(visit, end, port, monkeypatch):
    monkeypatch.setattr("ann.running.dask_link.CONNECT_SECONDS", 60)
    with socket.create_server(("127.0.0.1", port)):
        app = end(visit("train", TINY))
        press(app, "train.start")
        assert job(app).status == "running", "it still waits for the scheduler"
        app.switch_page(site.path("sweep")).run()
        assert not app.exception
