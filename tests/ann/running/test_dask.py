"""More than one machine: the same chunks on a real Dask cluster, whose workers may die."""

import os
import platform
import secrets
import shutil
import signal
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ann.measure import measure
from ann.recipe import Recipe
from ann.running import find_data
from ann.running.chunk import Limit, open_split
from ann.running.dask_link import Link, NoSchedulerError
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.search import space
from ann.search.plan import Plan
from ann.search.sweep import Sweep
from ann.state import start
from ann.train import train
from ann.version import version
from tests.dask_cluster import scheduler_at
from tests.waiting import wait_until

distributed = pytest.importorskip(
    "distributed", reason="needs Dask: pip install -r tests/requirements.txt"
)

RECIPE = Recipe(hidden_sizes=(16,), epochs=12, batch_size=16, dropout=0.2, seed=5)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two worker processes that share a folder for what they are sent; the server has another."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        env={"TMPDIR": str(elsewhere), "PYTHONPATH": str(Path.cwd())},
    ) as cluster:
        cluster.elsewhere = elsewhere
        yield cluster


@pytest.fixture
def pool(cluster, monkeypatch):
    monkeypatch.setenv("ANN_SCHEDULER", cluster.scheduler_address)
    pool = Pool()
    yield pool
    pool.shutdown()


