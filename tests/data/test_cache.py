"""The cache: fast, shared, and never trusted blindly."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import data
from data import cache
from data.known import embedded
from data.preparing import reading

ROOT = Path(__file__).parents[2]
PARTS = ["train_images", "train_labels", "test_images", "test_labels"]


@pytest.fixture
def folder(tmp_path, arrays, write_idx):
    return write_idx(tmp_path / "digits", arrays)


@pytest.fixture
def reads(monkeypatch):
    """Count how often the IDX files are really read."""
    calls = []
    honest = reading.read
    monkeypatch.setattr(reading, "read", lambda found: calls.append(1) or honest(found))
    return calls


def forget(monkeypatch):
    """Act like a fresh process, which has verified nothing yet."""
    monkeypatch.setattr(cache, "_verified", set())


def test_the_second_load_reads_the_cache_and_not_the_files(folder, reads):
    first, second = data.load(folder), data.load(folder)
    assert len(reads) == 1
    assert first.fingerprint == second.fingerprint
    assert np.array_equal(first.images, second.images)
    assert first.class_names == second.class_names
    assert isinstance(second.class_names, tuple)


def test_the_folder_of_a_data_set_holds_files_that_any_process_can_map():
    dataset = data.load("mnist-5k")
    arrays = (dataset.images, dataset.labels, dataset.test_images, dataset.test_labels)
    for part, array in zip(PARTS, arrays, strict=True):
        mapped = np.load(dataset.folder / f"{part}.npy", mmap_mode="r", allow_pickle=False)
        assert np.array_equal(mapped, array)


def test_the_images_are_mapped_not_held_in_memory():
    images = data.load("mnist-5k").images
    while isinstance(images.base, np.ndarray):
        images = images.base
    assert isinstance(images, np.memmap)


def test_changed_files_are_read_again(folder, arrays, write_idx, reads):
    before = data.load(folder)
    write_idx(folder, arrays._replace(test_images=arrays.test_images ^ 255))
    after = data.load(folder)
    assert len(reads) == 2
    assert np.array_equal(after.test_images, arrays.test_images ^ 255)
    assert after.fingerprint != before.fingerprint
    # Code that still works with the old digits continues to see them.
    assert np.array_equal(before.test_images, arrays.test_images)
    assert before.folder.exists()


def test_touched_files_with_the_same_content_keep_their_fingerprint(folder, reads):
    before = data.load(folder)
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    assert data.load(folder).folder == before.folder
    assert len(reads) == 2


def damage_flip(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


DAMAGES = {
    "flipped": damage_flip,
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-7]),
    "emptied": lambda path: path.write_bytes(b""),
    "deleted": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("part", ["train_images", "test_labels"])
@pytest.mark.parametrize("fresh", [True, False], ids=["fresh process", "same process"])
def test_a_damaged_file_is_made_again(folder, arrays, monkeypatch, reads, damage, part, fresh):
    dataset = data.load(folder)
    damage(dataset.folder / f"{part}.npy")
    if fresh:
        forget(monkeypatch)
    again = data.load(folder)
    assert len(reads) == 2
    assert again.fingerprint == dataset.fingerprint
    assert np.array_equal(again.test_images, arrays.test_images)
    assert len(np.unique(again.images, axis=0)) == 120
    data.load(folder)
    assert len(reads) == 2


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"version": 1}',
        b'{"version": 1, "fingerprint": 5, "files": {}}',
        b'{"version": 1, "fingerprint": "../../../../etc", "files": {}}',
    ],
)
def test_a_manifest_that_makes_no_sense_is_written_again(folder, reads, manifest):
    data.load(folder)
    (path,) = cache.FOLDER.glob("*.json")
    path.write_bytes(manifest)
    assert len(data.load(folder).images) == 120
    assert len(reads) == 2


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, {"train_images": 3}])
@pytest.mark.parametrize("entry", ["version", "fingerprint", "files", "stamps", "class_names"])
def test_a_manifest_with_a_wrong_entry_never_crashes(folder, entry, value):
    data.load(folder)
    (path,) = cache.FOLDER.glob("*.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {entry: value}))
    assert len(data.load(folder).images) == 120


def test_an_array_that_would_need_a_pickle_is_never_loaded(folder, monkeypatch):
    dataset = data.load(folder)
    (path,) = cache.FOLDER.glob("*.json")
    np.save(dataset.folder / "test_labels.npy", np.array([{}], dtype=object))
    manifest = json.loads(path.read_text())
    content = (dataset.folder / "test_labels.npy").read_bytes()
    sha256 = cache.hashlib.sha256(content).hexdigest()
    manifest["files"]["test_labels"] = {"size": len(content), "sha256": sha256}
    path.write_text(json.dumps(manifest))
    assert data.load(folder).test_labels.dtype == np.uint8


def test_a_checksum_is_computed_once_per_process_and_again_when_a_file_changed(monkeypatch):
    data.load("mnist-5k")
    forget(monkeypatch)
    counted = []
    honest = cache.hashlib.file_digest
    monkeypatch.setattr(
        cache.hashlib, "file_digest", lambda *given: counted.append(1) or honest(*given)
    )
    for _ in range(3):
        dataset = data.load("mnist-5k")
    assert len(counted) == 4
    os.utime(dataset.folder / "train_images.npy", (1, 1))
    data.load("mnist-5k")
    assert len(counted) == 5


def test_the_same_digits_from_two_places_are_stored_once(tmp_path, arrays, write_idx):
    one = data.load(write_idx(tmp_path / "one", arrays))
    two = data.load(write_idx(tmp_path / "two", arrays))
    assert one.folder == two.folder
    assert (one.name, two.name) == ("one", "two")


def test_if_the_cache_cannot_be_written_a_temporary_folder_takes_its_place(own_folders, tmp_path):
    (own_folders / "cache").write_text("a file, where the folder should be")
    dataset = data.load("mnist-5k")
    assert dataset.folder.is_relative_to(tmp_path / "tmp")
    assert len(data.load("mnist-5k").images) == 4000
    assert cache.roots()[1].stat().st_mode & 0o777 == 0o700


def test_if_nothing_can_be_written_a_message_says_so(own_folders, tmp_path, monkeypatch):
    (own_folders / "cache").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(own_folders / "cache"))
    with pytest.raises(data.DataError, match=r"No folder to store the data set in.*cache"):
        data.load("mnist-5k")


def test_a_temporary_folder_that_someone_else_made_is_not_used(tmp_path):
    spare = cache.roots()[1]
    spare.symlink_to(tmp_path)
    assert cache.roots() == [cache.FOLDER]


def test_leftovers_of_a_killed_process_are_removed_and_fresh_drafts_are_not(own_folders):
    folder = own_folders / "cache"
    folder.mkdir()
    for name, age in (("old.tmp", 2 * cache.STALE_SECONDS), ("new.tmp", 0)):
        (folder / name).write_text("half")
        os.utime(folder / name, (time.time() - age,) * 2)
    data.load("mnist-5k")
    assert not (folder / "old.tmp").exists()
    assert (folder / "new.tmp").exists()


def test_threads_that_build_the_cache_at_once_all_get_the_digits(monkeypatch):
    forget(monkeypatch)
    ready = threading.Barrier(6)
    results = []

    def work():
        ready.wait()
        dataset = data.load("mnist-5k")
        results.append((dataset.fingerprint, int(dataset.images.sum(dtype=np.int64))))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert len(set(results)) == 1
    assert not list(cache.FOLDER.rglob("*.tmp"))


def test_processes_that_build_the_cache_at_once_all_get_the_digits(own_folders):
    code = (
        "import sys, pathlib, data; from data import cache\n"
        "cache.FOLDER = pathlib.Path(sys.argv[1]); sys.stdin.read()\n"
        "dataset = data.load('mnist-5k')\n"
        "print(dataset.fingerprint, dataset.images.sum(), dataset.folder.parent)"
    )
    command = [sys.executable, "-c", code, str(own_folders / "cache")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    workers = [subprocess.Popen(command, **pipes) for _ in range(4)]
    time.sleep(0.5)  # all have imported data and wait for the end of their input
    for worker in workers:
        worker.stdin.close()
    answers = [worker.stdout.read() for worker in workers]
    assert [worker.wait(timeout=30) for worker in workers] == [0] * 4
    expected = data.load("mnist-5k")
    total = int(expected.images.sum())
    assert set(answers) == {f"{expected.fingerprint} {total} {own_folders / 'cache'}\n"}
    assert not list(cache.FOLDER.rglob("*.tmp"))


def test_the_embedded_digits_load_in_a_moment_once_they_are_cached():
    data.load("mnist-5k")
    assert fastest(lambda: data.load("mnist-5k")) < 0.05


def test_full_mnist_loads_in_a_moment_once_it_is_cached(full_mnist, monkeypatch):
    data.load(full_mnist)
    monkeypatch.setattr(reading, "read", None)
    assert fastest(lambda: data.load(full_mnist)) < 0.1


def fastest(call, times=10):
    """Seconds of the fastest of several calls, because a busy machine may delay the others."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def test_a_damaged_embedded_file_is_reported_when_nothing_is_cached(tmp_path, monkeypatch):
    path = tmp_path / "mnist_5k.npz"
    path.write_bytes(b"PK")
    monkeypatch.setattr(embedded, "FILE", path)
    monkeypatch.setattr(embedded.read, "__defaults__", (path,))
    with pytest.raises(data.DataError, match=r"mnist_5k\.npz: damaged"):
        data.load()
