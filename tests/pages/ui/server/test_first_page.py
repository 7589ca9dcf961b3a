"""What has been imported before the first page is drawn, each time in a fresh process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
AS_THE_SERVER = "import json, sys, streamlit.web.cli; import app"
READY = "from pages.ui.server import first_page; first_page.get_ready()"
TELL = "print(json.dumps(sorted(sys.modules)))"


def imported(*lines: str) -> set[str]:
    code = "\n".join([AS_THE_SERVER, *lines, TELL])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def ready():
    return imported(READY)


def test_the_server_answers_before_it_has_imported_the_network_the_data_and_the_pages():
    found = imported()
    assert "pages.ui.server.middleware" in found
    late = {"numpy", "segno", "data", "ann.recipe", "ann.keeping.runs", "pages.ui.frame"}
    assert not late & found


def test_what_the_first_page_needs_is_there_when_a_browser_asks_for_it(ready):
    needed = {"numpy", "data", "pages.ui.frame", "pages.home.classes", "pages.ui.server.workers"}
    assert needed <= ready


def test_what_the_first_page_does_not_need_comes_after_it(ready):
    figures = "plotly.graph_objs._figure"  # Streamlit itself imports other parts of Plotly
    assert not {"pandas", figures, "sklearn", "scipy", "pyarrow", "distributed"} & ready
