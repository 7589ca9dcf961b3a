"""How fast ANN Lab trains compared with its peers: `python -m tests.benchmarks.speed`.

In each of several rounds, all contenders train for one epoch and then measure loss and accuracy on
the validation digits, one after another, so that a machine that slows down slows all of them down.
The result is the median over the rounds of the ratio of times. Peers that are not installed are
left out; `--venv FOLDER` installs them there first (requirements.txt, about 3 GB) and takes that
Python. Needs full MNIST, or another data set that ANN_DATA names.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

import data
from tests.benchmarks.contenders import CONTENDERS, CPU_TIME, DATA
from tests.benchmarks.tasks import GRIDS, Task, grid, most_of

NEEDS = {
    "torch": ("torch",),
    "keras_tensorflow": ("keras", "tensorflow"),
    "keras_jax": ("keras", "jax"),
    "jax": ("jax",),
}
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


class Contender:
    """A process that trains for an epoch when asked."""

    def __init__(self, name: str, threads: int, cpu_time: bool):
        count = str(threads)
        variables = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        variables += ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
        environment = os.environ | dict.fromkeys(variables, count)
        environment["KERAS_BACKEND"] = "jax" if "jax" in name else "tensorflow"
        environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
        if cpu_time:
            environment[CPU_TIME] = "1"
        environment["XLA_FLAGS"] = (
            f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'} "
            f"intra_op_parallelism_threads={threads}"
        )
        command = [sys.executable, "-m", "tests.benchmarks.contenders", name]
        if threads == 1 and hasattr(os, "sched_setaffinity"):
            command = ["taskset", "-c", "0", *command]  # some peers start more threads anyway
        self.name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def ask(self, request):
        """Send one line and wait for the reply; None if the process is gone."""
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        return json.loads(line) if line else None

    def close(self):
        """End the process."""
        self._process.kill()
        self._process.wait()


def installed(name: str) -> bool:
    """Whether the libraries that a contender needs can be imported."""
    needs = next((modules for start, modules in NEEDS.items() if name.startswith(start)), ())
    return all(importlib.util.find_spec(module) for module in needs)


def begin_again(folder: Path, arguments: list[str]) -> None:
    """Run this benchmark with the Python in `folder`, where the peers are installed first.

    It takes the place of this process.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS]
    subprocess.run(list(map(str, install)), check=True)
    os.execv(python, [str(python), "-m", "tests.benchmarks.speed", *arguments])


def race(contenders: list[Contender], task, rounds: int) -> dict[str, list[float]]:
    """Seconds per epoch, one value per round, for each contender that can do the task."""
    able = [c for c in contenders if c.ask(task.to_json())]
    for contender in able:
        contender.ask(None)  # warm up: compile, fill caches
    times = {c.name: [] for c in able}
    for _ in range(rounds):
        for contender in able:
            times[contender.name].append(contender.ask(None)["seconds"])
    return times


def ratios(times: dict[str, list[float]]) -> dict[str, float]:
    """Our time divided by each peer's: the median over the rounds."""
    ours = times["ann_lab"]
    return {
        name: statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        for name, theirs in times.items()
        if name != "ann_lab"
    }


def main() -> None:
    """Run a grid, print a table as it grows, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grid", default="bars", choices=GRIDS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--digits", type=int, default=60_000)
    parser.add_argument("--only", nargs="*", help="contenders besides ann_lab; default: all")
    parser.add_argument(
        "--cpu-time", action="store_true", help="count processor seconds: for a busy machine"
    )
    parser.add_argument("--out", default="speed.json")
    parser.add_argument("--venv", type=Path, help="a folder for the peers, made if it is not there")
    options = parser.parse_args()
    if options.venv and options.venv.resolve() != Path(sys.prefix).resolve():
        begin_again(options.venv, sys.argv[1:])
    try:
        data.load(DATA)  # also writes the cache files, before contenders open them
    except data.DataError as error:
        parser.error(str(error))
    wanted = options.only if options.only is not None else list(CONTENDERS)
    names = ["ann_lab"] + [n for n in wanted if n != "ann_lab" and installed(n)]
    contenders = [Contender(name, options.threads, options.cpu_time) for name in names]
    load = os.getloadavg()[0]
    print(
        f"{options.threads} thread(s), load before the start {load:.1f}; ours / theirs, in bold "
        "where a bar is missed",
        flush=True,
    )
    print("| network, batch, optimizer | ours, s | " + " | ".join(names[1:]) + " |")
    print("| --- " * (len(names) + 1) + "|", flush=True)
    results = []
    try:
        for task in grid(options.grid, options.threads, options.digits):
            times = race(contenders, task, options.rounds)
            found = ratios(times)
            cells = [cell(task, n, found[n]) if n in found else "" for n in names[1:]]
            ours = statistics.median(times["ann_lab"])
            print(f"| {task.name} | {ours:.3f} | " + " | ".join(cells) + " |", flush=True)
            results.append({"task": task.to_json(), "seconds": times, "ratios": found})
            report = {"load_before": load, "cpu_count": os.cpu_count(), "results": results}
            Path(options.out).write_text(json.dumps(report, indent=1))
    finally:
        for contender in contenders:
            contender.close()
    print(verdict(results))


def cell(task: Task, peer: str, ratio: float) -> str:
    """A ratio in the table, in bold if it misses its bar."""
    most = most_of(task, peer)
    return f"**{ratio:.2f}**" if most is not None and ratio > most else f"{ratio:.2f}"


def verdict(results: list[dict]) -> str:
    """How many bars are met, and which are missed by how much."""
    met, missed = 0, []
    for result in results:
        task = Task.from_json(result["task"])
        for peer, ratio in result["ratios"].items():
            most = most_of(task, peer)
            if most is None or ratio <= most:
                met += most is not None
            else:
                missed.append(f"{task.name}: {ratio:.2f} of {peer}, at most {most}")
    return "\n".join([f"\n{met} bars met, {len(missed)} missed", *missed])


if __name__ == "__main__":
    main()
