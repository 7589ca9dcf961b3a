"""What relies on the inner workings of other packages: seen with Streamlit 1.67 and Plotly 7.

After an update of either, read this file and `pages/ui/live/` again.
"""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

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
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from pages.ui import palette

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

NARROW = "narrow"  # the key of a container whose column keeps room for its labels
# Streamlit leaves 80 pixels free on either side, too much for a projector or a zoomed page. On a
# zoomed page, its columns of settings are so narrow that labels break and values are cut off. Its
# gray for captions, axes and texts in charts is too pale to project: below the contrast of 4.5 that
# WCAG requires. `light-dark` follows a change of theme.
STYLE = f"""<style>
@media (min-width: 864px) {{
  .stMainBlockContainer {{ padding-left: 3rem; padding-right: 3rem; }}
}}
@media (min-width: 641px) {{
  .stHorizontalBlock:has(> .stColumn :is(.st-key-settings, .st-key-{NARROW})) {{
    flex-wrap: nowrap;
  }}
  .stHorizontalBlock:has(> .stColumn .st-key-settings) {{
    column-gap: clamp(1.5rem, 10vw - 4rem, 4rem);
  }}
  .stColumn:has(:is(.st-key-settings, .st-key-{NARROW})) {{ min-width: 13rem; }}
  .st-key-settings .stColumn {{ min-width: 6.5rem; }}
}}
.stPlotlyChart .annotation-text {{
  fill: light-dark({palette.ON_LIGHT}, {palette.ON_DARK}) !important;
}}
.stPlotlyChart :is(.xtick text, .ytick text, .xtitle, .ytitle) {{
  fill: {palette.SOFT} !important;
}}
.stMain [data-testid="stCaptionContainer"] {{ opacity: 1; color: {palette.SOFT}; }}
</style>"""


def connection() -> Callable[[], bool]:
    """A function that tells any thread later whether this visitor's browser is still connected.

    It returns False moments after the tab is closed or reloaded or the network is lost, and True
    again once the network is back. So wait a few seconds before ending what the visitor started.
    """
    context = get_script_run_ctx()
    if context is None or not Runtime.exists():  # a test without a server
        return lambda: True
    runtime, name = Runtime.instance(), context.session_id
    return lambda: runtime.is_active_session(name)


def keep_beat(seconds: float) -> None:
    """Tell the browser again how often to rerun the fragment that is being drawn.

    Streamlit says so only once, and drops that message if a rerun begins before it was sent, as
    happens on a busy server: the page would then never move again. Repeating it does no harm.
    """
    context = get_script_run_ctx()
    fragment = ThreadState.get().fragment_id if context and context.fragment_ids_this_run else None
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


def wide_column(key: str, pixels: int) -> str:
    """HTML that keeps the column around the container with this key at least this wide."""
    return f"<style>.stColumn:has(.st-key-{key}) {{ min-width: {pixels}px; }}</style>"


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
