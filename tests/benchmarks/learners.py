"""How many learners can share one server: `python -m tests.benchmarks.learners --learners 1 4 16`.

For each number, a fresh server (`streamlit run app.py`, with full MNIST if it is found) gets this
many visitors. All of them press Start on the Train page and watch their curves, as often as the
server refreshes them. One more visitor trains nothing and moves a slider now and then; how long
that page takes to answer is what the others feel, too. The visitors (see `protocol.py`) draw
nothing, because every learner brings a computer for that. `classroom.py` does the measuring.

The speed of many learners is compared with that of two, who are measured first and last.
"""

import argparse
import asyncio
import json
import os
import statistics
from pathlib import Path

import data
from ann.recipe import Recipe
from ann.state import Split
from tests.benchmarks.bars import BASELINE, heading, row, verdicts
from tests.benchmarks.classroom import measure_class
from tests.benchmarks.server import Server, environment


def measure(n: int, seconds: float) -> dict:
    """A fresh server with n learners."""
    os.environ.update(environment())
    dataset = data.load()  # also writes the cache files that the server maps
    split = Split(*dataset.split(Recipe().validation_fraction))
    load = os.getloadavg()[0]
    with Server(**environment()) as server:
        result = asyncio.run(measure_class(server, n, seconds, len(split.train_x)))
    # without the states of trainings, which are files
    beyond = (result["memory"] - result["empty"]["own"]) / n
    return result | {"session_mb": beyond, "load": load, "dataset": dataset.name}


def plan(numbers: list[int]) -> list[int]:
    """The order to measure in: two learners first and last, the others from few to many.

    >>> plan([16, 1, 2])
    [2, 1, 16, 2]
    """
    others = sorted(set(numbers) - {BASELINE})
    return [BASELINE, *others, BASELINE] if others else [BASELINE]


def judge(results: list[dict]) -> None:
    """Add to each result its speed relative to two learners, and which bars it meets."""
    two = statistics.mean(r["total"] for r in results if r["learners"] == BASELINE)
    for result in results:
        result["against_two"] = result["total"] / two if two else float("nan")
        result["met"] = verdicts(result)


def main() -> None:
    """Measure each number of learners, print a table as it grows, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, nargs="+", default=[1, 4, 16, 32, 64])
    parser.add_argument("--seconds", type=float, default=20.0, help="at least, for each number")
    parser.add_argument("--out", default="learners.json")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load before the start {os.getloadavg()[0]:.1f}\n\n{heading()}")
    results = []
    for n in plan(options.learners):
        results.append(measure(n, options.seconds))
        judge(results)
        print(row(results[-1]), flush=True)
        report = {"cpu_count": os.cpu_count(), "results": results}
        Path(options.out).write_text(json.dumps(report, indent=1))
    print(f"\nRelative to the mean of both measurements of two learners:\n\n{heading()}")
    print("\n".join(map(row, results)))
    for result in results:
        for failure in sorted(set(result["failures"])):
            print(f"\n{result['learners']} learners: {failure}")


if __name__ == "__main__":
    main()
