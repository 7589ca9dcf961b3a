"""How long it takes to list 200 saved runs and open 20: `python -m tests.benchmarks.saved_runs`.

The bar: listing 200 runs takes less than a second. The networks are [128, 64] or smaller, with full
curves.
"""

import argparse
import tempfile
import time
from itertools import cycle, islice, product
from pathlib import Path

import numpy as np

from ann.events import Epoch, Step
from ann.history import History
from ann.keeping.runs import Archive
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start

RUNS, OPENED, REPEATS = 200, 20, 7
EPOCHS, STEPS = 20, 200  # epochs per run, steps per epoch
MOST_SECONDS = 1.0
VISITOR = 43 * "v"
GRID = {  # the settings in which the runs differ
    "hidden_sizes": ((128, 64), (128, 32), (64,)),
    "dropout": (0.0, 0.2, 0.5),
    "optimizer": ("adam", "momentum", "sgd"),
    "learning_rate": (0.0003, 0.001, 0.003, 0.01),
    "l2": (0.0, 1e-4),
}


def recipes(count: int) -> list[Recipe]:
    """This many recipes from the grid, in an order in which neighbors differ in several fields."""
    grid = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]
    order = np.random.default_rng(0).permutation(len(grid))
    return [
        Recipe(epochs=EPOCHS, seed=int(number) % 3, **grid[number])
        for number in islice(cycle(order), count)
    ]


def run(recipe: Recipe) -> Run:
    """A run like those that training leaves behind, but with made-up curves."""
    rng = np.random.default_rng(recipe.seed)
    digits = rng.integers(0, 256, (100, 784)).astype(np.uint8)
    labels = np.arange(100) % 10
    best = 0.05 + 0.05 * recipe.dropout + 0.02 * abs(np.log10(recipe.learning_rate / 0.002))
    best *= 1 + 0.3 * (recipe.optimizer == "sgd") + 8 / recipe.hidden_sizes[0]
    history = History()
    for step in range(1, EPOCHS * STEPS + 1):
        epoch = step / STEPS
        loss = best + 2.2 * np.exp(-epoch * 500 * recipe.learning_rate**0.7 / 10)
        noisy = loss * rng.uniform(0.7, 1.3)
        history.add(Step(step, epoch, noisy, 1 - noisy / 3, 0.0, recipe.learning_rate))
        if step % STEPS == 0:
            after = loss * rng.uniform(0.95, 1.05)
            numbers = (0.8 * loss, 1 - loss / 4, after, 1 - after / 3, 0.1, 0.9)
            confusion = np.eye(10, dtype=int)
            seconds = recipe.hidden_sizes[0] / 100
            history.add(
                Epoch(step // STEPS, step, seconds, *numbers, recipe.learning_rate, confusion, [])
            )
    state = start(recipe, Split(digits, labels, digits, labels))
    state.step, state.epoch, state.images_seen = step, EPOCHS, step * recipe.batch_size
    state.reason, state.message = "epochs", "It has trained to the end."
    state.seconds = EPOCHS * recipe.hidden_sizes[0] / 100
    return Run.of(state, history)


def median(repeat) -> float:
    """The median of the seconds that `repeat()` takes."""
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        repeat()
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))


def main() -> None:
    """Measure in an archive of its own and print a line for each."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "runs.sqlite")
        began = time.perf_counter()
        numbers = [archive.save(VISITOR, run(recipe)) for recipe in recipes(RUNS)]
        print(f"save: {1e3 * (time.perf_counter() - began) / RUNS:.1f} ms per run, made and saved")
        one = run(recipes(1)[0])
        update = median(lambda: archive.update(VISITOR, numbers[0], one, "running"))
        print(f"update: {1e3 * update:.1f} ms per run")
        listed = median(lambda: archive.list(VISITOR))
        verdict = "met" if listed < MOST_SECONDS else "MISSED"
        print(f"list: {listed:.4f} s for {RUNS} runs (bar: {MOST_SECONDS} s: {verdict})")
        opened = median(lambda: [archive.open(VISITOR, n) for n in numbers[:OPENED]])
        print(
            f"open: {opened:.3f} s for {OPENED} runs, {archive.list(VISITOR)[0].size:,} bytes each"
        )
        archive.close()


if __name__ == "__main__":
    main()
