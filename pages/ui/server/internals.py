"""What relies on the inner workings of other packages: seen with Streamlit 1.67 and Plotly 7.

After an update of either, read this file, `css` and `pages/ui/live/` again.
"""

import asyncio
import functools
import importlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from streamlit import delta_generator, file_util
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.state import SessionState
from streamlit.runtime.uploaded_file_manager import UploadedFile as UploadedFile
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


class Connection:
    """Tells any thread whether a visitor's browser is connected; call it.

    It is False moments after the tab is closed or reloaded or the network is lost, and True again
    once the network is back or the page is loaded again. So wait a few seconds before ending what
    the visitor started.
    """

    def __init__(self) -> None:
        self._sessions: set[str] = set()
        self._runtime: Runtime | None = None  # None in a test without a server
        self._left = False

    def leave(self) -> None:
        """From now on, be as if the browser were gone, for what was started until now."""
        self._left = True

    def join(self) -> None:
        """Count the tab that is being drawn, too."""
        context = get_script_run_ctx()
        if context and Runtime.exists():
            self._runtime = Runtime.instance()
            connected = filter(self._runtime.is_active_session, self._sessions)
            self._sessions = {*connected, context.session_id}

    def __call__(self) -> bool:
        runtime = self._runtime
        if self._left:
            return False
        return runtime is None or any(map(runtime.is_active_session, self._sessions))


def take_from_closed_tabs(key: str, wanted: Callable[[Any], bool]) -> Any:
    """What one of the closed tabs holds in its session state under `key`, if that is `wanted`.

    It is taken out of there, from the tab that was closed last. None if there is no such tab.
    """
    runtime = Runtime.instance() if Runtime.exists() else None
    manager = cast(WebsocketSessionManager | None, getattr(runtime, "_session_mgr", None))
    if manager is None:  # a test without a server
        return None
    for info in reversed(manager._session_storage.list()):
        held = info.session._session_state
        if not manager.is_active_session(info.session.id) and key in held and wanted(held[key]):
            found = held[key]
            del held[key]
            return found
    return None


def keep_beat(seconds: float) -> None:
    """Tell the browser how often to rerun the fragment that has just been drawn, from now on.

    Streamlit's `run_every` says so once, before the fragment is drawn. Where a run of the whole
    page then takes longer than that, as on a busy server, the request for the next one comes too
    early: Streamlit drops the message that the page has been drawn, and what is no longer on it
    stays. It also drops `run_every` if a rerun begins before that was sent: the page would never
    move again. Repeating it does no harm.
    """
    context = get_script_run_ctx()
    fragment = ThreadState.get().fragment_id if context else None
    if context and fragment:
        message = ForwardMsg()
        message.auto_rerun.interval = seconds
        message.auto_rerun.fragment_id = fragment
        context.enqueue(message)


