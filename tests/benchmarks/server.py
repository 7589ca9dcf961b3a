"""The app as users start it, and its cost: processes, memory, processor time (Linux only)."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).parents[2]
FULL_MNIST = ROOT.parent / "shared" / "mnist"
TICK = os.sysconf("SC_CLK_TCK")
# Variables that a user would not have set. Some containers keep Python from storing compiled
# modules, which makes each start of a server 0.15 s slower.
NOT_A_USERS = ("ANN_DATA", "PYTHONDONTWRITEBYTECODE")


class Usage(NamedTuple):
    """What the server and its workers use: memory in MB, processor time so far in seconds."""

    rss: float  # all of the server's memory, including mapped files
    own: float  # the server's memory without files: what sessions and runs cost
    pss: float  # the server's memory, with shared memory divided among those who share it
    workers_pss: float  # the same for all other processes of the app
    cpu: float
    workers_cpu: float
    threads: int


class Server:
    """`streamlit run SCRIPT` on a free port, from the start to the end of the `with` block."""

    def __init__(
        self, script: str = "app.py", folder: Path = ROOT, gb: float = 0.0, **environment: str
    ):
        """With `gb`, no process of the server can have more memory than that (Linux)."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._script, self._folder = script, folder
        self._limit = ["prlimit", f"--as={gb * 1e9:.0f}"] if gb else []
        self._runs = tempfile.TemporaryDirectory(prefix="ann-lab-benchmark-")
        own = {"ANN_RUNS": str(Path(self._runs.name) / "runs.sqlite")}
        others = {k: v for k, v in os.environ.items() if k not in NOT_A_USERS}
        self._environment = others | own | environment

    def __enter__(self) -> Self:
        command = [*self._limit, sys.executable, "-m", "streamlit", "run", self._script]
        command += ["--server.headless", "true", "--server.port", str(self.port)]
        command += ["--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
        self._log = tempfile.TemporaryFile("a+")
        self._process = subprocess.Popen(
            command,
            cwd=self._folder,
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        self._runs.cleanup()

    def _wait(self, seconds: float = 60) -> None:
        """Wait until the server answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError(f"the server does not answer: {self.log()[-2000:]}")

    @property
    def runs(self) -> Path:
        """The file with all that it saves."""
        return Path(self._runs.name) / "runs.sqlite"

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the server and its workers at once, as a machine without memory does."""
        for pid in (self.pid, *descendants(self.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def log(self) -> str:
        """What the server has printed so far."""
        self._log.seek(0)
        return self._log.read()

    def usage(self) -> Usage:
        """The usage now. PSS takes the kernel some milliseconds, so don't ask often."""
        server, others = self._process.pid, descendants(self._process.pid)
        status = fields(server, "status")
        return Usage(
            rss=status["VmRSS"],
            own=status["RssAnon"],
            pss=fields(server, "smaps_rollup").get("Pss", float("nan")),
            workers_pss=sum(fields(pid, "smaps_rollup").get("Pss", 0.0) for pid in others),
            cpu=cpu_seconds(server),
            workers_cpu=sum(map(cpu_seconds, others)),
            threads=len(list(Path(f"/proc/{server}/task").iterdir())),
        )

    def own_memory(self) -> float:
        """The server's memory without files, in MB; quick to read."""
        return fields(self._process.pid, "status")["RssAnon"]


def environment() -> dict[str, str]:
    """The digits that ANN_DATA names, else MNIST beside the project, else the embedded ones."""
    if os.environ.get("ANN_DATA"):
        return {"ANN_DATA": os.environ["ANN_DATA"]}
    return {"ANN_DATA": str(FULL_MNIST)} if FULL_MNIST.is_dir() else {}


def fields(pid: int, file: str) -> dict[str, float]:
    """The lines `Name:  123 kB` of a file in /proc, in MB; empty if the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return {}
    return {
        k: int(v.split()[0]) / 1024 for k, _, v in (x.partition(":") for x in lines) if "kB" in v
    }


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used so far; 0 if it is gone."""
    stat = _stat(pid)
    return (int(stat[11]) + int(stat[12])) / TICK if stat else 0.0


def busy_seconds() -> float:
    """Processor time that all programs on the machine have used so far."""
    user, nice, system, _, _, irq, softirq, *_ = Path("/proc/stat").read_text().split()[1:11]
    return sum(map(int, (user, nice, system, irq, softirq))) / TICK


def descendants(pid: int) -> set[int]:
    """The ids of all descendants of a process."""
    parent = _parents()
    found, fresh = set(), {pid}
    while fresh:
        fresh = {child for child, above in parent.items() if above in fresh}
        found |= fresh
    return found


def children(pid: int) -> set[int]:
    """The ids of the processes that a process has started."""
    return {child for child, above in _parents().items() if above == pid}


def _parents() -> dict[int, int]:
    """The parent of each process."""
    stats = {int(f.name): _stat(int(f.name)) for f in Path("/proc").glob("[0-9]*")}
    return {pid: int(stat[1]) for pid, stat in stats.items() if stat}


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
