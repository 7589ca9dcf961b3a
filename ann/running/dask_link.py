"""The connection to a Dask scheduler, kept up in the background.

Nobody waits for a network: a thread of its own connects, sees when the scheduler goes away, tries
again for as long as it takes, and counts the workers. All others only look at what it found.
"""

import asyncio
import importlib.util
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

VARIABLE = "ANN_SCHEDULER"
SCHEMES = ("tcp", "tls", "ws", "wss")
CONNECT_SECONDS = 5.0  # for one attempt, and the longest that a call waits for a scheduler
LOOK_SECONDS = 0.1  # between two looks at the connection
RETRY_SECONDS = 2.0  # between two attempts
COUNT_EVERY = 50  # looks between two counts of the workers, which come and go
LOG = logging.getLogger(__name__)


class NoSchedulerError(RuntimeError):
    """The scheduler does not answer; the call may be sent again later."""


class Link:
    """A connection to the scheduler at `address`, such as tcp://host:8786.

    Its thread calls `on_up` again and again while it is there, and `on_down` after every attempt
    that failed.
    `ValueError` for what is no address, `RuntimeError` where Dask is not installed.
    """

    def __init__(self, address: str, on_up: Callable[[], None], on_down: Callable[[], None]):
        self.address = checked(address)
        self.trouble = ""  # a sentence on why nothing is computed now; empty if all is well
        self.workers = 1  # how many calls are computed at once
        self._on_up, self._on_down = on_up, on_down
        self._client, self._closed = None, threading.Event()
        self._thread = threading.Thread(target=self._work, name="ann-lab-scheduler", daemon=True)

    def open(self) -> None:
        """Begin to connect."""
        self._thread.start()

    @property
    def client(self):
        """Dask's client while the scheduler is there, else None."""
        client = self._client
        return client if client is not None and client.status == "running" else None

    def close(self, seconds: float) -> None:
        """Leave the scheduler; an attempt to connect that is under way ends by itself."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _work(self) -> None:
        while not self._closed.is_set():
            why = self._try()
            if not self._closed.is_set():
                self._say(f"The Dask scheduler at {self.address} does not answer{why}.")
                self._on_down()
                self._closed.wait(RETRY_SECONDS)

    def _try(self) -> str:
        """Connect, and watch as long as that lasts; what is wrong, if it is not plain absence."""
        try:
            self._connect()
            self._watch()
        except (OSError, ValueError) as error:  # nobody there, or somebody else
            LOG.debug("no Dask scheduler: %s", error)
        except Exception as error:  # TLS without certificates, say: without this thread, all wait
            LOG.debug("no Dask scheduler", exc_info=True)
            return f" ({error or type(error).__name__})"
        return ""

    def _connect(self) -> None:
        asyncio.run(asyncio.wait_for(_knock(self.address), CONNECT_SECONDS))
        self._client = engine().Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)

    def _watch(self) -> None:
        """Until the scheduler is gone, and Dask itself does not find it again, or until `close`."""
        looks = 0
        while self._client.status in ("running", "connecting") and not self._closed.is_set():
            if not self.client:
                self._say(f"The connection to the Dask scheduler at {self.address} is lost.")
            else:
                if looks % COUNT_EVERY == 0 or self.trouble:
                    self._count()
                self._on_up()
            looks += 1
            self._closed.wait(LOOK_SECONDS)
        with suppress(OSError):  # it does not answer this either
            self._client.close(timeout=1)

    def _count(self) -> None:
        try:
            # as Client.nthreads, which would wait for ever
            found = self._client.sync(
                self._client.scheduler.ncores, callback_timeout=CONNECT_SECONDS
            )
        except OSError:
            self._say(f"The Dask scheduler at {self.address} does not answer.")
            return
        workers = sum(found.values())
        self.workers = max(workers, 1)
        self._say("" if workers else f"The Dask cluster at {self.address} has no workers.")

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble:
            LOG.warning("%s", trouble or f"The Dask cluster at {self.address} is there.")
        self.trouble = trouble


def engine():
    """Dask's `distributed`, which is optional and takes a second to import."""
    import dask
    import distributed

    # A state of a large network is no mistake, and no news for the log at every chunk.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "10GB"})
    return distributed


async def _knock(address: str) -> None:
    """`OSError` if no scheduler greets back. Dask's client would wait for ever for a greeting."""
    distributed = engine()
    arguments = distributed.Security().get_connection_args("client")
    comm = await distributed.comm.connect(address, timeout=CONNECT_SECONDS, **arguments)
    await comm.close()


def checked(address: str) -> str:
    """The address, if it can be one and Dask is there to use it.

    >>> checked("localhost:8786")
    Traceback (most recent call last):
    ValueError: ANN_SCHEDULER: 'localhost:8786' is no address; needs tcp://host:port, such as \
tcp://host:8786
    """
    try:
        parts = urlsplit(address)
        usable = parts.scheme in SCHEMES and parts.hostname and parts.port
    except ValueError:  # a port that is none
        usable = False
    if not usable or parts.path:
        raise ValueError(
            f"{VARIABLE}: {address!r} is no address; needs tcp://host:port, such as tcp://host:8786"
        )
    if importlib.util.find_spec("distributed") is None:
        raise RuntimeError(
            f"{VARIABLE} is {address}, but Dask is not installed: pip install distributed"
        )
    return address
