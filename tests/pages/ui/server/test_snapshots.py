import threading

import pytest

from ann.keeping.classrooms import ClassArchive
from ann.keeping.database import MissingError
from pages.ui.server.snapshots import Snapshots

TEACHER, LEARNER = "t" * 43, "l" * 43


@pytest.fixture
def archive(tmp_path):
    found = ClassArchive(tmp_path / "runs.sqlite", lambda text: text.ljust(43, "-"))
    yield found
    found.close()


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def snapshots(archive, now):
    return Snapshots(lambda: archive, every=1.0, clock=lambda: now[0])


@pytest.fixture
def classroom(archive):
    return archive.create(TEACHER)


def test_all_viewers_get_the_same_snapshot_until_something_changes(
    archive, snapshots, classroom, now
):
    first = snapshots.of(classroom.id)
    now[0] += 5
    assert snapshots.of(classroom.id) is first
    archive.join(classroom.id, LEARNER)
    now[0] += 1
    assert len(snapshots.of(classroom.id).members) == 1


def test_a_class_is_read_at_most_once_a_second_unless_it_must_be_fresh(
    archive, snapshots, classroom, now
):
    first = snapshots.of(classroom.id)
    archive.change(classroom.id, frozen=True)
    now[0] += 0.9
    assert snapshots.of(classroom.id) is first
    assert snapshots.of(classroom.id, fresh=True).classroom.settings.frozen


def test_nobody_waits_while_another_thread_reads(archive, snapshots, classroom, now, monkeypatch):
    first = snapshots.of(classroom.id)
    begun, go_on = threading.Event(), threading.Event()

    def slowly(class_id):
        begun.set()
        assert go_on.wait(10)
        return "another"

    now[0] += 2
    monkeypatch.setattr(archive, "version", slowly)
    reader = threading.Thread(target=snapshots.of, args=(classroom.id,))
    reader.start()
    assert begun.wait(10)
    assert snapshots.of(classroom.id) is first
    go_on.set()
    reader.join(10)
    assert snapshots.of(classroom.id) is not first


def test_a_deleted_class_is_gone_within_a_second(archive, snapshots, classroom, now):
    snapshots.of(classroom.id)
    archive.delete(classroom.id)
    now[0] += 1
    with pytest.raises(MissingError, match="there is no such class"):
        snapshots.of(classroom.id)
