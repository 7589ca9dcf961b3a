"""Sweeps that are disturbed at random: they finish with the same result as undisturbed ones."""

import random
import time
from collections import Counter
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from functools import cache

import pytest

from ann.recipe import Recipe
from ann.running.chunk import run_chunk
from ann.running.pool import Pool
from ann.search import space
from ann.search.plan import Plan
from ann.search.results import Results
from ann.search.sweep import Sweep
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(8,), epochs=4, batch_size=50, seed=5)
SPACES = [
    {"learning_rate": [0.01, 1e-5], "epochs": [1, 4]},
    {"learning_rate": [0.01, 1e-4, 1e-3], "epochs": [2, 7]},
    {"learning_rate": [0.01, 1e-5, 2e-5, 1e-4], "epochs": [4]},
]
FAILING, LOST = 0.3, 0.05  # parts of the chunks


@pytest.fixture
def threads():
    pool = Pool(lambda: ThreadPoolExecutor(2))
    yield pool
    pool.shutdown()


@pytest.fixture(scope="module")
def undisturbed(pool, source):
    """`undisturbed(which, seeds, halving)`: the result of such a sweep if nothing happens."""

    @cache
    def result(*kind):
        sweep = Sweep(pool, source, plan_of(*kind), n_classes=4)
        sweep.resume()
        wait_until(lambda: sweep.status == "finished")
        return sweep.view().result

    return result


def plan_of(which, seeds, halving):
    return Plan(space.grid(RECIPE, SPACES[which]), seeds=seeds, halving=halving)


def happenings(chance, times):
    """A `run_chunk` that loses workers, and fails on each recipe that many times."""
    failed = Counter()

    def run(state, *rest):
        if failed[state.recipe] < times and chance.random() < FAILING:
            failed[state.recipe] += 1
            raise MemoryError("no room")
        if chance.random() < LOST:
            raise BrokenExecutor("its process has gone")
        return run_chunk(state, *rest)

    return run


def meddle(sweep, chance):
    """Pause it or wait; now and then continue with another sweep, as a new server would."""
    if chance.random() < 0.5:
        time.sleep(0.1 * chance.random())
        sweep.pause()
    wait_until(lambda: sweep.status != "running", "the sweep hangs")
    if chance.random() < 0.15:
        kept = Results.from_json(sweep.results().to_json(), sweep.plan)
        sweep.pause()
        return Sweep(sweep._pool, sweep._source, sweep.plan, n_classes=4, earlier=kept)
    return sweep


@pytest.mark.parametrize("seed", range(24))
def test_whatever_happens_to_a_sweep_its_result_is_the_same(
    source, threads, undisturbed, monkeypatch, seed
):
    chance = random.Random(seed)
    kind = chance.randrange(len(SPACES)), chance.choice([1, 1, 2]), chance.random() < 0.5
    expected = undisturbed(*kind)
    # before a comparison a trial that fails twice is given up, so the result would be another
    times = 1 if kind[-1] else 3
    monkeypatch.setattr("ann.running.dispatch.run_chunk", happenings(chance, times))
    sweep = Sweep(threads, source, plan_of(*kind), n_classes=4)
    for _ in range(200):
        sweep.resume()
        sweep = meddle(sweep, chance)
        if sweep.status == "finished":
            break
    assert sweep.view().result == expected != ""
    wait_until(lambda: sweep.at_rest, "it is not quiet")
