"""More than one machine: the executor of a Dask cluster, an existing engine.

Little is left to do here. Dask itself gives a chunk of a dead worker to another one, up to its
`allowed-failures` (three) times; after that the chunk counts as lost, and the job that sent it
sends it again, as on one machine. Dask's `retries` are not used: they repeat calls that raised an
error, and a pure function would raise it again. What the scheduler had when it went away is sent
again when it is back, or ends with `NoSchedulerError` if it does not come back soon. Workers that
lack the digits are sent them, once per machine, and the chunk goes out again. Workers that have
another version of the lab refuse, since a result must be the same wherever it is computed.
"""

import asyncio
import platform
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ann.running import find_data
from ann.running.dask_link import LOG, Link, NoSchedulerError, OtherVersionError, engine
from ann.version import version

if TYPE_CHECKING:
    import distributed

LEAVE_SECONDS = 2.0  # to say goodbye to the scheduler
MOST_DELIVERIES = 3  # of the digits, for one call: it may meet workers that have just joined
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(eq=False)
class Call:
    """A call on its way, and the future that its caller holds."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outcome: Future[Any] = field(default_factory=Future)
    deliveries: int = MOST_DELIVERIES


class ClusterExecutor(Executor):
    """Runs calls on the workers of the Dask scheduler at `address`, such as tcp://host:8786.

    It connects in the background; what is sent earlier waits. `ValueError` if this is not an
    address, `RuntimeError` if Dask is not installed (`pip install distributed`).
    """

    def __init__(self, address: str) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Call] = []
        self._porter = ThreadPoolExecutor(1, "ann-lab-cluster")
        self._left, self._version = False, version()
        self._link = Link(address, self._send_waiting, self._give_back_waiting)
        self._link.open()

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As for any executor.

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
        """How many calls the cluster computes at the same time, as of the last few seconds."""
        return self._link.workers

    @property
    def trouble(self) -> str:
        """A sentence on why nothing is computed now; empty if all is well."""
        return self._link.trouble

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; its workers keep running."""
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
            arguments = (self._version, call.function, *call.args)
            inner = client.submit(call_at_version, *arguments, pure=False, **call.kwargs)
            client.loop.add_callback(self._fetch, call, inner, client)
        except OSError:  # the scheduler has just gone
            self._hold(call)
        except Exception as error:
            call.outcome.set_exception(error)

    async def _fetch(
        self, call: Call, inner: "distributed.Future[Any]", client: "distributed.Client"
    ) -> None:
        """Wait for an outcome in Dask's own loop, and pass it on outside, so as to block nobody."""
        try:
            result = await client.gather(inner, asynchronous=True)
        except (Exception, asyncio.CancelledError) as error:
            if inner.status == "error":
                self._carry(self._failed, call, client, error)
            else:  # the call itself did not fail: it was lost on the way, with its scheduler
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

    def _carry(self, function: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        with suppress(RuntimeError):  # the cluster was left, and nobody waits any more
            self._porter.submit(function, *args, **kwargs)

    def _failed(self, call: Call, client: "distributed.Client", error: BaseException) -> None:
        """If a worker lacked the digits, bring them and send the call again; else report it."""
        if isinstance(error, find_data.DataMissingError) and call.deliveries:
            self._bring(error, call, client)
            return
        if isinstance(error, OtherVersionError):
            LOG.warning("%s", error)
        distributed = engine()
        lost = isinstance(error, (distributed.KilledWorker, distributed.comm.CommClosedError))
        call.outcome.set_exception(BrokenExecutor(str(error)) if lost else error)

    def _bring(
        self, missing: find_data.DataMissingError, call: Call, client: "distributed.Client"
    ) -> None:
        call.deliveries -= 1
        try:
            _send_data(client, missing.source)
        except Exception as error:  # such as a worker without room on its disk
            self._failed(call, client, error)
        else:
            self._send(call)


def call_at_version(wanted: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """On a worker: call the function, unless the worker has another version of the lab.

    The result would bear the server's version, and links promise it bit for bit.
    """
    if (here := version()) != wanted:
        raise OtherVersionError(
            f"the worker on {platform.node()} has another version of the lab ({here}) than the "
            f"server ({wanted}); give it the same one and restart it"
        )
    return function(*args, **kwargs)


def _send_data(client: "distributed.Client", source: find_data.Source) -> None:
    """Send the digits to each worker that lacks them; the workers of one machine share them."""
    here = client.run(find_data.is_here, source, on_error="ignore")
    for worker in (address for address, found in here.items() if not found):
        found = client.run(find_data.is_here, source, workers=[worker], on_error="ignore")
        if not any(found.values()):
            contents = find_data.read(source.folder)
            client.run(find_data.receive, source.fingerprint, contents, workers=[worker])
