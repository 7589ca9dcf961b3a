"""Small sweeps for tests, run to their end or interrupted on the way."""

from ann.recipe import Recipe
from ann.search import space as search_space
from ann.search.plan import Plan
from ann.search.results import Result
from ann.search.sweep import Sweep
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(8,), epochs=6, batch_size=50, seed=5)
RATES = [1e-5, 2e-5, 0.0002, 0.0005, 0.001, 0.003, 0.006, 0.01, 0.02]


def plan_of(**options):
    recipes = search_space.grid(RECIPE, {"learning_rate": RATES})
    return Plan(recipes, ["learning_rate"], **options)


def run_to_the_end(sweep):
    sweep.resume()
    wait_until(lambda: sweep.status != "running")
    assert sweep.status == "finished", sweep.view().message
    return sweep.view()


def interrupted(sweep, trials):
    """Interrupt a sweep once this many trials have paused or ended, and wait until it is quiet."""

    def rested(job):
        Sweep._rested(sweep, job)
        if sum(t[0] != Result() for t in sweep.results().trials) >= trials:
            sweep.pause()  # at once: a thread that looks now and then could be too late

    sweep._rested = rested
    sweep.resume()
    wait_until(lambda: sweep.at_rest)
    del sweep._rested
    return sweep
