"""What happens once for the whole server: before the first visitor and after the last."""

import contextlib
import importlib
import threading

from streamlit.runtime.pages_manager import PagesManager
from threadpoolctl import threadpool_limits  # scikit-learn brings it along

from pages.ui import keeping, sweep_keeping, workers


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
    keeping.keeper()
    sweep_keeping.keeper()
    yield
    keeping.keeper().close()
    sweep_keeping.keeper().close()
    workers.stop()
