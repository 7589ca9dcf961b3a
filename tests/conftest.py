"""For all tests: none of them writes into the project's folder."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def temporary_runs(tmp_path_factory):
    """Runs are saved in a temporary file, also by the servers that tests start."""
    before = os.environ.get("ANN_RUNS")
    os.environ["ANN_RUNS"] = str(tmp_path_factory.mktemp("saved") / "runs.sqlite")
    yield
    if before is None:
        del os.environ["ANN_RUNS"]
    else:
        os.environ["ANN_RUNS"] = before
