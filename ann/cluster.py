"""More than one machine: the executor of a Dask cluster, an existing engine.

What is left to do here is small. Dask itself gives a chunk of a dead worker to another one, up to
its `allowed-failures` (three) times; after that, or when the scheduler is gone, the chunk counts as
lost and the job that sent it sends it again, as on one machine. No `retries` are asked for: they
repeat what raised an error, and a pure function would raise it again. Workers that lack the digits
are sent them, once a machine, and the chunk goes out again.
"""

import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import suppress

from ann import places

CONNECT_SECONDS = 10
COUNT_EVERY = 5.0  # seconds: workers come and go
MOST_DELIVERIES = 3  # of the digits, for one chunk: it may meet workers that have just come


class ClusterExecutor(Executor):
    """Calls on the workers of a Dask scheduler, such as tcp://host:8786.

    Needs `pip install distributed`. `RuntimeError` where that is missing or nobody answers.
    """

    def __init__(self, address: str):
        self._client, self._losses = _connect(address)
        # pure=False: else Dask takes a chunk that is sent again for the one that failed
        self._executor = self._client.get_executor(pure=False)
        # Dask calls back in its own loop, which must not be held up.
        self._porter = ThreadPoolExecutor(1, "ann-lab-cluster")
        self._counted, self._workers = float("-inf"), 1

    def submit(self, function: Callable, /, *args, **kwargs) -> Future:
        """As any executor; a call that Dask has lost ends with `BrokenExecutor`."""
        outer = Future()
        outer.set_running_or_notify_cancel()
        self._send(outer, (function, args, kwargs), MOST_DELIVERIES)
        return outer

    @property
    def alive(self) -> bool:
        """Whether the scheduler is there, or Dask still tries to reach it again."""
        return self._client.status in ("running", "connecting")

    @property
    def workers(self) -> int:
        """How many calls the cluster computes at once, as of the last few seconds."""
        if time.monotonic() - self._counted > COUNT_EVERY and self._client.status == "running":
            self._counted = time.monotonic()
            with suppress(OSError):  # if the scheduler is going, the last count will do
                self._workers = max(sum(self._client.nthreads().values()), 1)
        return self._workers

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; its workers stay."""
        self._client.close(timeout=CONNECT_SECONDS if wait else 1)
        self._porter.shutdown(wait=False, cancel_futures=cancel_futures)

    def _send(self, outer: Future, call: tuple, deliveries: int) -> None:
        function, args, kwargs = call
        try:
            inner = self._executor.submit(function, *args, **kwargs)
        except Exception as error:
            if self.alive:
                raise
            raise BrokenExecutor(f"the connection to the scheduler is closed: {error}") from error
        inner.add_done_callback(lambda done: self._carry(outer, done, call, deliveries))

    def _carry(self, *delivery) -> None:
        try:
            self._porter.submit(self._deliver, *delivery)
        except RuntimeError:  # shut down meanwhile
            delivery[0].set_exception(BrokenExecutor("the cluster was left"))

    def _deliver(self, outer: Future, inner: Future, call: tuple, deliveries: int) -> None:
        """Hand the outcome on; where a worker lacked the digits, bring them and send again."""
        try:
            result = inner.result()
        except places.DataMissingError as missing:
            self._bring(missing, outer, call, deliveries)
        except CancelledError:
            outer.set_exception(BrokenExecutor("the cluster dropped a chunk"))
        except Exception as error:
            lost = isinstance(error, self._losses)
            outer.set_exception(BrokenExecutor(str(error)) if lost else error)
        else:
            outer.set_result(result)

    def _bring(self, missing, outer: Future, call: tuple, deliveries: int) -> None:
        if not deliveries:
            outer.set_exception(missing)
            return
        try:
            self._send_data(missing.folder, missing.fingerprint)
            self._send(outer, call, deliveries - 1)
        except Exception as error:  # such as a worker without room on its disk
            lost = isinstance(error, (*self._losses, BrokenExecutor))
            outer.set_exception(BrokenExecutor(str(error)) if lost else error)

    def _send_data(self, folder: str, fingerprint: str) -> None:
        """The digits for each worker that lacks them; those of one machine share what came."""
        here = self._client.run(places.is_here, folder, fingerprint, on_error="ignore")
        for worker in (address for address, found in here.items() if not found):
            one = {"workers": [worker], "on_error": "ignore"}
            if not any(self._client.run(places.is_here, folder, fingerprint, **one).values()):
                contents = places.read(folder)
                self._client.run(places.receive, fingerprint, contents, workers=[worker])


def _connect(address: str):
    """A client of the scheduler, and the exceptions by which Dask says that a call was lost."""
    try:
        import dask
        from distributed import Client, KilledWorker
        from distributed.comm import CommClosedError
    except ImportError:
        raise RuntimeError(
            f"ANN_SCHEDULER is {address}, but Dask is not installed: pip install distributed"
        ) from None
    # A state of a large network is no mistake, and no news for the log at every chunk.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "10GB"})
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:  # nobody there, or no address at all
        raise RuntimeError(f"no Dask scheduler answers at {address} ({error})") from error
    return client, (KilledWorker, CommClosedError)
