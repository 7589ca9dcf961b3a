"""A long round: `python -m tests.fuzz [--seconds N] [--seed S] [NAME ...]`.

Each fuzzer runs in a process of its own with limited memory, so neither a crash nor a hunger for
memory harms the others or the machine. The exit status is 1 if anything was found.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from tests.fuzz.all import FUZZERS
from tests.fuzz.fuzzer import FindingError, fuzz, limit_memory

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run the named fuzzers, or all; print a line for each."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__.splitlines()[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FUZZERS)}")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each fuzzer")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    unknown = set(options.names) - set(FUZZERS)
    if unknown:
        parser.error(f"no fuzzer {', '.join(sorted(unknown))}; there are {', '.join(FUZZERS)}")
    if options.inside:
        return inside(options)
    failed = 0
    for name in options.names or FUZZERS:
        failed |= outside(name, options) != 0
    return failed


def outside(name: str, options: argparse.Namespace) -> int:
    """Run one fuzzer in a child; its exit status."""
    command = [sys.executable, "-m", "tests.fuzz", "--inside", name, "--seed", str(options.seed)]
    command += ["--first", str(options.first), "--seconds", str(options.seconds)]
    with tempfile.TemporaryDirectory(prefix="ann-lab-fuzz-") as folder:
        own = {"ANN_RUNS": str(Path(folder) / "runs.sqlite"), "OPENBLAS_NUM_THREADS": "1"}
        status = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}).returncode
    if status < 0:
        print(f"{name}: the process was ended by signal {-status}", flush=True)
    return status


def inside(options: argparse.Namespace) -> int:
    """Run one fuzzer in this process, whose memory is limited."""
    (name,) = options.names
    limit_memory(FUZZERS[name].megabytes)
    try:
        tally = fuzz(FUZZERS[name], options.seed, options.seconds, options.first)
    except FindingError as found:
        print(f"{name}: FOUND\n{found}\n", flush=True)
        traceback.print_exception(found.__cause__)
        return 1
    print(
        f"{name}: {tally.refused:,} refused, {tally.accepted:,} accepted, "
        f"slowest {tally.slowest:.2f} s",
        flush=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
