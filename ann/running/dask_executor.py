"""More than one machine: the executor of a Dask cluster, an existing engine.

What is left to do here is small. Dask itself gives a chunk of a dead worker to another one, up to
its `allowed-failures` (three) times; after that the chunk counts as lost, and the job that sent it
sends it again, as on one machine. No `retries` are asked for: they repeat what raised an error, and
a pure function would raise it again. What the scheduler had when it went away is sent anew when it
is back, or ends with `NoSchedulerError` when it does not come back soon. Workers that lack the
digits are sent them, once a machine, and the chunk goes out again.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from ann.running import find_data
from ann.running.dask_link import Link, NoSchedulerError, engine

LEAVE_SECONDS = 2.0  # to say goodbye to the scheduler
MOST_DELIVERIES = 3  # of the digits, for one call: it may meet workers that have just come


@dataclass(eq=False)
class Call:
    """A call on its way, and the future of whoever made it."""

    function: Callable
    args: tuple
    kwargs: dict
    outcome: Future = field(default_factory=Future)
    deliveries: int = MOST_DELIVERIES


class ClusterExecutor(Executor):
    """Calls on the workers of the Dask scheduler at `address`, such as tcp://host:8786.

    It connects in the background: what is sent before waits. `ValueError` for what is no address,
    `RuntimeError` where Dask is not installed (`pip install distributed`).
    """

    def __init__(self, address: str):
        self._lock, self._waiting = threading.Lock(), []
        self._porter = ThreadPoolExecutor(1, "ann-lab-cluster")
        self._left = False
        self._link = Link(address, self._send_waiting, self._give_back_waiting)
        self._link.open()

    def submit(self, function: Callable, /, *args, **kwargs) -> Future:
        """As any executor.

        A call that Dask has lost ends with `BrokenExecutor`, one that found no scheduler with
        `NoSchedulerError`.
        """
        if self._left:
            raise RuntimeError("the cluster was left")
        call = Call(function, args, kwargs)
        call.outcome.set_running_or_notify_cancel()
        self._send(call)
        return call.outcome

    @property
    def workers(self) -> int:
        """How many calls the cluster computes at once, as of the last few seconds."""
        return self._link.workers

    @property
    def trouble(self) -> str:
        """A sentence on why nothing is computed now; empty if all is well."""
        return self._link.trouble

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; its workers stay."""
        self._left = True
        self._link.close(LEAVE_SECONDS if wait else 0)
        self._porter.shutdown(wait=False, cancel_futures=cancel_futures)
        self._give_back_waiting()

    def _send(self, call: Call) -> None:
        client = self._link.client
        if client is None:
            self._hold(call)
            return
        try:
            # pure=False: else Dask takes a call that is sent again for the one that failed
            inner = client.submit(call.function, *call.args, pure=False, **call.kwargs)
            client.loop.add_callback(self._fetch, call, inner, client)
        except OSError:  # the scheduler has just gone
            self._hold(call)
        except Exception as error:
            call.outcome.set_exception(error)

    async def _fetch(self, call: Call, inner, client) -> None:
        """Wait for an outcome in Dask's own loop, and hand it on outside, to hold up nobody."""
        try:
            result = await client.gather(inner, asynchronous=True)
        except (Exception, asyncio.CancelledError) as error:
            if inner.status == "error":
                self._carry(self._failed, call, client, error)
            else:  # no error of the call: it was lost on the way, with its scheduler
                self._hold(call)
        else:
            self._carry(call.outcome.set_result, result)

    def _hold(self, call: Call) -> None:
        """Send a call at the next look at the scheduler, if it is there."""
        with self._lock:
            self._waiting.append(call)

    def _send_waiting(self) -> None:
        for call in self._take_waiting():
            self._send(call)

    def _give_back_waiting(self) -> None:
        for call in self._take_waiting():
            call.outcome.set_exception(NoSchedulerError(self.trouble or "the cluster was left"))

    def _take_waiting(self) -> list[Call]:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    def _carry(self, function: Callable, *args) -> None:
        with suppress(RuntimeError):  # the cluster was left, and nobody waits any more
            self._porter.submit(function, *args)

    def _failed(self, call: Call, client, error: BaseException) -> None:
        """Where a worker lacked the digits, bring them and send again; else say what is wrong."""
        if isinstance(error, find_data.DataMissingError) and call.deliveries:
            self._bring(error, call, client)
            return
        distributed = engine()
        lost = isinstance(error, (distributed.KilledWorker, distributed.comm.CommClosedError))
        call.outcome.set_exception(BrokenExecutor(str(error)) if lost else error)

    def _bring(self, missing: find_data.DataMissingError, call: Call, client) -> None:
        call.deliveries -= 1
        try:
            _send_data(client, missing.source)
        except Exception as error:  # such as a worker without room on its disk
            self._failed(call, client, error)
        else:
            self._send(call)


def _send_data(client, source: find_data.Source) -> None:
    """The digits for each worker that lacks them; those of one machine share what came."""
    here = client.run(find_data.is_here, source, on_error="ignore")
    for worker in (address for address, found in here.items() if not found):
        one = {"workers": [worker], "on_error": "ignore"}
        if not any(client.run(find_data.is_here, source, **one).values()):
            contents = find_data.read(source.folder)
            client.run(find_data.receive, source.fingerprint, contents, workers=[worker])
