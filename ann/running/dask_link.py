"""The connection to a Dask scheduler, kept up in the background.

Nobody waits for the network: a thread of its own connects, notices when the scheduler goes away,
tries again for as long as it takes, and counts the workers. All others only read what it found.
"""

import asyncio
import importlib.util
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import distributed

VARIABLE = "ANN_SCHEDULER"
SCHEMES = ("tcp", "tls", "ws", "wss")
CONNECT_SECONDS = 5.0  # for one attempt; also the longest that a call waits for a scheduler
LOOK_SECONDS = 0.1  # between two looks at the connection
RETRY_SECONDS = 2.0  # between two attempts
COUNT_EVERY = 50  # looks between two counts of the workers, which come and go
LOG = logging.getLogger(__name__)


class NoSchedulerError(RuntimeError):
    """The scheduler does not answer; the call may be sent again later."""


class OtherVersionError(RuntimeError):
    """A worker has other code than the server, so its results might not be the same bit for bit."""


class Link:
    """A connection to the scheduler at `address`, such as tcp://host:8786.

    Its thread calls `on_up` again and again while the scheduler is there, and `on_down` after every
    attempt that failed. `ValueError` if this is not an address, `RuntimeError` if Dask is not
    installed.
    """

    def __init__(
        self, address: str, on_up: Callable[[], None], on_down: Callable[[], None]
    ) -> None:
        self.address = checked(address)
        # A sentence on why nothing is computed now; empty if all is well. Pages show it, so it does
        # not give the address, which may contain a password. The log gives the rest.
        self.trouble = ""
        self.workers = 1  # how many calls are computed at the same time
        self._on_up, self._on_down = on_up, on_down
        self._client: distributed.Client | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ann-lab-scheduler", daemon=True)

    def open(self) -> None:
        """Begin to connect."""
        self._thread.start()

    @property
    def client(self) -> "distributed.Client | None":
        """Dask's client while the scheduler is there, else None."""
        client = self._client
        return client if client is not None and client.status == "running" else None

    def close(self, seconds: float) -> None:
        """Leave the scheduler. An attempt to connect that is under way ends by itself."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _work(self) -> None:
        while not self._closed.is_set():
            why = self._try()
            if not self._closed.is_set():
                self._say("The Dask scheduler does not answer.", why)
                self._on_down()
                self._closed.wait(RETRY_SECONDS)

    def _try(self) -> str:
        """Connect, and watch for as long as that lasts.

        Returns what is wrong, if it is more than that nobody is there.
        """
        try:
            client = self._connect()
            self._watch(client)
        except (OSError, ValueError) as error:  # nobody is there, or somebody else
            LOG.debug("no Dask scheduler: %s", error)
        except Exception as error:  # such as TLS without certificates: this thread must live on
            LOG.debug("no Dask scheduler", exc_info=True)
            return str(error) or type(error).__name__
        return ""

    def _connect(self) -> "distributed.Client":
        asyncio.run(asyncio.wait_for(_knock(self.address), CONNECT_SECONDS))
        client: distributed.Client = engine().Client(
            self.address, timeout=CONNECT_SECONDS, set_as_default=False
        )
        self._client = client
        return client

    def _watch(self, client: "distributed.Client") -> None:
        """Until the scheduler is gone, and Dask itself does not find it again, or until `close`."""
        looks = 0
        while client.status in ("running", "connecting") and not self._closed.is_set():
            if not self.client:
                self._say("The connection to the Dask scheduler is lost.")
            else:
                if looks % COUNT_EVERY == 0 or self.trouble:
                    self._count(client)
                self._on_up()
            looks += 1
            self._closed.wait(LOOK_SECONDS)
        with suppress(OSError):  # it does not answer this either
            client.close(timeout=1)

    def _count(self, client: "distributed.Client") -> None:
        try:
            # like Client.nthreads, which would wait forever
            found = client.sync(client.scheduler.ncores, callback_timeout=CONNECT_SECONDS)
        except OSError:
            self._say("The Dask scheduler does not answer.")
            return
        workers = sum(found.values())
        self.workers = max(workers, 1)
        self._say("" if workers else "The Dask cluster has no workers.")

    def _say(self, trouble: str, why: str = "") -> None:
        if trouble != self.trouble:
            where = f"{VARIABLE}={without_password(self.address)}"
            LOG.warning("%s (%s) %s", trouble or "The Dask cluster is ready.", where, why)
        self.trouble = trouble


def engine() -> ModuleType:
    """Dask's `distributed`, which is optional and takes a second to import."""
    import dask
    import distributed

    # The state of a large network is not a mistake that the log should report at every chunk.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "10GB"})
    module: ModuleType = distributed
    return module


async def _knock(address: str) -> None:
    """`OSError` if no scheduler answers. Dask's client would wait for an answer forever."""
    distributed = engine()
    arguments = distributed.Security().get_connection_args("client")
    comm = await distributed.comm.connect(address, timeout=CONNECT_SECONDS, **arguments)
    await comm.close()


def checked(address: str) -> str:
    """The address, if it can be one and Dask is installed.

    >>> checked("localhost:8786")
    Traceback (most recent call last):
    ValueError: ANN_SCHEDULER: 'localhost:8786' is not an address; use tcp://host:port, such as \
tcp://host:8786
    """
    try:
        parts = urlsplit(address)
        usable = parts.scheme in SCHEMES and parts.hostname and parts.port
    except ValueError:  # not a port
        usable = False
    shown = without_password(address)
    if not usable or parts.path:
        raise ValueError(
            f"{VARIABLE}: {shown!r} is not an address; use tcp://host:port, such as tcp://host:8786"
        )
    if importlib.util.find_spec("distributed") is None:
        raise RuntimeError(
            f"{VARIABLE} is {shown}, but Dask is not installed: pip install distributed"
        )
    return address


def without_password(address: str) -> str:
    """The address without a user's name and password, for the log and for messages.

    >>> without_password("tls://me:secret@host:8786"), without_password("host:8786")
    ('tls://host:8786', 'host:8786')
    """
    scheme, slashes, rest = address.rpartition("://")
    return scheme + slashes + rest.rpartition("@")[2]
