"""The SQLite file: many use it at once, and a killed process loses nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ann.keeping.database import ArchiveError
from ann.keeping.runs import Archive
from tests.ann.keeping.trained import ANNA, RUN, names


@pytest.mark.parametrize("visitor", ["", "short", None, 7])
def test_an_id_that_could_be_guessed_is_refused(archive, visitor):
    for call in (lambda: archive.list(visitor), lambda: archive.save(visitor, RUN)):
        with pytest.raises(ArchiveError, match="visitor: needs an id"):
            call()


def test_the_file_does_not_contain_the_visitors_id(archive):
    archive.save(ANNA, RUN)
    archive.close()
    assert ANNA.encode() not in archive._db.path.read_bytes()


def test_a_file_that_is_not_an_archive_is_named(tmp_path):
    path = tmp_path / "runs.sqlite"
    path.write_bytes(b"this is not a database, but long enough to look like one" * 20)
    with pytest.raises(ArchiveError, match=r"runs\.sqlite: the file of saved runs can't be used"):
        Archive(path).list(ANNA)
    with pytest.raises(ArchiveError, match="can't be used"):
        Archive(tmp_path).list(ANNA)


@pytest.mark.skipif(os.name == "nt", reason="Windows deletes no file that is open")
@pytest.mark.parametrize("gone", [("",), ("", "-shm"), ("", "-wal", "-shm")], ids=repr)
def test_a_file_that_is_deleted_under_a_server_starts_afresh(archive, gone):
    path = archive._db.path
    beside = Archive(path)  # as the saved sweeps are
    archive.save(ANNA, RUN, "before")
    assert names(beside) == ["before"]
    for end in gone:
        Path(f"{path}{end}").unlink()
    assert names(archive) == []
    archive.save(ANNA, RUN, "after")
    assert names(beside) == ["after"]
    beside.close()
    archive.close()
    assert names(archive) == ["after"]


def test_many_threads_may_write_and_read_at_once(archive):
    errors = []

    def work(visitor):
        try:
            number = archive.save(visitor, RUN)
            for k in range(5):
                archive.update(visitor, number, RUN, "running")
                archive.rename(visitor, number, f"{k}")
                assert archive.list(visitor)[0].name == f"{k}"
                assert archive.open(visitor, number).step == RUN.step
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"{k:030}",)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


WRITER = """
import itertools, sys
from tests.ann.keeping.trained import ANNA, RUN
from ann.keeping.runs import Archive
archive = Archive(sys.argv[1])
number = archive.save(ANNA, RUN, status="running")
for k in itertools.count():
    archive.update(ANNA, number, RUN, "running")
    archive.note(ANNA, number, str(k))
    print(k, flush=True)
"""


def test_a_process_killed_while_writing_loses_nothing_that_was_written(tmp_path):
    path = tmp_path / "runs.sqlite"
    root = Path(__file__).parents[3]
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
    )
    written = [int(writer.stdout.readline()) for _ in range(20)]
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    archive = Archive(path)
    archive.leases.beat()
    (saved,) = archive.list(ANNA)
    assert int(saved.note) >= written[-1] and saved.status == "interrupted"
    assert archive.open(ANNA, saved.id).step == RUN.step
    archive.close()
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
