"""The executor that chunks of training run on: a pool of worker processes, or a Dask cluster.

Processes, not threads: small NumPy calls let go of the interpreter lock and wait to get it back, so
threads that train would also make the server's own thread wait. Workers are started by a fork
server, as forking a process with threads is not safe. Each has one BLAS thread, which is fastest
for layers of this size, and a lower priority than the server, so that pages stay quick.
"""

import multiprocessing
import os
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import ParamSpec, TypeVar

from ann.running.budget import Claim
from ann.running.dask_executor import ClusterExecutor
from ann.running.dask_link import VARIABLE
from ann.running.limits import WORKERS
from ann.running.seats import Seats
from ann.running.state_file import make_folder

if sys.platform == "win32":  # which has no fork server
    from multiprocessing.context import SpawnContext as StartContext
    from multiprocessing.context import SpawnProcess as StartProcess
    from multiprocessing.popen_spawn_win32 import Popen
else:
    from multiprocessing.context import ForkServerContext as StartContext
    from multiprocessing.context import ForkServerProcess as StartProcess
    from multiprocessing.popen_forkserver import Popen

NICE = 10  # how far workers stand back behind the server: 0 not at all, 19 as far as possible
WORKER_VARIABLES = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Linux: put arrays of up to 32 MB into memory that was used before. Fresh memory, which the kernel
# clears page by page, took a tenth of a chunk's time for large networks.
WORKER_VARIABLES |= {"MALLOC_MMAP_THRESHOLD_": f"{1 << 25}", "MALLOC_TRIM_THRESHOLD_": f"{1 << 27}"}
_starting = threading.RLock()
P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """An executor that is replaced when one of its workers dies.

    `make` returns a fresh executor; by default worker processes on this machine, or the Dask
    cluster that the environment variable ANN_SCHEDULER names.
    """

    def __init__(self, make: Callable[[], Executor] | None = None) -> None:
        self._make = make or default_executor
        self._lock = threading.Lock()
        self._executor = self._make()
        self._busy, self._closed = 0, False
        self.seats = Seats()  # as many as there are trainings; a `Share` has its own
        local = isinstance(self._executor, ProcessPoolExecutor)
        self._folder = make_folder() if local else None

    def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send a call to a worker; a broken executor is replaced first."""
        executor = self._executor
        try:
            future = executor.submit(function, *args, **kwargs)
        except (BrokenExecutor, RuntimeError):
            self.replace(executor)
            future = self._executor.submit(function, *args, **kwargs)
        self._count(1)
        future.add_done_callback(lambda done: self._count(-1))
        return future

    def claim(self, size: int) -> Claim:
        """Memory for a training, without a limit; a `Share` has one."""
        return Claim(size)

    def _count(self, change: int) -> None:
        with self._lock:
            self._busy += change

    @property
    def folder(self) -> str | None:
        """Where states are left for the workers; None if they can't see this machine's files."""
        return self._folder.name if self._folder else None

    def new_folder(self) -> str | None:
        """A folder in there for the states of one training; None as for `folder`.

        `folder` itself is made again if it has gone: when a user logs out, systemd removes their
        files from /dev/shm, though the server may keep running (RemoveIPC); and where the states
        are on a disk, somebody may clean up there.
        """
        folder = self.folder
        if folder is None:
            return None
        with self._lock:
            if not self._closed:
                Path(folder).mkdir(mode=0o700, exist_ok=True)
        return tempfile.mkdtemp(dir=folder)

    @property
    def busy(self) -> int:
        """How many calls are with the workers or wait for one: about one for each training."""
        return self._busy

    def replace(self, broken: Executor) -> None:
        """Put a fresh executor in the place of `broken`, unless somebody has already done so.

        After `shutdown` nothing is replaced: then `submit` raises `RuntimeError`.
        """
        with self._lock:
            if self._executor is broken and not self._closed:
                self._executor = self._make()
        broken.shutdown(wait=False)

    @property
    def workers(self) -> int:
        """How many calls are computed at the same time."""
        if isinstance(self._executor, ClusterExecutor):
            return self._executor.workers
        local: int = getattr(self._executor, "_max_workers", WORKERS)  # no public name
        return local

    @property
    def trouble(self) -> str:
        """A sentence on why nothing is computed now; empty if all is well."""
        return self._executor.trouble if isinstance(self._executor, ClusterExecutor) else ""

    @property
    def executor(self) -> Executor:
        """The current executor."""
        return self._executor

    def warm(self, workers: int | None = None) -> None:
        """Start the workers now, so that the first training need not wait for them."""
        for _ in range(workers or WORKERS):
            self.submit(os.getpid)

    def shutdown(self) -> None:
        """End the workers when their chunks are done; what waits in the queue is dropped."""
        with self._lock:
            self._closed = True
        self._executor.shutdown(wait=True, cancel_futures=True)
        if self._folder:
            self._folder.cleanup()


def default_executor() -> Executor:
    """A Dask cluster if ANN_SCHEDULER is set, else worker processes."""
    address = os.environ.get(VARIABLE)
    return ClusterExecutor(address) if address else process_executor()


def process_executor(workers: int | None = None) -> ProcessPoolExecutor:
    """Worker processes on this machine, by default one per core, or this server's part."""
    context = _QuietContext()
    if sys.platform != "win32":
        context.set_forkserver_preload(["ann.running.chunk"])
    return ProcessPoolExecutor(workers or WORKERS, context, _settle_worker)


def _settle_worker() -> None:
    """Stand back behind the server, and end when it does, even if it is killed."""
    if sys.platform != "win32":
        os.nice(NICE)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)


@contextmanager
def _quiet_start() -> Iterator[None]:
    """While a worker is started: give it one BLAS thread, and hide the server's main script.

    A new process imports the main module of its parent. Under Streamlit that is the app's script,
    which would run once more in every worker. So an empty module takes its place meanwhile.
    """
    with _starting:
        main, before = sys.modules["__main__"], {v: os.environ.get(v) for v in WORKER_VARIABLES}
        sys.modules["__main__"] = types.ModuleType("__main__")
        os.environ.update(WORKER_VARIABLES)
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


class _QuietProcess(StartProcess):
    """A process that starts quietly."""

    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Popen:  # noqa: N802, multiprocessing's name
        with _quiet_start():
            return StartProcess._Popen(process_obj)


class _QuietContext(StartContext):
    """A start method whose processes start quietly."""

    Process = _QuietProcess
