"""Saved runs outlive a server, belong to one visitor, and stay within the limits."""

import io
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ann.events import Epoch, Step
from ann.history import History
from ann.keeping import limits
from ann.keeping.runs import Archive, ArchiveError
from ann.keeping.summary import Summary
from ann.recipe import Recipe
from ann.recipes.presets import PRESETS
from ann.run import Run
from ann.saving.checkpoint import save_run
from ann.saving.history_json import to_json
from ann.state import Split, start
from ann.train import train

RNG = np.random.default_rng(0)
X, Y = RNG.integers(0, 256, (80, 12)).astype(np.uint8), np.arange(80) % 3
SPLIT = Split(X[:60], Y[:60], X[60:], Y[60:])
RECIPE = Recipe(hidden_sizes=(6, 4), epochs=3, batch_size=16, dropout=0.2)
ANNA, BEN = "anna-" + 40 * "a", "ben-" + 40 * "b"


def trained(recipe=RECIPE):
    state, history = start(recipe, SPLIT), History()
    for event in train(state, SPLIT):
        history.add(event)
    return Run.of(state, history, "0123456789abcdef")


RUN = trained()


def names(archive, visitor=ANNA):
    return [saved.name for saved in archive.list(visitor)]


def test_a_new_archive_on_the_same_file_returns_the_whole_run(archive):
    number = archive.save(ANNA, RUN, note="first try")
    archive.close()
    other = Archive(archive._db.path)
    run = other.open(ANNA, number)
    assert np.array_equal(run.theta, RUN.theta)
    assert to_json(run.history) == to_json(RUN.history)
    same = {"theta": None, "statistics": None, "history": None}
    assert replace(run, **same) == replace(RUN, **same)
    (saved,) = other.list(ANNA)
    assert (saved.id, saved.note, saved.status) == (number, "first try", "finished")
    assert saved.recipe == RECIPE and saved.fingerprint == RUN.fingerprint
    other.close()


def test_the_summary_of_an_untrained_network_has_zeros_and_nan():
    summary = Summary.of(Run.of(start(RECIPE, SPLIT), History()))
    assert (summary.epochs, summary.step, summary.multiply_adds) == (0, 0, 0)
    assert np.isnan(summary.train_loss) and np.isnan(summary.best_validation_accuracy)
    assert "NaN" not in summary.to_json(), "JSON has no NaN"
    assert repr(Summary.from_json(summary.to_json())) == repr(summary)


def test_a_list_shows_the_last_and_the_best_numbers(archive):
    archive.save(ANNA, RUN)
    summary, epochs = archive.list(ANNA)[0].summary, RUN.history.epochs
    assert summary.validation_accuracy == epochs["validation_accuracy"][-1]
    assert summary.best_validation_accuracy == epochs["validation_accuracy"].max()
    assert summary.best_validation_loss == epochs["validation_loss"].min()
    assert (summary.epochs, summary.step, summary.reason) == (3.0, RUN.step, "epochs")
    assert summary.parameters == RUN.parameters and summary.images_seen == RUN.images_seen


def test_a_run_without_accuracies_can_be_saved(archive):
    archive.save(ANNA, Run.of(start(RECIPE, SPLIT), History()))
    assert np.isnan(archive.list(ANNA)[0].summary.validation_accuracy)
    without = Split(X, Y, X[:0], Y[:0])
    state, history = start(RECIPE, without), History()
    for event in train(state, without):
        history.add(event)
    archive.save(ANNA, Run.of(state, history))
    assert np.isnan(archive.list(ANNA)[0].summary.best_validation_accuracy)


def test_a_saved_file_opens_with_plain_numpy(archive):
    content = archive.file(ANNA, archive.save(ANNA, RUN))
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        assert np.array_equal(arrays["theta"], RUN.theta)


def test_names_are_made_from_what_differs_and_are_unique(archive):
    for recipe in (Recipe(), Recipe(), Recipe(dropout=0.5), PRESETS["keras-classic"].recipe):
        archive.save(ANNA, replace(RUN, recipe=replace(recipe, hidden_sizes=(6, 4))))
    made = names(archive)[::-1]
    assert made[0] == "hidden sizes 6-4" and made[1] == "hidden sizes 6-4 (2)"
    assert made[2] == "hidden sizes 6-4, dropout 0.5"
    assert made[3] == "Keras classic, hidden sizes 6-4"


def test_a_default_name_follows_a_change_midway_and_a_chosen_one_stays(archive):
    first, second = archive.save(ANNA, RUN), archive.save(ANNA, RUN, name="Mine")
    changed = replace(RUN, recipe=replace(RECIPE, dropout=0.4))
    for number in (first, second):
        archive.update(ANNA, number, changed, "running")
    assert names(archive)[0] == "Mine"
    assert "dropout 0.4" in names(archive)[1]


