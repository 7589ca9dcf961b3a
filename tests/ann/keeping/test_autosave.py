"""When `ann.keeping.autosave` writes what, look by look."""

import gc
import weakref

import pytest

from ann.keeping import autosave
from ann.keeping.autosave import Autosave, Watched
from ann.keeping.database import MissingError, UnusableError

ANNA = 43 * "a"


class Thing:
    """Something that changes, as a job or a sweep does."""

    def __init__(self, active=True):
        self.revision, self.active, self.error = 0, active, None
        self.worth_saving, self.name = True, ""


class Notes(Autosave):
    """Records what it would write. Its thread sleeps: a test says when it looks."""

    def __init__(self):
        self.written = []
        super().__init__("test", look=3600, every=3600)

    def _active(self, thing):
        return thing.active

    def _write(self, one, thing):
        self.written.append(thing.revision)
        if thing.error:
            raise thing.error

    def watch(self, thing):
        self._watch(Watched(ANNA, weakref.ref(thing), thing))
        return thing


@pytest.fixture
def notes():
    notes = Notes()
    yield notes
    notes.close()


def test_an_active_thing_is_written_now_and_then_and_at_once_when_it_ends(notes, monkeypatch):
    monkeypatch.setattr(autosave, "RETRY_SECONDS", 0)  # which applies to failed writes
    thing = notes.watch(Thing())
    for thing.revision in (1, 2, 3):
        notes._look()
    assert notes.written == [1] and notes.busy(ANNA)
    thing.active = False
    assert notes.busy(ANNA), "its end is not written yet"
    notes._look()
    assert notes.written == [1, 3] and not notes.busy(ANNA)
    notes._look()
    assert notes.written == [1, 3], "it has not changed"
    thing.revision = 4
    notes._look()
    assert notes.written == [1, 3, 4], "it has changed again"


def test_a_failed_write_is_not_tried_at_every_look_but_when_the_server_ends(notes):
    thing = notes.watch(Thing(active=False))
    thing.error = UnusableError("the disk is full")
    notes._look()
    notes._look()
    assert len(notes.written) == 1 and notes.busy(ANNA)
    thing.error = None
    notes._look(last=True)
    assert len(notes.written) == 2 and not notes.busy(ANNA)


def test_a_failed_write_is_tried_again_soon(notes, monkeypatch):
    monkeypatch.setattr(autosave, "RETRY_SECONDS", 0)
    thing = notes.watch(Thing())
    thing.error = UnusableError("the file is locked")
    notes._look()
    notes._look()
    assert len(notes.written) == 2


def test_an_unexpected_error_does_not_keep_others_from_being_written(notes):
    broken, sound = notes.watch(Thing(active=False)), notes.watch(Thing(active=False))
    broken.error, sound.revision = ZeroDivisionError(), 7
    notes._look()
    notes._look()
    assert notes.written == [0, 7] and not notes.busy(ANNA), "it would fail again"


def test_a_deleted_thing_is_not_watched_any_longer(notes):
    thing = notes.watch(Thing())
    thing.error = MissingError("deleted")
    notes._look()
    thing.active, thing.revision = False, 1
    notes._look()
    assert notes.written == [0] and not notes.busy(ANNA)


def test_a_thing_is_held_until_its_end_is_written_and_no_longer(notes):
    gone = weakref.ref(notes.watch(Thing()))
    notes._look()
    assert gc.collect() >= 0 and gone() is not None, "nobody else holds it, and it is still active"
    gone().active = False
    notes._look()
    assert gc.collect() >= 0 and gone() is None
    notes._look()
    assert not notes._watched


class Numbered(Notes):
    """Gives each thing a number at its first write, and notes the names of what it writes."""

    def __init__(self):
        self.during = lambda thing: None
        super().__init__()

    def _worth_saving(self, thing):
        return thing.worth_saving

    def _write(self, one, thing):
        self.written.append(thing.name)
        one.number = one.number or len(self.written)
        self.during(thing)

    def watch(self, name, worth_saving=True):
        thing = super().watch(Thing())
        thing.name, thing.worth_saving = name, worth_saving
        return thing


@pytest.fixture
def numbered():
    numbered = Numbered()
    yield numbered
    numbered.close()


def test_a_thing_is_looked_at_again_and_again_until_it_is_saved(numbered):
    thing = numbered.watch("new", worth_saving=False)
    for thing.revision in range(1, 4):
        numbered._look()
    assert numbered.written == []
    thing.worth_saving = True
    numbered._look()
    thing.revision += 1
    numbered._look()
    assert numbered.written == ["new"], "at the next look, and again only when it is due"


def test_what_was_never_saved_comes_before_what_is_saved_again(numbered):
    old = [numbered.watch(f"old {k}") for k in range(20)]
    numbered._look()
    numbered.written.clear()
    for one in old:
        one.revision += 1
    for one in numbered._watched:
        one.due = 0.0
    numbered.watch("new")
    late = iter(["late"])  # comes while the first of the old is being written

    def during(thing):
        if thing.name == "old 0":
            numbered.watch(next(late))

    numbered.during = during
    numbered._look()
    assert numbered.written == ["new", "old 0", "late", *(f"old {k}" for k in range(1, 20))]


def test_what_has_ended_does_not_wait_until_all_others_are_saved_again(numbered):
    old = [numbered.watch(f"old {k}") for k in range(20)]
    numbered._look()
    numbered.written.clear()
    for one in old:
        one.revision += 1
    for one in numbered._watched:
        one.due = 0.0
    old[7].active = False

    def during(thing):
        if thing.name == "old 0":  # ends while the first of the others is being written
            old[9].active = False

    numbered.during = during
    numbered._look()
    others = [f"old {k}" for k in range(1, 20) if k not in (7, 9)]
    assert numbered.written == ["old 7", "old 0", "old 9", *others]
    numbered._look()
    assert len(numbered.written) == 20, "an end is written once"
