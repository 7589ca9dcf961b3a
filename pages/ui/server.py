"""What happens once for the whole server: before the first visitor and after the last."""

import contextlib

import pandas  # noqa: F401, see `life`
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
    # pandas is imported above, by a single thread: Streamlit would import it in the first run of a
    # page, and Plotly, in the run of another visitor, stumble over what is there of it by then.
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