def test_a_default_name_stays_with_the_settings_even_if_a_shorter_one_becomes_free(archive):
    first, second = archive.save(ANNA, RUN), archive.save(ANNA, RUN)
    archive.delete(ANNA, first)
    (before,) = names(archive)
    archive.update(ANNA, second, RUN, "finished")
    assert names(archive) == [before] and before.endswith(" (2)")


def test_rename_and_note_change_what_the_list_says(archive):
    first, second = archive.save(ANNA, RUN), archive.save(ANNA, RUN)
    assert archive.rename(ANNA, first, "  Wide\x00 one ") == "Wide one"
    assert archive.rename(ANNA, second, "Wide one") == "Wide one (2)"
    assert archive.rename(ANNA, second, "Wide one (2)") == "Wide one (2)"
    archive.note(ANNA, first, "line one\nline two")
    assert archive.list(ANNA)[1].note == "line one\nline two"
    with pytest.raises(ArchiveError, match="name: is empty"):
        archive.rename(ANNA, first, " \n ")
    with pytest.raises(ArchiveError, match=r"note: has 2,001 characters; the limit is 2,000"):
        archive.note(ANNA, first, 2_001 * "x")


def test_an_update_replaces_the_earlier_run(archive):
    early = Run.of(start(RECIPE, SPLIT), History())
    number = archive.save(ANNA, early, status="running")
    archive.update(ANNA, number, RUN, "finished")
    (saved,) = archive.list(ANNA)
    assert saved.status == "finished" and saved.summary.step == RUN.step
    assert np.array_equal(archive.open(ANNA, number).theta, RUN.theta)


def test_nobody_reaches_another_visitors_runs(archive):
    number = archive.save(ANNA, RUN, name="Anna's")
    assert archive.list(BEN) == ()
    calls = (
        lambda: archive.open(BEN, number),
        lambda: archive.file(BEN, number),
        lambda: archive.update(BEN, number, RUN, "finished"),
        lambda: archive.rename(BEN, number, "Ben's"),
        lambda: archive.note(BEN, number, "Ben was here"),
        lambda: archive.delete(BEN, number),
    )
    for call in calls:
        with pytest.raises(ArchiveError, match="no such run"):
            call()
    (saved,) = archive.list(ANNA)
    assert (saved.name, saved.note) == ("Anna's", "")


@pytest.mark.parametrize("visitor", ["", "short", None, 7])
def test_an_id_that_could_be_guessed_is_refused(archive, visitor):
    for call in (lambda: archive.list(visitor), lambda: archive.save(visitor, RUN)):
        with pytest.raises(ArchiveError, match="visitor: needs an id"):
            call()


def test_the_file_does_not_contain_the_visitors_id(archive):
    archive.save(ANNA, RUN)
    archive.close()
    assert ANNA.encode() not in archive._db.path.read_bytes()


def test_a_deleted_run_is_gone_with_its_weights_and_cannot_be_updated(archive):
    number = archive.save(ANNA, RUN)
    archive.delete(ANNA, number)
    assert archive.list(ANNA) == ()
    with archive._db.reading() as db:
        assert db.execute("SELECT count(*) FROM files").fetchone() == (0,)
    with pytest.raises(ArchiveError, match="may have been deleted"):
        archive.update(ANNA, number, RUN, "finished")
    assert archive.save(ANNA, RUN) != number, "a number is never used twice"


