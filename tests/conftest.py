"""For all tests: none of them writes into the project's folder, and each computes in one thread."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits  # scikit-learn brings it along

ROOT = Path(__file__).parents[1]


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


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Small matrices take several BLAS threads longer than one, most of all on a busy machine.

    Again for each module, because it may be the first to import a library with a BLAS of its own.
    """
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def full_mnist():
    """The folder with the four files of MNIST: ANN_DATA or ../shared/mnist."""
    for folder in (os.environ.get("ANN_DATA", ""), ROOT.parent / "shared" / "mnist"):
        if folder and (Path(folder) / "train-images-idx3-ubyte.gz").exists():
            return Path(folder).resolve()
    pytest.skip("needs full MNIST: name its folder in ANN_DATA")
