"""What a job costs on top of its training loop: `python -m tests.benchmarks.job`.

For every chunk, a job of the app sends its state to a worker and back; it also keeps a history,
which its page reads. In turns with it, the same worker trains in a bare loop. Reported are the
ratio of their images per second, as the median over the rounds, and the memory that a run adds to
the worker. This is the worst case, a single job: with several, one trains while another travels.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import data
from ann.events import Step
from ann.recipe import Recipe
from ann.running.chunk import open_split
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool, process_executor
from ann.state import Split, State, start
from ann.train import train
from tests.benchmarks.server import environment, fields

LOOK_EVERY = 0.01  # seconds between two looks at the job, and at the worker's memory


def bare(state: State, source: Source, seconds: float) -> float:
    """Images per second of the bare loop, in a worker."""
    steps, began = 0, time.perf_counter()
    for event in train(state, open_split(source)):
        steps += isinstance(event, Step)
        if time.perf_counter() - began > seconds:
            break
    return steps * state.recipe.batch_size / (time.perf_counter() - began)


def as_job(pool: Pool, state: State, source: Source, seconds: float, watch: Callable) -> float:
    """Images per second of a job that a page looks at, from its first new chunk to its last."""
    job = Job(pool, state, source)
    job.resume()
    known, news = job.revision, []
    while not news or news[-1][0] - news[0][0] < seconds:
        time.sleep(LOOK_EVERY)
        watch()
        if job.revision != known:
            known, now = job.revision, time.perf_counter()
            news.append((now, job.view().state.images_seen))
    job.finish()
    (began, first), (ended, last) = news[0], news[-1]
    return (last - first) / (ended - began)


def settle(executor: Executor) -> int:
    """Wait until the worker is idle; returns its process id."""
    return executor.submit(os.getpid).result()


def measure(recipe: Recipe, seconds: float, rounds: int) -> dict:
    """The speeds of both, measured in turns, and the MB that a run adds to the worker."""
    os.environ.update(environment())
    digits = data.load()
    split = Split(*digits.split(recipe.validation_fraction))
    source = Source(str(digits.folder), digits.fingerprint, len(split.train_x))
    pool = Pool(lambda: process_executor(1))
    try:
        worker = settle(pool.executor)
        before = fields(worker, "status")["RssAnon"]
        most, loops, jobs = [before], [], []
        watch = lambda: most.append(fields(worker, "status")["RssAnon"])  # noqa: E731
        for _ in range(rounds):
            jobs.append(as_job(pool, start(recipe, split), source, seconds, watch))
            settle(pool.executor)
            loops.append(pool.submit(bare, start(recipe, split), source, seconds).result())
    finally:
        pool.shutdown()
    return {
        "dataset": digits.name,
        "hidden_sizes": recipe.hidden_sizes,
        "batch_size": recipe.batch_size,
        "job": jobs,
        "loop": loops,
        "ratio": statistics.median(j / b for j, b in zip(jobs, loops, strict=True)),
        "run_mb": max(most) - before,
        "load": os.getloadavg()[0],
    }


def main() -> None:
    """Measure three networks, print a row for each, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="per turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", default="job.json")
    options = parser.parse_args()
    print("| network, batch | loop, images/s | job / loop | MB that a run adds to the worker |")
    print("| --- | --- | --- | --- |", flush=True)
    results = []
    for sizes, batch in (((10,), 64), ((128, 64), 64), ((512, 256), 256)):
        recipe = Recipe(hidden_sizes=sizes, batch_size=batch, epochs=1000)
        result = measure(recipe, options.seconds, options.rounds)
        results.append(result)
        speed = statistics.median(result["loop"])
        cells = f"{list(sizes)}, {batch} | {speed:,.0f} | {result['ratio']:.0%}"
        print(f"| {cells} | {result['run_mb']:.0f} |", flush=True)
        Path(options.out).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    from tests.benchmarks import job  # under this name the worker can import `bare`

    job.main()
