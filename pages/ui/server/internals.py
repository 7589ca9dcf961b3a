"""What relies on the inner workings of Streamlit, as seen in version 1.67.

After an update of Streamlit, read this file, `pages/ui/live/` and the style sheet of
`pages/ui/frame.py` again.
"""

from collections.abc import Callable

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState


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
