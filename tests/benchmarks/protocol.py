"""A browser tab without a browser: it speaks Streamlit's websocket protocol and draws nothing.

This way, one process can play a whole class. To the server, a `Visitor` behaves like the frontend
of Streamlit 1.67 (read in its source, static/js/index.*.js). It requests a page, sends the values
of all its widgets with each request, and caches large messages that the server may refer to later.
It requests a fragment again and again at the interval that the server set, its beat, until the
server sets another one or a run of the whole page ends all beats. What the server sends is decoded
once, and most of it is dropped.
"""

import asyncio
import json
import time
from typing import Any, Self

import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

MESSAGE_AGE = 2  # runs after which a cached message is dropped if it was not used again
RETRY_SECONDS = 0.5  # between two attempts to reconnect
WHOLE = ForwardMsg.FINISHED_SUCCESSFULLY
FRAGMENT = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


class Visitor:
    """One tab. `async with Visitor(...)` connects; the first `ask` opens the page.

    `chart` is the key of the chart to watch. `curve` is its latest figure and when that arrived:
    (seconds, JSON). `cookie` is the header that its browser sends, and `address` where it
    is, as a proxy says. With `reconnects`, a lost connection is no failure: like a browser it tries
    again until somebody answers, and goes on there.
    """

    def __init__(
        self,
        port: int,
        page: str,
        query: str = "",
        chart: str = "train.loss",
        cookie: str = "",
        address: str = "",
        reconnects: bool = False,
    ):
        self.failures: list[str] = []
        self.query = query
        self.widgets: dict[str, WidgetState] = {}  # the values that the frontend would send
        self.buttons: set[str] = set()
        self.components: set[str] = set()  # made by others than Streamlit; and boxes for uploads
        self.curve: tuple[float, str] | None = None
        self.redraws = self.received = 0  # runs of fragments, bytes
        self.alerts: list[str] = []  # what the page said, of any kind
        self.session = ""  # its id, which uploads need
        self.reconnections = 0
        self.files: dict[str, str] = {}  # of buttons to download something: button -> file
        self._port, self._page, self._chart = port, page, chart
        self._cookie, self._address, self._reconnects = cookie, address, reconnects
        self._page_hash = ""
        self._cached: dict[str, tuple[int, str]] = {}  # hash -> when last used, in runs; fragment
        self._runs = 0
        self._beats: dict[str, tuple[float, asyncio.Task]] = {}
        self._answered = asyncio.Event()
        self._curve_came = asyncio.Event()
        self._leaving = False

    async def __aenter__(self) -> Self:
        self._socket = await self._connect()
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *error) -> None:
        self._leaving = True
        self._stop_beats()
        await self._socket.close()
        await self._reader

    async def _connect(self) -> websockets.ClientConnection:
        """A tab that was connected before names its session, which the server may still hold."""
        before = [self.session] if self.session else []
        return await websockets.connect(
            f"ws://127.0.0.1:{self._port}/_stcore/stream",
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN", *before],
            compression=None,
            max_size=None,
            open_timeout=60,
            additional_headers=browser_headers(self._cookie, self._address),
        )

    # What a person does.

    async def ask(self, *, timeout: float = 60, press: str = "") -> float:
        """Request a run of the whole page; seconds until it is done. `press`: a button's key."""
        triggers = []
        if press:
            triggers = [WidgetState(id=self.find(press, self.buttons), trigger_value=True)]
        self._answered.clear()
        began = time.perf_counter()
        await self._send(triggers=triggers)
        async with asyncio.timeout(timeout):
            await self._answered.wait()
        return time.perf_counter() - began

    async def move(self, slider: str, stop: str, *, timeout: float = 60) -> float:
        """Move a slider with named stops; seconds until the page has answered."""
        self.widgets[self.find(slider, self.widgets)].string_array_value.data[:] = [stop]
        return await self.ask(timeout=timeout)

    async def go(self, page: str, query: str = "", *, timeout: float = 60) -> float:
        """Click on the name of another page; seconds until it is there."""
        self._page, self._page_hash, self.query = page, "", query
        self.widgets.clear()
        self.buttons.clear()
        return await self.ask(timeout=timeout)

    def put(self, key: str, value: float) -> None:
        """Set a slider or a box for a number; the next `ask` sends it."""
        state = self.widgets[self.find(key, self.widgets)]
        if state.WhichOneof("value") == "double_array_value":
            state.double_array_value.data[:] = [value]
        else:
            state.double_value = value

    async def next_curve(self, *, timeout: float = 60) -> tuple[float, str]:
        """The next new figure of the watched chart: when it arrived, and its JSON."""
        self._curve_came.clear()
        async with asyncio.timeout(timeout):
            await self._curve_came.wait()
        return self.curve

    async def report(self, component: str, value: Any, *, timeout: float = 60) -> float:
        """Let a component on the page report a value; seconds until the page has answered."""
        name = self.find(component, self.components)
        self.widgets[name] = WidgetState(id=name, json_value=json.dumps(value))
        return await self.ask(timeout=timeout)

    async def hand_in(self, uploader: str, file: str, size: int, *, timeout: float = 60) -> float:
        """Let a box for uploads hold a file that the server has; seconds until the answer."""
        name = self.find(uploader, self.components)
        state = self.widgets[name] = WidgetState(id=name)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = file, "run.npz", size
        info.file_urls.file_id = file
        return await self.ask(timeout=timeout)

    async def download(self, button: str, *, timeout: float = 60) -> str:
        """Click on a button to download something; the path at which the file is."""
        message = BackMsg()
        asked = message.backend_operation_request
        asked.request_id, asked.session_id = "download", self.session
        asked.deferred_file.file_id = self.files[self.find(button, self.files)]
        self._download: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(timeout):
            return await self._download

    @staticmethod
    def find(key: str, ids) -> str:
        """The id of the widget with this key: Streamlit's ids end with the key."""
        found = next((name for name in ids if name.endswith(f"-{key}")), None)
        if found is None:
            raise LookupError(f"no widget {key} on the page")
        return found

    # What the frontend does.

    async def _send(self, fragment: str = "", triggers=()) -> None:
        message = BackMsg()
        run = message.rerun_script
        run.query_string = self.query
        run.widget_states.widgets.extend(self.widgets.values())
        run.widget_states.widgets.extend(triggers)
        run.page_script_hash = self._page_hash
        run.page_name = "" if self._page_hash else self._page
        run.fragment_id, run.is_auto_rerun = fragment, bool(fragment)
        run.cached_message_hashes.extend(self._cached)
        run.context_info.timezone, run.context_info.locale = "Europe/Berlin", "en-US"
        run.context_info.url = f"http://127.0.0.1:{self._port}/{self._page}"
        run.context_info.color_scheme = "light"
        try:
            await self._socket.send(message.SerializeToString())
        except websockets.ConnectionClosed:
            if not self._reconnects:
                self._fail("the connection was lost")

    async def _read(self) -> None:
        await self._read_connection()
        while self._reconnects and not self._leaving:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                self._socket = await self._connect()
            except (OSError, websockets.InvalidHandshake, TimeoutError):
                continue
            if self._leaving:
                await self._socket.close()
                return
            self.reconnections += 1
            if self._beats or not self._answered.is_set():
                await self._send()  # as the browser does if anything is going on
            await self._read_connection()

    async def _read_connection(self) -> None:
        why = "the server ended the connection"
        try:
            async for data in self._socket:
                self.received += len(data)
                self._take(ForwardMsg.FromString(data))
        except websockets.ConnectionClosed as error:
            why = f"the connection was lost: {error}"
        if not self._reconnects:
            self._fail(why)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._take_delta(message)
        elif kind == "ref_hash":
            if message.ref_hash in self._cached:
                self._cached[message.ref_hash] = (self._runs, self._cached[message.ref_hash][1])
            else:
                self._fail("the server referred to a message that was dropped")
        elif kind == "new_session":
            self.session = message.new_session.initialize.session_id
            if not message.metadata.run.fragment_ids:
                self._stop_beats()
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "backend_operation_response":
            self._download.set_result(message.backend_operation_response.deferred_file.url)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "page_not_found":
            self._fail("page not found")
        elif kind == "auto_rerun":
            self._start_beat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._stop_beat(fragment)
        elif kind == "script_finished":
            self._finish(message.script_finished, set(message.metadata.run.fragment_ids))
        elif message.session_event.HasField("script_compilation_exception"):
            self._fail("the script does not compile")

    def _finish(self, status: int, fragments: set[str]) -> None:
        if status not in (WHOLE, FRAGMENT):
            return  # another run follows at once
        self._runs += 1
        for name, (used, fragment) in list(self._cached.items()):
            own = not fragments or fragment in fragments
            if own and self._runs - used > MESSAGE_AGE:
                del self._cached[name]
        if status == FRAGMENT:
            self.redraws += 1
        else:
            self._answered.set()

    def _take_delta(self, message: ForwardMsg) -> None:
        if message.delta.WhichOneof("type") != "new_element":
            return
        if message.metadata.cacheable:
            self._cached[message.hash] = (self._runs, message.delta.fragment_id)
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind in ("bidi_component", "file_uploader"):
            self.components.add(getattr(element, kind).id)
        if kind in FIGURES:
            if getattr(element, kind).id.endswith(f"-{self._chart}"):
                self._note_curve(FIGURES[kind](element))
        elif kind == "button":
            self.buttons.add(element.button.id)
        elif kind == "download_button":
            self.files[element.download_button.id] = element.download_button.deferred_file_id
        elif kind in VALUES:
            self._note_value(kind, getattr(element, kind))
        elif kind == "exception":
            self._fail(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert":
            self.alerts.append(element.alert.body)
            if element.alert.format == Alert.ERROR:
                self._fail(element.alert.body)

    def _note_curve(self, figure: str) -> None:
        """Note a figure, unless it is the same as before."""
        if self.curve is None or self.curve[1] != figure:
            self.curve = (time.perf_counter(), figure)
            self._curve_came.set()

    def _note_value(self, kind: str, widget) -> None:
        """Take the server's value if the server sets one, or if there is none yet."""
        if widget.set_value or widget.id not in self.widgets:
            self.widgets[widget.id] = WidgetState(id=widget.id)
            VALUES[kind](self.widgets[widget.id], widget)

    def _start_beat(self, fragment: str, seconds: float) -> None:
        if self._beats.get(fragment, (None,))[0] == seconds:
            return
        self._stop_beat(fragment)
        self._beats[fragment] = (seconds, asyncio.create_task(self._beat(fragment, seconds)))

    async def _beat(self, fragment: str, seconds: float) -> None:
        """Like the browser's setInterval: never waits for answers, and skips late requests."""
        due = time.monotonic()
        while True:
            due = max(due + seconds, time.monotonic())
            await asyncio.sleep(due - time.monotonic())
            await self._send(fragment)

    def _stop_beat(self, fragment: str) -> None:
        if fragment in self._beats:
            self._beats.pop(fragment)[1].cancel()

    def _stop_beats(self) -> None:
        for fragment in list(self._beats):
            self._stop_beat(fragment)

    def _fail(self, why: str) -> None:
        if not self._leaving:
            self.failures.append(why)


def browser_headers(cookie: str, address: str) -> dict[str, str]:
    """The headers that a proxy passes on, without those that are empty."""
    headers = {"Cookie": cookie, "X-Forwarded-For": address}
    return {name: text for name, text in headers.items() if text}


def _set_slider(state: WidgetState, slider: Slider) -> None:
    values = slider.value if slider.set_value else slider.default
    if slider.type == Slider.SELECT_SLIDER:
        named = slider.raw_value if slider.set_value else [slider.options[int(v)] for v in values]
        state.string_array_value.data[:] = named
    else:
        state.double_array_value.data[:] = values


def _set_selectbox(state: WidgetState, box) -> None:
    if box.set_value:
        state.string_value = box.raw_value
    elif box.HasField("default"):
        state.string_value = box.options[box.default]


def _set_checkbox(state: WidgetState, box) -> None:
    state.bool_value = box.value if box.set_value else box.default


def _set_number(state: WidgetState, box) -> None:
    state.double_value = box.value if box.set_value else box.default


FIGURES = {  # elements that may be a chart, and where their JSON is
    "plotly_chart": lambda element: element.plotly_chart.spec,
    "bidi_component": lambda element: element.bidi_component.json,
}
VALUES = {  # elements whose value the frontend sends, and how
    "slider": _set_slider,
    "selectbox": _set_selectbox,
    "checkbox": _set_checkbox,
    "number_input": _set_number,
}
