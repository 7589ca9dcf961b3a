"""What the first page needs is imported while its browser loads Streamlit's own scripts.

The server answers before it has imported NumPy, the network, the data and the pages: a browser has
most of a second of work of its own before it asks for a page. So no module that the server imports
to answer, such as the middleware, may import them with itself; a test checks it. What the first
page does not need comes after it: workers, pandas, Plotly.
"""

import ast
import threading
from pathlib import Path

from pages.ui import site

ROOT = Path(__file__).parents[3]

drawn = threading.Event()  # the first page


def get_ready() -> None:
    """Import what app.py and Home import."""
    for script in ("app.py", site.path(site.HOME)):
        tree = ast.parse((ROOT / script).read_text(encoding="utf-8"))
        lines: list[ast.stmt] = [
            one for one in ast.walk(tree) if isinstance(one, (ast.Import, ast.ImportFrom))
        ]
        exec(compile(ast.Module(lines, []), script, "exec"), {})