def test_beyond_the_limit_of_runs_this_visitors_oldest_are_deleted(archive, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RUNS", 3)
    archive.save(BEN, RUN, name="Ben's")
    for letter in "abcde":
        archive.save(ANNA, RUN, name=letter)
    assert names(archive) == ["e", "d", "c"]
    assert names(archive, BEN) == ["Ben's"]


def test_beyond_the_bytes_per_visitor_the_oldest_are_deleted(archive, monkeypatch):
    archive.save(ANNA, RUN, name="a")
    monkeypatch.setattr(limits, "MAX_VISITOR_BYTES", int(2.5 * archive.list(ANNA)[0].size))
    for letter in "bc":
        archive.save(ANNA, RUN, name=letter)
    assert names(archive) == ["c", "b"]
    monkeypatch.setattr(limits, "MAX_VISITOR_BYTES", 1)
    archive.save(ANNA, RUN, name="d")
    assert names(archive) == ["d"], "the newest always stays"


def test_beyond_the_bytes_of_all_visitors_the_oldest_are_deleted(archive, monkeypatch):
    archive.save(BEN, RUN, name="Ben's")
    monkeypatch.setattr(limits, "MAX_ALL_RUNS_BYTES", int(1.5 * archive.list(BEN)[0].size))
    archive.save(ANNA, RUN, name="Anna's")
    assert names(archive, BEN) == [] and names(archive) == ["Anna's"]


def test_runs_without_a_change_for_long_are_deleted(archive, monkeypatch):
    archive.save(ANNA, RUN, name="old")
    later = time.time() + (limits.MAX_DAYS + 1) * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    archive.save(ANNA, RUN, name="new")
    assert names(archive) == ["new"]


def test_a_run_that_is_too_large_is_refused_with_its_size(archive, monkeypatch):
    monkeypatch.setattr(limits, "MAX_RUN_BYTES", 1_000)
    with pytest.raises(ArchiveError, match=r"MB\) exceeds the limit of .* and was not saved"):
        archive.save(ANNA, RUN)
    assert archive.list(ANNA) == ()


def test_damaged_weights_are_reported_and_do_not_spoil_the_list(archive):
    first, second = archive.save(ANNA, RUN), archive.save(ANNA, RUN)
    with archive._db.writing() as db:
        db.execute("UPDATE files SET npz = ? WHERE run = ?", (b"PK\x03\x04 rubbish", first))
        db.execute("DELETE FROM files WHERE run = ?", (second,))
    for number in (first, second):
        with pytest.raises(ArchiveError, match=f"run {number}: its file is damaged"):
            archive.open(ANNA, number)
    assert len(archive.list(ANNA)) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"dropout": 7}', "null"])
def test_a_row_that_cannot_be_read_is_left_out(archive, text):
    number = archive.save(ANNA, RUN)
    archive.save(ANNA, RUN, name="good")
    with archive._db.writing() as db:
        db.execute("UPDATE runs SET recipe = ? WHERE id = ?", (text, number))
    assert names(archive) == ["good"]


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
from tests.ann.keeping.test_runs import ANNA, RUN
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
    archive.mark_interrupted()
    (saved,) = archive.list(ANNA)
    assert int(saved.note) >= written[-1] and saved.status == "interrupted"
    assert archive.open(ANNA, saved.id).step == RUN.step
    archive.close()
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as folder:
        for name, content in parts.items():
            folder.writestr(name, content)
    return file.getvalue()


def test_a_downloaded_run_can_be_uploaded_by_another_visitor(archive):
    content = archive.file(ANNA, archive.save(ANNA, RUN))
    number = archive.save_file(BEN, content, "From Anna")
    assert names(archive, BEN) == ["From Anna"]
    assert np.array_equal(archive.open(BEN, number).theta, RUN.theta)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a run of ANN Lab"),
        (b"PK\x03\x04 and then rubbish", "not a run of ANN Lab"),
        (b"GIF89a", "not a run of ANN Lab"),
        (zipped({"a.txt": b"hello"}), "not a file of ANN Lab"),
        (zipped({"header.npy": bytes(60_000_000)}), "holds 60 MB; the limit is 50 MB"),
        (zipped({str(i): b"" for i in range(101)}), "holds more than 100 parts"),
    ],
)
def test_a_file_that_is_not_a_run_is_refused_with_the_reason(archive, content, why):
    with pytest.raises(ArchiveError, match=f"file: .*{why}"):
        archive.save_file(ANNA, content)
    assert archive.list(ANNA) == ()


def test_a_run_with_a_flipped_byte_is_refused_or_saved_but_never_crashes(archive):
    content = archive.file(ANNA, archive.save(ANNA, RUN))
    for position in range(0, len(content), 997):
        damaged = bytearray(content)
        damaged[position] ^= 255
        try:
            archive.save_file(BEN, bytes(damaged))
        except ArchiveError as error:
            assert str(error).startswith("file: ")


@pytest.mark.parametrize("name", ["epoch", "step", "images_seen", "seconds"])
def test_a_file_with_numbers_that_no_training_reaches_is_refused(archive, name):
    for value in (10**400, float("inf")) if name == "seconds" else (10**400,):
        file = io.BytesIO()
        save_run(replace(RUN, **{name: value}), file)
        with pytest.raises(ArchiveError, match=rf"file: .*{name}|file: .*too large"):
            archive.save_file(ANNA, file.getvalue())
    assert archive.list(ANNA) == ()


def test_forged_metrics_do_not_get_into_the_list(archive):
    forged = History()
    forged.add(Step(1, 1e300, 1e300, 7.0, 0.0, 0.1))
    forged.add(Epoch(1, 1, 1.0, 1e300, -5.0, 1e300, 1e300, 0, 0, 0, np.eye(3), []))
    archive.save(ANNA, replace(RUN, history=forged))
    summary = archive.list(ANNA)[0].summary
    assert np.isnan([summary.epochs, summary.validation_accuracy, summary.train_accuracy]).all()
    assert np.isnan([summary.best_validation_loss, summary.validation_loss]).all()
