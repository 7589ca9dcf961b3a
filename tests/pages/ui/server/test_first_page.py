"""What has been imported before the first page is drawn, each time in a fresh process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
AS_THE_SERVER = "import json, sys, streamlit.web.cli; import app"
READY = "from pages.ui.server import first_page; first_page.get_ready()"
TELL = "print(json.dumps(sorted(sys.modules)))"


def run(*lines: str, **environment: str) -> subprocess.CompletedProcess[str]:
    code, settings = "\n".join([AS_THE_SERVER, *lines, TELL]), os.environ | environment
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=settings
    )


def imported(*lines: str) -> set[str]:
    return set(json.loads(run(*lines).stdout.splitlines()[-1]))


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


@pytest.mark.parametrize("variable", ["ANN_MAX_TABS", "ANN_SAVED_MB", "ANN_MAX_TRAININGS"])
def test_a_limit_that_cannot_be_used_stops_the_server_before_it_answers(variable):
    done = run(**{variable: "many"})
    assert done.returncode and f"ValueError: {variable}: 'many' is not" in done.stderr
