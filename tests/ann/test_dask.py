"""More than one machine: the same chunks on a real Dask cluster, whose workers may die."""

import os
import secrets
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ann import places, search
from ann.chunks import Source, open_split
from ann.cluster import ClusterExecutor
from ann.evaluation import measure
from ann.jobs import Job
from ann.plan import Plan
from ann.pool import Pool
from ann.recipe import Recipe
from ann.state import start
from ann.sweep import Sweep
from ann.train import train

distributed = pytest.importorskip(
    "distributed", reason="needs Dask: pip install -r tests/requirements.txt"
)

RECIPE = Recipe(hidden_sizes=(16,), epochs=12, batch_size=16, dropout=0.2, seed=5)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two worker processes that share a folder for what they are sent, apart from the server's."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
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
    """600 random pictures of 50 bytes in files; the last 100 are for validation."""
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


def finished(job, seconds=60):
    end = time.monotonic() + seconds
    while job.status == "running" and time.monotonic() < end:
        time.sleep(0.01)
    assert job.status == "finished", (job.status, job.view().message)
    return job.view()


def test_a_job_on_a_cluster_equals_the_unbroken_training_bit_for_bit(pool, source):
    assert pool.workers == 2 and pool.folder is None
    jobs = [job_for(pool, source, replace(RECIPE, seed=seed)) for seed in (1, 2, 3)]
    for job in jobs:
        job.resume()
    for job in jobs:
        view = finished(job)
        assert np.array_equal(view.state.theta, undisturbed(source, view.recipe).theta)
        assert len(view.history.epochs["epoch"]) == RECIPE.epochs


def test_a_worker_killed_in_mid_run_loses_nothing(cluster, pool, source, monkeypatch):
    # Dask itself sends a chunk to another worker, the first times; what when it gives up?
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    long = replace(RECIPE, epochs=5000)
    jobs = [job_for(pool, source, replace(long, seed=seed)) for seed in (1, 2)]
    for job in jobs:
        job.resume()
    for _ in range(2):
        wait_for_news(*jobs)
        victim = next(iter(pool.executor._client.run(os.getpid).values()))
        os.kill(victim, signal.SIGKILL)
    wait_for_news(*jobs)
    for job in jobs:
        job.pause()
    end = time.monotonic() + 30
    while any(job._in_flight for job in jobs) and time.monotonic() < end:
        time.sleep(0.01)
    for job in jobs:
        view = job.view()
        assert view.status == "paused" and len(view.history.epochs["epoch"]) == view.state.epoch
        assert np.array_equal(view.state.theta, unbroken_until(view.state, source).theta)


def wait_for_news(*jobs):
    """Until two more chunks of each came back."""
    known, end = [job.revision for job in jobs], time.monotonic() + 40
    while any(j.revision < k + 2 for j, k in zip(jobs, known, strict=True)):
        assert time.monotonic() < end, [job.view().message for job in jobs]
        time.sleep(0.01)


def unbroken_until(reached, source):
    state = start(reached.recipe, open_split(source))
    for _ in train(state, open_split(source)):
        if (state.step, state.epoch) == (reached.step, reached.epoch):
            break
    return state


def test_a_worker_killed_in_mid_sweep_loses_nothing(pool, source):
    rates = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02]
    recipes = search.grid(replace(RECIPE, epochs=30), {"learning_rate": rates})
    sweep = Sweep(pool, source, Plan(recipes, halving=True), n_classes=4)
    victim = next(iter(pool.executor._client.run(os.getpid).values()))
    sweep.go()
    time.sleep(0.02)
    os.kill(victim, signal.SIGKILL)
    assert sweep.status == "running"
    end = time.monotonic() + 60
    while sweep.status == "running" and time.monotonic() < end:
        time.sleep(0.01)
    view = sweep.view()
    assert view.status == "finished", view.message
    assert not [trial for trial in view.trials if trial.status == "failed"]
    best = undisturbed(source, view.best.recipe)
    accuracy = measure(best, *open_split(source)[2:]).accuracy
    assert view.best.accuracies == (accuracy,)


def test_workers_without_the_digits_are_sent_them_once(cluster, pool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a folder that only the server can find
    source = digits(Path("here"))
    sent, read = [], places.read
    monkeypatch.setattr(places, "read", lambda folder: sent.append(folder) or read(folder))
    jobs = [job_for(pool, source, replace(RECIPE, seed=seed)) for seed in (1, 2, 3, 4)]
    for job in jobs:
        job.resume()
    for job in jobs:
        view = finished(job)
        assert np.array_equal(view.state.theta, undisturbed(source, view.recipe).theta)
    kept = list(cluster.elsewhere.glob(f"ann-lab-*/{source.fingerprint}/*"))
    assert sorted(path.name for path in kept) == sorted(places.PARTS)
    assert len(sent) == 1, "two workers share what came once"


def test_digits_that_nobody_has_fail_with_a_message(pool, source, tmp_path):
    job = Job(pool, start(RECIPE, open_split(source)), source._replace(folder=str(tmp_path / "no")))
    job.resume()
    end = time.monotonic() + 30
    while job.status == "running" and time.monotonic() < end:
        time.sleep(0.01)
    assert job.status == "failed" and "No such file" in job.view().message


def test_a_lost_scheduler_pauses_the_job_with_a_message(cluster, source, monkeypatch):
    monkeypatch.setattr("ann.cluster.CONNECT_SECONDS", 1)
    made = []

    def make():
        address = cluster.scheduler_address if not made else "tcp://127.0.0.1:9"
        made.append(address)
        return ClusterExecutor(address)

    pool = Pool(make)
    job = job_for(pool, source, replace(RECIPE, epochs=5000))
    job.resume()
    time.sleep(0.3)
    pool.executor._client.close()
    end = time.monotonic() + 30
    while job.status == "running" and time.monotonic() < end:
        time.sleep(0.01)
    assert job.status == "paused"
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in job.view().message
    pool._make = lambda: ClusterExecutor(cluster.scheduler_address)
    job.resume()
    step, end = job.view().state.step, time.monotonic() + 30
    while job.view().state.step == step and time.monotonic() < end:
        time.sleep(0.01)
    assert job.view().state.step > step, "it goes on where it was, when the scheduler is back"
    job.finish()
    pool.shutdown()


def test_a_scheduler_that_is_not_there_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setattr("ann.cluster.CONNECT_SECONDS", 0.5)
    monkeypatch.setenv("ANN_SCHEDULER", "tcp://127.0.0.1:9")
    with pytest.raises(RuntimeError, match="no Dask scheduler answers at tcp:"):
        Pool()
