"""What holds for all tests: none of them writes into the project."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def runs_of_their_own(tmp_path_factory):
    """Kept runs go to a file of the tests', for servers that they start too."""
    before = os.environ.get("ANN_RUNS")
    os.environ["ANN_RUNS"] = str(tmp_path_factory.mktemp("kept") / "runs.sqlite")
    yield
    if before is None:
        del os.environ["ANN_RUNS"]
    else:
        os.environ["ANN_RUNS"] = before
