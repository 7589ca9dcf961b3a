"""A full disk: one clear message, and whoever deletes runs makes room again."""

import os
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from ann.keeping import database, disk
from ann.keeping.database import DiskFullError
from ann.keeping.runs import Archive
from tests.ann.keeping.trained import ANNA, BEN, RECIPE, RUN, names

FULL = r"^The server's disk is full, so nothing can be saved\. Delete runs you no longer need, or "
RNG = np.random.default_rng(0)


def large_run(width=300):
    """A run of about 370 KB that hardly shrinks."""
    run = replace(RUN, recipe=replace(RECIPE, hidden_sizes=(width, width)))
    return replace(run, theta=RNG.standard_normal(run.parameters).astype(np.float32))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 12 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the right to mount a small file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_up(archive):
    """Save runs until the disk is full; how many there are."""
    for count in range(100):
        try:
            archive.save(ANNA, large_run(), name=f"{count}")
        except DiskFullError:
            return count
    raise AssertionError("the disk is not small")


def fill_the_rest(folder):
    """Fill the disk to its last page, as another program might."""
    with (folder / "other").open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
        while True:
            file.write(bytes(4096))


def test_on_a_full_disk_every_refusal_says_so_and_deleting_makes_room(small_disk):
    archive = Archive(small_disk / "runs.sqlite")
    first = archive.save(ANNA, RUN, name="first")
    count = fill_up(archive)
    assert count > 5
    fill_the_rest(small_disk)
    for call in (
        lambda: archive.save(BEN, large_run()),
        lambda: archive.update(ANNA, first, large_run(), "running"),
        lambda: archive.save_file(BEN, archive.file(ANNA, archive.list(ANNA)[0].id)),
    ):
        for _ in range(3):
            with pytest.raises(DiskFullError, match=FULL):
                call()
    before = names(archive)
    for saved in archive.list(ANNA)[:4]:
        archive.delete(ANNA, saved.id)
    assert names(archive) == before[4:]
    archive.save(BEN, large_run(), name="after")
    archive.close()
    assert names(archive, BEN) == ["after"] and names(archive) == before[4:]
    archive.close()


def test_all_runs_can_be_deleted_one_by_one_on_a_full_disk(small_disk):
    archive = Archive(small_disk / "runs.sqlite")
    fill_up(archive)
    fill_the_rest(small_disk)
    for saved in archive.list(ANNA):
        archive.delete(ANNA, saved.id)
    assert names(archive) == []
    archive.close()


def test_a_database_that_may_not_grow_gives_the_same_message(archive, monkeypatch):
    archive.save(ANNA, RUN, name="first")
    connect = database.Database._connect

    def limited(self, *args, **options):
        db = connect(self, *args, **options)
        db.execute("PRAGMA max_page_count = 1")
        return db

    monkeypatch.setattr(database.Database, "_connect", limited)
    for _ in range(3):
        with pytest.raises(DiskFullError, match=FULL):
            archive.save(ANNA, large_run())
    archive.delete(ANNA, archive.list(ANNA)[0].id)
    assert names(archive) == []


def beside(archive, end):
    return archive._db.path.with_name(archive._db.path.name + end)


def test_as_much_room_is_reserved_as_the_log_takes(archive):
    number = archive.save(ANNA, large_run())
    reserve, log = beside(archive, "-reserve"), beside(archive, "-wal")
    assert reserve.stat().st_size >= disk.LEAST_BYTES + log.stat().st_size > 1_300_000
    if os.name != "nt":
        assert reserve.stat().st_blocks * 512 >= reserve.stat().st_size, "it is a hole"
    archive.delete(ANNA, number)
    assert reserve.stat().st_size >= disk.LEAST_BYTES + log.stat().st_size


def test_deleting_the_largest_run_takes_only_a_part_of_the_reserve(archive):
    number = archive.save(ANNA, large_run(3_300))
    assert archive.list(ANNA)[0].size > 40_000_000
    with archive._db.reading() as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log = beside(archive, "-wal")
    assert log.stat().st_size == 0
    archive.delete(ANNA, number)
    assert log.stat().st_size < disk.LEAST_BYTES / 4
