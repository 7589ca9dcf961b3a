"""Several server processes on one machine, behind a proxy: `python -m pages.ui.server.processes 2`.

They share the saved runs and the cores, and divide what all visitors together may take. A process
that ends is started again; its visitors' tabs have gone to another one by then (see `nginx.conf`).
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from ann.running.limits import MOST_PROCESSES

ROOT = Path(__file__).parents[3]
FIRST_PORT = 8501
LOOK_SECONDS = 0.2  # between two looks whether one has ended
SHORT_SECONDS = 20.0  # of a life; a process that ends so soon again and again can't be started
MOST_TRIES = 3
END_SECONDS = 30.0  # to save what is being trained, when all end


class Process:
    """A server on one port, which is started again when it ends."""

    def __init__(self, port: int, environment: Mapping[str, str]) -> None:
        self.port, self._environment = port, environment
        self._command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        self._command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
        self._command += ["--server.headless", "true"]
        self._short_lives = 0
        self._start()

    def _start(self) -> None:
        self._began = time.monotonic()
        # a group of its own: Ctrl-C is for `main`, which ends all in order
        self._running = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, start_new_session=True
        )

    def look(self) -> None:
        """Start the server again if it has ended. `RuntimeError` if that does not help."""
        if self._running.poll() is None:
            return
        short = time.monotonic() - self._began < SHORT_SECONDS
        self._short_lives = self._short_lives + 1 if short else 0
        what = f"The server on port {self.port} has ended with {self._running.returncode}"
        if self._short_lives >= MOST_TRIES:
            raise RuntimeError(f"{what}, {MOST_TRIES} times within {SHORT_SECONDS:.0f} s.")
        print(f"{what}. It is started again.", file=sys.stderr, flush=True)
        self._start()

    def end(self) -> None:
        """Ask it to save what is being trained, and to end."""
        self._running.terminate()

    def wait(self) -> None:
        """Wait until it has ended."""
        try:
            self._running.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._running.kill()


def environment(number: int, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of each of them.

    >>> environment(2, {})
    {'ANN_PROXY': '127.0.0.1', 'ANN_PROCESSES': '2'}
    """
    return {"ANN_PROXY": "127.0.0.1", **given, "ANN_PROCESSES": str(number)}


def _leave(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run until Ctrl-C, or until one of them can't be started."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("number", type=int, nargs="?", default=os.cpu_count() or 1)
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="of the first; others follow")
    options = parser.parse_args()
    if not 1 <= options.number <= MOST_PROCESSES:
        parser.error(f"number: {options.number} is not from 1 to {MOST_PROCESSES}")
    signal.signal(signal.SIGTERM, _leave)
    shared = environment(options.number)
    ports = range(options.port, options.port + options.number)
    processes = [Process(port, shared) for port in ports]
    try:
        while True:
            time.sleep(LOOK_SECONDS)
            for process in processes:
                process.look()
    except KeyboardInterrupt:
        pass
    except RuntimeError as error:
        sys.exit(str(error))
    finally:
        for process in processes:
            process.end()
        for process in processes:
            process.wait()


if __name__ == "__main__":
    main()