def digits(folder):
    """600 random images of 50 bytes each, in files; the last 100 are for validation."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    labels = (np.arange(600) % 4).astype(np.uint8)
    images = rng.integers(0, 120, (600, 50)) + 30 * labels[:, None]
    np.save(folder / "train_images.npy", images.astype(np.uint8))
    np.save(folder / "train_labels.npy", labels)
    return Source(str(folder), secrets.token_hex(8), 500)


@pytest.fixture
def source(tmp_path):
    return digits(tmp_path / "digits")


def job_for(pool, source, recipe=RECIPE):
    return Job(pool, start(recipe, open_split(source)), source)


def undisturbed(source, recipe=RECIPE):
    state = start(recipe, open_split(source))
    for _ in train(state, open_split(source)):
        pass
    return state


def finished(job):
    wait_until(lambda: job.status != "running")
    assert job.status == "finished", (job.status, job.view().message)
    return job.view()


def test_a_job_on_a_cluster_equals_the_unbroken_training_bit_for_bit(pool, source):
    jobs = [job_for(pool, source, replace(RECIPE, seed=seed)) for seed in (1, 2, 3)]
    for job in jobs:
        job.resume()
    for job in jobs:
        view = finished(job)
        assert np.array_equal(view.state.theta, undisturbed(source, view.recipe).theta)
        assert len(view.history.epochs["epoch"]) == RECIPE.epochs
    assert pool.workers == 2 and pool.folder is None and not pool.trouble


def test_a_worker_with_another_version_of_the_lab_is_refused_by_name(
    pool, source, monkeypatch, caplog
):
    job = job_for(pool, source)
    with monkeypatch.context() as patch:
        patch.setattr(pool.executor, "_version", "0123456789abcdef, NumPy 2.0.0, Linux x86_64")
        job.resume()
        wait_until(lambda: job.status != "running")
    message = job.view().message
    assert job.status == "paused" and not job.has_begun
    for part in (platform.node(), version(), "0123456789abcdef", "the same one and restart it"):
        assert part in message and part in caplog.text
    job.resume()
    assert np.array_equal(finished(job).state.theta, undisturbed(source).theta)


def test_workers_without_the_digits_are_sent_them_once(cluster, pool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a folder that only the server can find
    source = digits(Path("here"))
    sent, read = [], find_data.read
    monkeypatch.setattr(find_data, "read", lambda folder: sent.append(folder) or read(folder))
    jobs = [job_for(pool, source, replace(RECIPE, seed=seed)) for seed in (1, 2, 3, 4)]
    for job in jobs:
        job.resume()
    for job in jobs:
        view = finished(job)
        assert np.array_equal(view.state.theta, undisturbed(source, view.recipe).theta)
    kept = list(cluster.elsewhere.glob(f"ann-lab-*/{source.fingerprint}/*"))
    assert sorted(path.name for path in kept) == sorted(find_data.PARTS)
    assert len(sent) == 1, "two workers share what came once"


def test_workers_find_the_digits_in_their_own_copy_of_the_lab(pool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a folder that only the server can find
    source = digits(Path("here"))
    shutil.copytree("here", tmp_path / "copy" / source.fingerprint)
    sent = []
    monkeypatch.setattr(find_data, "read", sent.append)
    own_copy = os.path.relpath(tmp_path / "copy", find_data.LAB)
    job = job_for(pool, source._replace(cache=own_copy))
    job.resume()
    assert np.array_equal(finished(job).state.theta, undisturbed(source).theta)
    assert not sent


def test_without_the_digits_anywhere_a_job_fails_with_a_message(pool, source, tmp_path):
    job = Job(pool, start(RECIPE, open_split(source)), source._replace(folder=str(tmp_path / "no")))
    job.resume()
    wait_until(lambda: job.status != "running")
    assert job.status == "failed" and "No such file" in job.view().message


def test_a_worker_killed_during_a_run_loses_nothing(cluster, pool, source, monkeypatch):
    # Dask itself sends a chunk to another worker, the first times; what when it gives up?
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    monkeypatch.setattr("ann.running.dispatch.LONE_CHUNK", Limit(0.1))
    long = replace(RECIPE, epochs=5000)
    jobs = [job_for(pool, source, replace(long, seed=seed)) for seed in (1, 2)]
    for job in jobs:
        job.resume()
    wait_for_news(*jobs)
    os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
    wait_for_news(*jobs)
    for job in jobs:
        job.pause()
    wait_until(lambda: all(job.at_rest for job in jobs))
    for job in jobs:
        view = job.view()
        assert view.status == "paused" and len(view.history.epochs["epoch"]) == view.state.epoch
        assert np.array_equal(view.state.theta, unbroken_until(view.state, source).theta)


def wait_for_news(*jobs):
    """Until two more chunks of each job have come back."""
    known = [job.revision for job in jobs]
    wait_until(lambda: all(j.revision >= k + 2 for j, k in zip(jobs, known, strict=True)))


def unbroken_until(reached, source):
    state = start(reached.recipe, open_split(source))
    for _ in train(state, open_split(source)):
        if (state.step, state.epoch) == (reached.step, reached.epoch):
            break
    return state


def test_a_worker_killed_during_a_sweep_loses_nothing(pool, source):
    rates = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02]
    recipes = space.grid(replace(RECIPE, epochs=60), {"learning_rate": rates})
    sweep = Sweep(pool, source, Plan(recipes, halving=True), n_classes=4)
    worker = pool.submit(os.getpid).result()  # while it waited for its turn, the sweep might end
    sweep.resume()
    wait_until(lambda: sweep.view().done > 0.1)
    os.kill(worker, signal.SIGKILL)
    assert sweep.status == "running"
    wait_until(lambda: sweep.status != "running")
    view = sweep.view()
    assert view.status == "finished", view.message
    assert not [trial for trial in view.trials if trial.status == "failed"]
    best = undisturbed(source, view.best.recipe)
    accuracy = measure(best, *open_split(source)[2:]).accuracy
    assert view.best.accuracies == (accuracy,)


@pytest.fixture
def port():
    """A port of this machine where nobody answers yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("ann.running.dask_link.CONNECT_SECONDS", 0.5)
    monkeypatch.setattr("ann.running.dask_link.RETRY_SECONDS", 0.2)
    monkeypatch.setattr("ann.running.dispatch.LONE_CHUNK", Limit(0.05))


@contextmanager
def pool_at(port, monkeypatch):
    monkeypatch.setenv("ANN_SCHEDULER", f"tcp://127.0.0.1:{port}")
    pool = Pool()
    yield pool
    pool.shutdown()


def wait_for_the_scheduler(pool):
    """On a slow machine, a first attempt that takes too long would pause what was sent."""
    wait_until(lambda: pool.executor._link.client, "it does not connect")


def test_a_lost_scheduler_pauses_the_job_until_it_is_back(source, port, impatient, monkeypatch):
    with pool_at(port, monkeypatch) as pool:
        job = job_for(pool, source, replace(RECIPE, epochs=5000))
        with scheduler_at(port, workers=1):
            wait_for_the_scheduler(pool)
            job.resume()
            wait_until(lambda: job.has_begun)
        wait_until(lambda: job.status == "paused")
        lost = "The Dask scheduler does not answer"
        assert lost in job.view().message and lost in pool.trouble
        with scheduler_at(port, workers=1):
            wait_until(lambda: not pool.trouble)
            step = job.view().state.step
            job.resume()
            wait_until(lambda: job.view().state.step > step)
            job.pause()
            wait_until(lambda: job.at_rest)
        reached = job.view().state
        assert np.array_equal(reached.theta, unbroken_until(reached, source).theta)


