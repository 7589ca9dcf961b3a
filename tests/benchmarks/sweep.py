"""Does a sweep use all cores? `python -m tests.benchmarks.sweep`.

The same 24 trials are trained twice: as a sweep on all cores, and one after another in one worker,
in a bare loop without jobs, chunks or pages. The bar, on 2 cores, is 60% of the time. With
`--halving` the sweep may give up trials; then it does less work, and the bar does not apply.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Sequence

import data
from ann.recipe import FIELDS, Recipe
from ann.running.chunk import open_split
from ann.running.find_data import Source
from ann.running.pool import Pool, process_executor
from ann.search import space
from ann.search.plan import Plan
from ann.search.sweep import Sweep
from ann.state import Split, start
from ann.train import train
from tests.benchmarks.server import environment

BAR = 0.6
SPACE = {"learning_rate": (0.0003, 0.001, 0.003, 0.01), "batch_size": (32, 64, 128)}
SPACE |= {"epochs": (10, 20)}


def one_after_another(recipes: Sequence[Recipe], source: Source) -> float:
    """Seconds that one worker takes to train them all in a bare loop."""
    split, began = open_split(source), time.perf_counter()
    for recipe in recipes:
        for _ in train(start(recipe, split, 10), split):
            pass
    return time.perf_counter() - began


def as_sweep(pool: Pool, recipes: Sequence[Recipe], source: Source, halving: bool) -> float:
    """Seconds that a sweep takes for the same, while a page looks at it twice per second."""
    plan = Plan(recipes, halving=halving)
    sweep, began = Sweep(pool, source, plan, n_classes=10), time.perf_counter()
    sweep.resume()
    looked = 0.0
    while sweep.status == "running":
        time.sleep(0.01)
        if time.perf_counter() - looked > 0.5:
            looked = time.perf_counter()
            sweep.view()
    assert sweep.status == "finished", sweep.view().message
    return time.perf_counter() - began


def main() -> None:
    """Measure both in turns, print the ratios and a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hidden-sizes", default="128-64")
    parser.add_argument("--halving", action="store_true")
    options = parser.parse_args()
    os.environ.update(environment())
    recipe = Recipe(hidden_sizes=FIELDS["hidden_sizes"].parse(options.hidden_sizes))
    recipes, digits = space.grid(recipe, SPACE), data.load("mnist-5k")
    split = Split(*digits.split(recipe.validation_fraction))
    source = Source(str(digits.folder), digits.fingerprint, len(split.train_x))
    pool, single = Pool(), Pool(lambda: process_executor(1))
    pool.warm()
    ratios = []
    try:
        for _ in range(options.rounds):
            alone = single.submit(one_after_another, recipes, source).result()
            together = as_sweep(pool, recipes, source, options.halving)
            ratios.append(together / alone)
            print(
                f"{len(recipes)} trials: {alone:.1f} s one after another, {together:.1f} s as a "
                f"sweep, {ratios[-1]:.0%}",
                flush=True,
            )
    finally:
        pool.shutdown()
        single.shutdown()
    ratio = statistics.median(ratios)
    result = {"trials": len(recipes), "workers": os.cpu_count(), "ratio": ratio}
    print(json.dumps(result | {"bar": BAR, "load": os.getloadavg()[0]}))


if __name__ == "__main__":
    from tests.benchmarks import sweep  # under this name the worker can import its functions

    sweep.main()
