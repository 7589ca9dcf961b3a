"""Saved runs outlive a server, belong to one visitor, and have names and notes."""

import io
from dataclasses import replace

import numpy as np
import pytest

from ann.history import History
from ann.keeping import limits
from ann.keeping.database import ArchiveError
from ann.keeping.runs import Archive
from ann.recipe import Recipe
from ann.recipes.presets import PRESETS
from ann.run import Run
from ann.saving.history_json import to_json
from ann.state import start
from tests.ann.keeping.trained import ANNA, BEN, RECIPE, RUN, SPLIT, names


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


def test_a_deleted_run_is_gone_with_its_weights_and_cannot_be_updated(archive):
    number = archive.save(ANNA, RUN)
    archive.delete(ANNA, number)
    assert archive.list(ANNA) == ()
    with archive._db.reading() as db:
        assert db.execute("SELECT count(*) FROM files").fetchone() == (0,)
    with pytest.raises(ArchiveError, match="may have been deleted"):
        archive.update(ANNA, number, RUN, "finished")
    assert archive.save(ANNA, RUN) != number, "a number is never used twice"


def test_deleted_runs_come_back_whole_with_their_numbers_names_and_states(archive):
    state = start(RECIPE, SPLIT)
    first = archive.save(ANNA, RUN, name="First", note="why")
    second = archive.save(ANNA, Run.of(state, History()), status="paused", state=state)
    before = archive.list(ANNA)
    files = [archive.file(ANNA, number) for number in (first, second)]
    deleted = archive.delete(ANNA, first, second)
    assert archive.list(ANNA) == ()
    for _ in range(2):  # pressing Undo twice changes nothing
        archive.restore(ANNA, deleted)
        assert archive.list(ANNA) == before
        assert [archive.file(ANNA, number) for number in (first, second)] == files
    assert np.array_equal(archive.progress(ANNA, second).state.theta, state.theta)


def test_of_several_runs_all_are_deleted_or_none(archive):
    number, other = archive.save(ANNA, RUN), archive.save(BEN, RUN)
    with pytest.raises(ArchiveError, match="no such run"):
        archive.delete(ANNA, number, other)
    assert len(archive.list(ANNA)) == len(archive.list(BEN)) == 1


def test_deleted_runs_come_back_to_their_owner_alone(archive):
    deleted = archive.delete(ANNA, archive.save(ANNA, RUN))
    with pytest.raises(ArchiveError, match="another visitor"):
        archive.restore(BEN, deleted)
    assert archive.list(ANNA) == archive.list(BEN) == ()


def test_a_restored_run_leaves_the_name_that_another_has_taken_meanwhile(archive):
    deleted = archive.delete(ANNA, archive.save(ANNA, RUN, name="Mine"))
    archive.save(ANNA, RUN, name="Mine")
    archive.restore(ANNA, deleted)
    assert names(archive) == ["Mine", "Mine (2)"]


def test_what_is_too_large_to_hold_is_deleted_for_good(archive, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNDO_BYTES", 100)
    assert archive.delete(ANNA, archive.save(ANNA, RUN)) is None
    assert archive.list(ANNA) == ()
