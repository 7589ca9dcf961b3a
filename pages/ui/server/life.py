"""What happens once for the whole server: before the first visitor and after the last."""

import contextlib
import gc
import importlib
import threading

from streamlit.runtime.pages_manager import PagesManager
from threadpoolctl import threadpool_limits  # scikit-learn brings it along

from pages.ui.server import stores, sweep_keeping, workers

GARBAGE_SECONDS = 60.0  # between two collections: each holds the server up for a tenth of a second


@contextlib.asynccontextmanager
async def life(app):
    """From the start of the server to its end.

    A folder named pages/ makes Streamlit begin in its older multipage mode. A fresh server whose
    first visitor comes by a link to a page would then say "Page not found", because the older mode
    knows nothing of `st.navigation` in app.py. `st.navigation` switches the mode off; that is
    one visitor too late, so it is switched off here. tests/browser keeps that visitor.
    """
    PagesManager.uses_pages_directory = False
    # pandas takes half a second: while the first browser loads the page, nobody waits for it.
    threading.Thread(target=importlib.import_module, args=("pandas",), daemon=True).start()
    # What a page computes is small: several BLAS threads take longer to wake than one to finish
    # (a drawing's preparation takes 17 to 44 ms of processor time with two, 3 ms with one).
    threadpool_limits(1)
    workers.start()
    stores.keeper()
    sweep_keeping.keeper()
    ended = threading.Event()
    threading.Thread(target=free, args=(ended,), name="ann-free", daemon=True).start()
    yield
    ended.set()
    stores.keeper().close()
    sweep_keeping.keeper().close()
    workers.stop()


def free(ended: threading.Event) -> None:
    """Again and again, until the server has ended: free what closed pages have left.

    Streamlit's sessions refer to themselves in a circle, and hold the states of their trainings:
    files in memory, 20 MB each with a large network. Python's own collector counts objects and not
    their bytes, and may let dozens of closed pages pass before it looks there.
    """
    while not ended.wait(GARBAGE_SECONDS):
        gc.collect()
