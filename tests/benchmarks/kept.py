"""How long 200 kept runs take to list, and 20 to open: `python -m tests.benchmarks.kept`.

Bar: 200 runs are listed in under a second. Networks are [128, 64] with full curves.
"""

import tempfile
import time
from pathlib import Path

import numpy as np

from ann.archive import Archive
from ann.events import Epoch, Step
from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start

RUNS, OPENED, REPEATS = 200, 20, 7
MOST_SECONDS = 1.0
VISITOR = 43 * "v"


def run(seed: int) -> Run:
    """A run as a training leaves it, without the training."""
    digits = np.random.default_rng(seed).integers(0, 256, (100, 784)).astype(np.uint8)
    labels = np.arange(100) % 10
    recipe = Recipe(seed=seed, epochs=20)
    history = History()
    for step in range(1, 4_001):
        history.add(Step(step, step / 200, 1 / step, 1 - 1 / step, 0.0, 0.001))
        if step % 200 == 0:
            numbers = (0.1, 0.9, 0.2, 0.8, 0.1, 0.9, 0.001, np.eye(10, dtype=int), [])
            history.add(Epoch(step // 200, step, 1.0, *numbers))
    return Run.of(start(recipe, Split(digits, labels, digits, labels)), history)


def median(repeat) -> float:
    """Seconds that `repeat()` takes."""
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        repeat()
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "runs.sqlite")
        began = time.perf_counter()
        numbers = [archive.keep(VISITOR, run(seed)) for seed in range(RUNS)]
        print(f"keep: {1e3 * (time.perf_counter() - began) / RUNS:.1f} ms a run, made and kept")
        one = run(0)
        update = median(lambda: archive.update(VISITOR, numbers[0], one, "running"))
        print(f"update: {1e3 * update:.1f} ms a run")
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
