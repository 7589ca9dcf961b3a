"""Several server processes behind a real nginx, as in `pages/ui/server/README.md`."""

import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from tests.benchmarks.server import NOT_A_USERS, ROOT, children, cpu_seconds, descendants

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
NO_NGINX = "needs nginx: apt-get install nginx-light"
CONFIGURATION = ROOT / "pages" / "ui" / "server" / "nginx.conf"


class Hall:
    """So many server processes and their proxy, from the start to the end of the `with` block."""

    def __init__(self, processes: int = 2, **environment: str):
        self.processes = processes
        self.port, self._first = _free_ports(1), _free_ports(processes)
        self.url = f"http://127.0.0.1:{self.port}"
        own = {"ANN_RUNS": ""} | environment
        self._environment = {k: v for k, v in os.environ.items() if k not in NOT_A_USERS} | own

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix="ann-lab-hall-")
            self._folder = Path(stack.enter_context(folder))
            if not self._environment["ANN_RUNS"]:
                self._environment["ANN_RUNS"] = str(self._folder / "runs.sqlite")
            self._log = stack.enter_context((self._folder / "log").open("a+"))
            module = [sys.executable, "-m", "pages.ui.server.processes", str(self.processes)]
            self._servers = self._start([*module, "--port", str(self._first)], stack)
            configuration = self._folder / "nginx.conf"
            configuration.write_text(self._adapted(CONFIGURATION.read_text(encoding="utf-8")))
            own = f"daemon off; pid {self._folder}/pid; error_log stderr crit;"
            own += " user root;" * (os.getuid() == 0)
            nginx = [NGINX, "-p", str(self._folder), "-c", str(configuration), "-g", own]
            self._proxy = self._start(nginx, stack)
            for port in (*self.ports, self.port):
                self._wait_for(port)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error) -> None:
        self._stack.close()

    @property
    def ports(self) -> range:
        """Those of the server processes."""
        return range(self._first, self._first + self.processes)

    @property
    def runs(self) -> Path:
        """The file of saved runs."""
        return Path(self._environment["ANN_RUNS"])

    @property
    def pids(self) -> set[int]:
        """The ids of the server processes that live now."""
        return children(self._servers.pid)

    def trainer(self) -> int:
        """The id of the server process that trains the only run; 0 if none does."""
        query = "SELECT process FROM leases JOIN servers ON server = servers.id WHERE active"
        with contextlib.closing(sqlite3.connect(self.runs)) as db:
            rows = db.execute(query).fetchall()
        return int(rows[0][0]) if len(rows) == 1 else 0

    def kill(self, pid: int) -> None:
        """End one of the server processes at once; its workers notice it themselves."""
        os.kill(pid, signal.SIGKILL)

    def wait_for_all(self, seconds: float = 60) -> None:
        """Wait until each of the server processes answers, also one that was started again."""
        for port in self.ports:
            self._wait_for(port, seconds)

    def log(self) -> str:
        """What all have printed so far."""
        self._log.flush()
        return (self._folder / "log").read_text()

    def cores(self) -> dict[str, float]:
        """The processor time so far, in seconds: of servers, their workers, and the proxy."""
        servers = self.pids
        workers = set().union(*map(descendants, servers)) - servers
        proxy = {self._proxy.pid, *descendants(self._proxy.pid)}
        parts = {"server": servers, "worker": workers, "proxy": proxy}
        return {name: sum(map(cpu_seconds, pids)) for name, pids in parts.items()}

    def _start(self, command: list[str], stack: ExitStack) -> subprocess.Popen:
        process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        stack.callback(_end, process)
        return process

    def _adapted(self, text: str) -> str:
        """The ready configuration, on other ports and with temporary files in our folder."""
        servers = "".join(f"server 127.0.0.1:{port} fail_timeout=3s;\n" for port in self.ports)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {self._folder}/{kind};\n" for kind in kinds)
        for pattern, put in (
            (r"listen 80 default_server;", f"listen 127.0.0.1:{self.port};"),
            (r"(server 127\.0\.0\.1:\d+ fail_timeout=3s;\s*)+", servers),
            (r"http \{", f"http {{\n{temporary}"),
        ):
            text, found = re.subn(pattern, put, text)
            assert found == 1, f"{pattern} stands {found} times in {CONFIGURATION.name}"
        return text

    def _wait_for(self, port: int, seconds: float = 60) -> None:
        health = f"http://127.0.0.1:{port}/_stcore/health"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._servers.poll() is None:
            with suppress(OSError), urllib.request.urlopen(health, timeout=5):
                return
            time.sleep(0.05)
        raise RuntimeError(f"port {port} does not answer: {self.log()[-2000:]}")


def _free_ports(number: int) -> int:
    """The first of so many ports in a row that are free now."""
    while True:
        with ExitStack() as stack:
            first = stack.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                for other in range(port + 1, port + number):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", other))
                return port


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