def test_a_sweep_without_a_scheduler_pauses_and_continues(source, port, impatient, monkeypatch):
    recipes = space.grid(RECIPE, {"dropout": [0.0, 0.5]})
    with pool_at(port, monkeypatch) as pool:
        sweep = Sweep(pool, source, Plan(recipes), n_classes=4)
        sweep.resume()
        wait_until(lambda: sweep.status == "paused")
        assert "does not answer" in sweep.view().message
        with scheduler_at(port, workers=1):
            wait_until(lambda: not pool.trouble)
            sweep.resume()
            wait_until(lambda: sweep.status != "running")
        assert sweep.status == "finished"
        assert sweep.view().best.accuracies[0] > 0.5


def test_a_training_waits_for_the_first_worker_of_a_cluster(source, port, impatient, monkeypatch):
    with scheduler_at(port, workers=0) as cluster, pool_at(port, monkeypatch) as pool:
        wait_for_the_scheduler(pool)
        job = job_for(pool, source)
        job.resume()
        wait_until(lambda: pool.trouble == "The Dask cluster has no workers.")
        cluster.scale(1)
        finished(job)
        wait_until(lambda: not pool.trouble)


def test_nobody_waits_for_a_scheduler_that_is_not_there(source, port, impatient, monkeypatch):
    knocks, may_knock = Link._try, threading.Event()

    def tarry(link):
        may_knock.wait(60)
        return knocks(link)

    monkeypatch.setattr(Link, "_try", tarry)
    with pool_at(port, monkeypatch) as pool:
        job = job_for(pool, source)
        job.resume()
        assert pool.workers == 1 and job.status == "running", "nobody has knocked yet"
        may_knock.set()
        wait_until(lambda: job.status == "paused")
        assert "No worker can take this run: The Dask scheduler" in job.view().message
        with pytest.raises(NoSchedulerError):
            pool.submit(os.getpid).result()


def test_nobody_waits_for_a_machine_that_accepts_and_never_answers(port, impatient, monkeypatch):
    with socket.create_server(("127.0.0.1", port)), pool_at(port, monkeypatch) as pool:
        with pytest.raises(NoSchedulerError, match="does not answer"):
            pool.submit(os.getpid).result()
        assert "does not answer" in pool.trouble


def test_nobody_waits_if_the_client_cannot_connect(port, impatient, monkeypatch, caplog):
    # such as TLS without certificates, a Dask of another version, a proxy that answers in its way
    monkeypatch.setenv("ANN_SCHEDULER", f"tls://127.0.0.1:{port}")
    pool = Pool()
    wait_until(lambda: pool.trouble)
    # what visitors read; the log says where and why
    assert pool.trouble == "The Dask scheduler does not answer."
    assert f"(ANN_SCHEDULER=tls://127.0.0.1:{port}) TLS expects a `ssl_context`" in caplog.text
    with pytest.raises(NoSchedulerError, match="does not answer"):
        pool.submit(os.getpid).result()
    pool.shutdown()


@pytest.mark.parametrize("address", ["localhost:8786", "tcp://localhost", "tcp://h:port", "8786"])
def test_what_is_not_an_address_is_refused_by_name(address, monkeypatch):
    monkeypatch.setenv("ANN_SCHEDULER", address)
    with pytest.raises(ValueError, match=f"ANN_SCHEDULER: '{address}' .* tcp://host:8786"):
        Pool()


def test_without_dask_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setenv("ANN_SCHEDULER", "tcp://127.0.0.1:9")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match="pip install distributed"):
        Pool()


def test_the_scheduler_s_password_is_neither_shown_nor_logged(port, impatient, monkeypatch, caplog):
    monkeypatch.setenv("ANN_SCHEDULER", f"tls://me:secret@127.0.0.1:{port}")
    pool = Pool()
    wait_until(lambda: pool.trouble)
    assert pool.trouble == "The Dask scheduler does not answer."
    pool.shutdown()
    assert f"127.0.0.1:{port}" in caplog.text and "secret" not in caplog.text
    monkeypatch.setenv("ANN_SCHEDULER", "me:secret@127.0.0.1")
    with pytest.raises(ValueError, match="is not an address") as refused:
        Pool()
    assert "secret" not in str(refused.value)
