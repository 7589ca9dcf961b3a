"""Progress in lessons outlives the server, belongs to one visitor, and is bounded."""

import pytest

from ann.keeping import limits
from ann.keeping.database import ArchiveError
from ann.keeping.lessons import LessonArchive
from tests.ann.keeping.trained import ANNA, BEN


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.sqlite"


def test_progress_is_found_again_by_its_visitor_alone(path):
    archive = LessonArchive(path)
    archive.save(ANNA, "steps", "one")
    archive.save(ANNA, "noise", "two")
    archive.save(ANNA, "steps", "three")
    archive.close()
    again = LessonArchive(path)
    assert list(again.all(ANNA).items()) == [("steps", "three"), ("noise", "two")]
    assert again.all(BEN) == {}
    again.delete(BEN, "steps")
    again.delete(ANNA, "noise")
    assert again.all(ANNA) == {"steps": "three"}
    again.close()


def test_beyond_the_limit_the_oldest_lesson_goes(path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_LESSONS", 2)
    archive = LessonArchive(path)
    for name in ("a", "b", "c"):
        archive.save(ANNA, name, "x")
    assert list(archive.all(ANNA)) == ["c", "b"]
    archive.close()


def test_progress_that_is_too_long_is_refused(path):
    archive = LessonArchive(path)
    with pytest.raises(ArchiveError, match="30,001 bytes"):
        archive.save(ANNA, "a", "x" * (limits.MAX_LESSON_BYTES + 1))
    assert archive.all(ANNA) == {}
    archive.close()
