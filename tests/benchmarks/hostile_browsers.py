"""What one hostile browser may do: each scenario is a class with an `attack` that never ends."""

import asyncio
import base64
import contextlib
import http.client
import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Callable

import numpy as np
from PIL import Image

from ann.history import History
from ann.network import Network
from ann.recipe import Recipe
from ann.run import Run
from ann.saving.checkpoint import save_run
from ann.scaling import Scaling
from tests.benchmarks.protocol import Visitor, browser_headers
from tests.benchmarks.server import Server

TABS = 20
LARGE = "hidden_sizes=512-256&epochs=1000"
# 200 trials with five seeds each, drawn from as many values as there are.
LARGEST_SWEEP = (
    f"{LARGE}&search=learning_rate~0.0001~0.001~0.01~0.1~~dropout~0.1~0.2~0.3~0.5"
    "~~l2~0.0001~0.001~0.01&trials=200&seeds=5"
)
MOST_UPLOADS, MOST_PICTURES = 400, 100  # so that one benchmark is bounded


class Hostile:
    """A browser with many tabs. `done` counts what it did, `told` is what pages answered."""

    page, query, tabs = "sweep", LARGEST_SWEEP, TABS
    press = "sweep.start"
    fresh_cookies = False
    address = "10.0.0.66"
    behind_one_proxy = False  # whether the learners come from the same address

    def __init__(self, server: Server) -> None:
        self.port = server.port
        self.done: Counter[str] = Counter()
        self.told: list[str] = []
        self._stack = contextlib.AsyncExitStack()
        self._cookie = ""

    async def attack(self) -> None:
        """Open the tabs one after another, and go on in each."""
        async with asyncio.TaskGroup() as group:
            for number in range(self.tabs):
                group.create_task(self._tab(number))
                await asyncio.sleep(0.1)

    async def leave(self) -> None:
        """Close all tabs."""
        with contextlib.suppress(Exception):
            await self._stack.aclose()

    async def _tab(self, number: int) -> None:
        try:
            visitor = await self._open()
            while True:
                await self.act(visitor)
                self.told += [text[:160] for text in visitor.alerts]
                visitor.alerts.clear()
        except Exception as error:
            self.done[f"{type(error).__name__}: {str(error)[:80]}"] += 1

    async def _open(self) -> Visitor:
        if self.fresh_cookies or not self._cookie:
            self._cookie = await asyncio.to_thread(cookie_of, self.port, self.address)
        tab = Visitor(self.port, self.page, self.query, cookie=self._cookie, address=self.address)
        visitor = await self._stack.enter_async_context(tab)
        await visitor.ask(timeout=60)
        self.done["tabs"] += 1
        return visitor

    async def act(self, visitor: Visitor) -> None:
        """Start, and start again whenever that is possible."""
        with contextlib.suppress(LookupError, TimeoutError):
            await visitor.ask(press=self.press, timeout=30)
            self.done["starts"] += 1
        await asyncio.sleep(2)


class Tabs(Hostile):
    """Many tabs of one cookie, each starting the largest sweep."""


class Cookies(Hostile):
    """The same, each tab with a fresh cookie."""

    fresh_cookies = True


class Proxy(Cookies):
    """The same, from the address that all learners come from: no one can tell who is who."""

    behind_one_proxy = True


class Networks(Hostile):
    """The largest networks, as many as there is memory for."""

    page, query, press = "train", "hidden_sizes=4096-4096&epochs=1000", "train.start"


class Steps(Hostile):
    """The longest steps."""

    page, press, tabs = "train", "train.start", 4
    query = "hidden_sizes=4096-4096&batch_size=7000&epochs=1000"


