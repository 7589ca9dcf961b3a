"""What happens once for the whole server: before the first visitor and after the last."""

import contextlib
import gc
import importlib
import threading

from threadpoolctl import threadpool_limits  # scikit-learn brings it along

from pages.ui.server import internals, stores, workers

GARBAGE_SECONDS = 60.0  # between two collections: each holds the server up for a tenth of a second


@contextlib.asynccontextmanager
async def life(app):
    """From the start of the server to its end."""
    internals.leave_older_multipage_mode()
    # pandas takes half a second: while the first browser loads the page, nobody waits for it.
    threading.Thread(target=importlib.import_module, args=("pandas",), daemon=True).start()
    # What a page computes is small: several BLAS threads take longer to wake than one to finish
    # (a drawing's preparation takes 17 to 44 ms of processor time with two, 3 ms with one).
    threadpool_limits(1)
    workers.start()
    stores.keeper()
    stores.sweep_autosave()
    ended = threading.Event()
    threading.Thread(target=free, args=(ended,), name="ann-free", daemon=True).start()
    yield
    ended.set()
    stores.keeper().close()
    stores.sweep_autosave().close()
    workers.stop()


def free(ended: threading.Event) -> None:
    """Again and again, until the server has ended: free what closed pages have left.

    Streamlit's sessions refer to themselves in a circle, and hold the states of their trainings:
    files in memory, 20 MB each with a large network. Python's own collector counts objects and not
    their bytes, and may let dozens of closed pages pass before it looks there.
    """
    while not ended.wait(GARBAGE_SECONDS):
        gc.collect()
