"""Where the lab leans on Streamlit's inner workings. Seen with Streamlit 1.67."""

from collections.abc import Callable

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState


def connection() -> Callable[[], bool]:
    """A question that any thread may ask later: is this visitor's browser still connected?

    It answers False within moments of a closed tab, a reload or a lost network, and True again
    when a lost network is back. So wait a few seconds before ending what the visitor started.
    """
    context = get_script_run_ctx()
    if context is None or not Runtime.exists():  # a test without a server
        return lambda: True
    runtime, name = Runtime.instance(), context.session_id
    return lambda: runtime.is_active_session(name)


def keep_beat(seconds: float) -> None:
    """Tell the browser again how often to ask for the fragment that is being redrawn.

    Streamlit 1.67 says so once, and drops that message where a redraw begins before it was sent,
    as happens on a busy server: then the page would stand still for good. Said twice, the browser
    takes it as once.
    """
    context = get_script_run_ctx()
    if context and context.fragment_ids_this_run:
        message = ForwardMsg()
        message.auto_rerun.interval = seconds
        message.auto_rerun.fragment_id = ThreadState.get().fragment_id
        context.enqueue(message)


def went_back() -> bool:
    """Whether this run comes from the browser's Back or Forward button."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def leave_older_multipage_mode() -> None:
    """Let the first visitor of a fresh server come by a link to any page.

    A folder named pages/ makes Streamlit begin in its older multipage mode, which knows nothing of
    `st.navigation` in app.py: such a visitor would read "Page not found". `st.navigation` switches
    the mode off, but one visitor too late. tests/browser keeps that visitor.
    """
    PagesManager.uses_pages_directory = False