class Uploads(Hostile):
    """Runs that are small as files and large when unpacked, with many cookies."""

    page, query, tabs, fresh_cookies = "runs", "", 4, True

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._file = packed_run()
        self._numbers = itertools.count()

    async def act(self, visitor: Visitor) -> None:
        """Upload a run and add it to the saved ones."""
        number = next(self._numbers)
        if number >= MOST_UPLOADS:
            await asyncio.sleep(3600)
        status = await asyncio.to_thread(
            put, self.port, self.address, visitor.session, f"f{number}", self._file
        )
        self.done[f"uploads answered with {status}"] += 1
        boxes = [name for name in visitor.components if "-runs.upload." in name]
        if boxes:
            box = max(boxes, key=lambda name: int(name.rpartition(".")[2]))
            await visitor.hand_in(box.rpartition("-")[2], f"f{number}", len(self._file), timeout=60)
            self.done["runs handed in"] += 1
        visitor.components -= set(boxes[:-1])
        await asyncio.sleep(0.05)


class Pictures(Hostile):
    """Pictures of 13,000 x 13,000 pixels, 660 KB each, as the content of the canvas."""

    page, query, tabs = "draw", "", 2

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._picture = large_picture()

    async def act(self, visitor: Visitor) -> None:
        """Send a picture; first train something, or there is no canvas."""
        if self.done["pictures"] >= MOST_PICTURES:
            await asyncio.sleep(3600)
        canvases = [name for name in visitor.components if "-draw.canvas." in name]
        if not canvases:
            with contextlib.suppress(LookupError):
                await visitor.ask(press="quick", timeout=60)
            await asyncio.sleep(3)
            await visitor.ask(timeout=60)
            return
        key = canvases[-1].rpartition("-")[2]
        drawing = {"raw": {"objects": []}, "data": self._picture}
        await visitor.report(key, {"drawing": drawing}, timeout=120)
        self.done["pictures"] += 1
        await asyncio.sleep(0.05)


SCENARIOS: dict[str, Callable[[Server], Hostile]] = {
    "tabs": Tabs,
    "cookies": Cookies,
    "proxy": Proxy,
    "networks": Networks,
    "steps": Steps,
    "uploads": Uploads,
    "pictures": Pictures,
}


def cookie_of(port: int, address: str) -> str:
    """The cookies that the server gives a browser without any."""
    headers = {"Accept": "text/html", **browser_headers("", address)}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/", headers=headers)
        answer = connection.getresponse()
        answer.read()
        cookies = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(cookie.partition(";")[0] for cookie in cookies)


def put(port: int, address: str, session: str, file: str, content: bytes) -> int:
    """Upload a file as the page does; the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", "/_stcore/health", headers=browser_headers("", address))
        answer = connection.getresponse()
        answer.read()
        cookie = (answer.headers.get("Set-Cookie") or "").partition(";")[0]
        body = (
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="run.npz"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n--x--\r\n"
        )
        headers = {
            "Content-Type": "multipart/form-data; boundary=x",
            **browser_headers(cookie, address),
            "X-Xsrftoken": cookie.partition("=")[2].strip('"'),
        }
        connection.request("PUT", f"/_stcore/upload_file/{session}/{file}", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def packed_run() -> bytes:
    """A run whose file is a thousandth of what it holds: 33 MB of zeros."""
    recipe = Recipe(hidden_sizes=(3000, 2000))
    network = Network.of(recipe, 784, 10)
    run = Run(
        recipe=recipe,
        theta=np.zeros(network.n_parameters, np.float32),
        statistics=np.zeros(network.n_statistics, np.float32),
        history=History(),
        scaling=Scaling(1 / 255, 0.0),
        n_features=784,
        n_classes=10,
        fingerprint="",
        seconds=1.0,
        images_seen=1,
        epoch=1,
        step=1,
    )
    plain, packed = io.BytesIO(), io.BytesIO()
    save_run(run, plain)
    with (
        zipfile.ZipFile(plain) as parts,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name in parts.namelist():
            file.writestr(name, parts.read(name))
    return packed.getvalue()


def large_picture() -> str:
    """A black picture as the canvas would send it."""
    file = io.BytesIO()
    Image.new("L", (13_000, 13_000)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
