"""Archives of saved runs and sweeps, each in a file of its own."""

import pytest

from ann.keeping.runs import Archive
from ann.keeping.sweeps import SweepArchive


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "deep" / "runs.sqlite")
    yield archive
    archive.close()


@pytest.fixture
def saved_sweeps(tmp_path):
    saved_sweeps = SweepArchive(tmp_path / "runs.sqlite")
    yield saved_sweeps
    saved_sweeps.close()