def went_back() -> bool:
    """Whether this run comes from the browser's Back or Forward button."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def leave_older_multipage_mode() -> None:
    """Let the first visitor of a new server arrive by a link to any page.

    A folder named pages/ makes Streamlit start in its older multipage mode, which does not know
    the pages that app.py declares: this visitor would read "Page not found". `st.navigation`
    switches that mode off, but one visitor too late. A browser test checks it.
    """
    PagesManager.uses_pages_directory = False


def send_at_once() -> None:
    """Let the server send each message to a browser at once, also a small one after another.

    Streamlit opens its socket without naming the protocol, by which asyncio knows a TCP socket. So
    Nagle's algorithm stays on: a small message waits until the browser's system has acknowledged
    the one before, up to 40 ms, and every answer is two messages. What a listening socket is set to
    holds for its connections. Call it in the event loop, before the server accepts connections.
    """
    loop = asyncio.get_running_loop()
    original = loop.create_server

    async def create_server(*args: Any, **options: Any) -> asyncio.Server:
        server = await original(*args, **options)
        for one in server.sockets:
            if one.family in (socket.AF_INET, socket.AF_INET6):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return server

    if isinstance(loop, asyncio.BaseEventLoop):  # others send at once by themselves
        loop.create_server = create_server  # type: ignore[method-assign]


def draw_the_first_element_at_once() -> None:
    """Do not let Streamlit look, at the first element of all, whether it runs interactively.

    It looks for the source file of each module that has been imported, which takes a first visitor
    a tenth of a second.
    """
    delta_generator._use_warning_has_been_displayed = True


def draw_the_whole_page_first() -> None:
    """Let the first request of a session draw the whole page, even if it is for a part of it.

    A browser whose server was restarted, or which a proxy has sent to another one, begins a new
    session there with its next click. If that click is in a fragment, Streamlit drops it, because
    the session knows no fragments yet, and the page never answers again.
    """
    original = AppSession.request_rerun

    @functools.wraps(original)
    def request_rerun(session: AppSession, client_state: ClientState | None) -> None:
        storage = session._fragment_storage
        is_new = session._scriptrunner is None and not storage.registration_sequence()
        if client_state and client_state.fragment_id and is_new:
            whole, client_state = client_state, ClientState()
            client_state.CopyFrom(whole)
            client_state.fragment_id, client_state.is_auto_rerun = "", False
        original(session, client_state)

    if not hasattr(original, "__wrapped__"):  # a test starts more than one server
        AppSession.request_rerun = request_rerun  # type: ignore[assignment, method-assign]


def is_open(session: str) -> bool:
    """Whether a tab with this session is open here."""
    return Runtime.exists() and Runtime.instance().is_active_session(session)


def static_folder() -> Path:
    """The folder of the files that Streamlit serves under /static/."""
    return Path(file_util.get_static_dir()) / "static"


class ClosedTabs:
    """Ends the sessions of closed tabs, which Streamlit keeps for a while in case they come back.

    Streamlit drops a session that has waited for too long only when the next tab is closed, which
    may be the next morning, and never ends it: files that were uploaded to it stay in memory until
    the server stops. Use it only in the thread of the server's event loop.
    """

    def __init__(self) -> None:
        manager = cast(WebsocketSessionManager, Runtime.instance()._session_mgr)
        self._manager = manager
        self._waiting = cast(MemorySessionStorage, manager._session_storage)._cache
        self._dropped: list[AppSession] = []
        self._waiting._on_remove = self._drop  # type: ignore[attr-defined]  # a TTLCache

    def end(self) -> None:
        """End the sessions that have waited for too long."""
        self._waiting.expire()  # type: ignore[attr-defined]  # a TTLCache
        dropped, self._dropped = self._dropped, []
        for session in dropped:
            back = self._manager.is_active_session(session.id) or session.id in self._waiting
            if not back:
                session.shutdown()
                # The runtime's loop remembers the last session until the next tab is opened.
                session._session_state = SessionState()
                session._fragment_storage = MemoryFragmentStorage()

    def _drop(self, name: str, info: SessionInfo) -> None:
        """A session waits no longer; it is not ended here, where the manager is busy with it."""
        self._dropped.append(info.session)


def uploaded_bytes(session: str) -> tuple[int, int]:
    """The bytes of the files that were uploaded to a session, and to all sessions."""
    files = _uploads()
    held = files.file_storage.get(session, {})
    return sum(len(file.data) for file in list(held.values())), files._total_bytes


def free_upload(file: UploadedFile) -> None:
    """Free the memory of an uploaded file that is no longer needed."""
    if (context := get_script_run_ctx()) and Runtime.exists():
        _uploads().remove_file(context.session_id, file.file_id)


def _uploads() -> MemoryUploadedFileManager:
    return cast(MemoryUploadedFileManager, Runtime.instance().uploaded_file_mgr)


def drawn(figure: dict[str, Any]) -> "Figure":
    """A figure as an object of Plotly.

    Plotly checks whether pandas has been imported, and fails if another thread has imported only
    half of it so far. Importing pandas here waits for that thread. A test lets Plotly validate
    every figure, so that no page has to wait for it.
    """
    importlib.import_module("pandas")
    from plotly.graph_objects import Figure  # not with the server, which needs no charts to start

    return Figure(figure, _validate=False)
