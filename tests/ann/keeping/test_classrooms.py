"""Classes: who gets in, what is kept of them, and that nothing is left of one that is deleted."""

import random
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ann.classroom import snapshot
from ann.classroom.codes import ALPHABET
from ann.classroom.post import RunPost
from ann.keeping import limits
from ann.keeping.classrooms import ClassArchive
from ann.keeping.database import ArchiveError, MissingError, owner_of
from ann.keeping.drawings import DrawingArchive
from ann.keeping.expiry import DAY, Clock
from ann.keeping.lessons import LessonArchive
from ann.keeping.runs import Archive
from ann.keeping.sweeps import SweepArchive
from ann.lessons.progress import Progress
from ann.recipe import Recipe
from tests.ann.keeping.trained import ANNA, BEN, RUN

TEACHER = "teacher" + 40 * "t"
SENTENCE = "because my cat Minka says so"
NOTE = "a note that somebody typed"


def derive(text):
    return owner_of(f"a secret of the server: {text}")[:43]


@pytest.fixture
def now():
    return [time.time()]


@pytest.fixture
def forgotten():
    return []


@pytest.fixture
def classes(tmp_path, now, forgotten):
    clock = Clock(now=lambda: now[0])
    found = ClassArchive(tmp_path / "runs.sqlite", derive, clock, forget=forgotten.append)
    yield found
    found.close()


@pytest.fixture
def classroom(classes):
    return classes.create(TEACHER)


@pytest.fixture
def others(tmp_path):
    """The archives of runs, sweeps, lessons and drawings in the same file."""
    kinds = (Archive, SweepArchive, LessonArchive, DrawingArchive)
    found = [kind(tmp_path / "runs.sqlite") for kind in kinds]
    yield found
    for one in found:
        one.close()


def post(number=1, accuracy=0.9):
    return RunPost(number, Recipe(), "fingerprint", 3, 1, 1, validation_accuracy=accuracy)


def all_bytes(folder):
    return b"".join(path.read_bytes() for path in Path(folder).iterdir() if path.is_file())


# Who gets in.


def test_whoever_knows_the_code_joins_and_gets_a_name_that_is_free(classes, classroom):
    assert classes.find(f" {classroom.code.lower()}\n").id == classroom.id
    joined = [classes.join(classroom.id, ANNA) for _ in range(30)]
    assert len({one.member.name for one in joined}) == len({one.visitor for one in joined}) == 30
    assert [one.member.look for one in joined] == list(range(30))


def test_a_browser_finds_its_members_again_the_last_active_first(classes, classroom, now):
    first, second = classes.join(classroom.id, ANNA), classes.join(classroom.id, ANNA)
    now[0] += 60
    classes.seen(first.member.id)
    assert [one.visitor for one in classes.memberships(ANNA)] == [first.visitor, second.visitor]
    assert classes.memberships(BEN) == ()
    classes.leave(first.member.id, ANNA)
    assert [one.member.id for one in classes.memberships(ANNA)] == [second.member.id]


def test_a_return_link_makes_another_browser_the_same_member(classes, classroom):
    joined = classes.join(classroom.id, ANNA)
    token = classes.return_token(joined.member.id)
    assert classes.come_back(token, BEN).visitor == joined.visitor
    assert [one.member.id for one in classes.memberships(BEN)] == [joined.member.id]


def test_a_link_to_teach_opens_the_class_for_another_browser_and_no_link_opens_more(
    classes, classroom
):
    joined = classes.join(classroom.id, ANNA)
    assert classes.teach(classes.return_token(joined.member.id), BEN) is None
    assert classes.come_back(classes.teacher_token(classroom.id), BEN) is None
    assert classes.taught(BEN) == () and classes.memberships(BEN) == ()
    assert classes.teach(classes.teacher_token(classroom.id), BEN).id == classroom.id
    assert [one.id for one in classes.taught(BEN)] == [classroom.id]


def test_nobody_joins_a_full_class_or_one_that_has_ended(classes, classroom, monkeypatch):
    monkeypatch.setattr(limits, "MAX_MEMBERS", 1)
    joined = classes.join(classroom.id, ANNA)
    with pytest.raises(ArchiveError, match="it is full; the most is 1 members"):
        classes.join(classroom.id, BEN)
    classes.end(classroom.id)
    with pytest.raises(ArchiveError, match="it has ended"):
        classes.join(classroom.id, BEN)
    assert classes.find(classroom.code) is None and classes.memberships(ANNA) == ()
    token = classes.return_token(joined.member.id)
    assert classes.come_back(token, BEN).visitor == joined.visitor, "her runs are still there"
    assert not classes.post(joined.visitor, post())


def test_whoever_was_removed_is_out_until_they_are_put_back(classes, classroom):
    joined = classes.join(classroom.id, ANNA)
    token = classes.return_token(joined.member.id)
    classes.remove_member(classroom.id, joined.member.id)
    assert classes.memberships(ANNA) == () and classes.membership(joined.member.id) is None
    assert classes.come_back(token, ANNA) is None
    assert not classes.is_member(joined.visitor) and not classes.post(joined.visitor, post())
    classes.remove_member(classroom.id, joined.member.id, removed=False)
    assert classes.membership(joined.member.id).visitor == joined.visitor
    assert classes.is_member(joined.visitor)


def test_only_so_many_classes_may_be(classes, classroom, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CLASSES", 1)
    with pytest.raises(ArchiveError, match="you have 1 already"):
        classes.create(TEACHER)
    monkeypatch.setattr(limits, "MAX_ALL_CLASSES", 1)
    with pytest.raises(ArchiveError, match="this server has 1 already"):
        classes.create(ANNA)


# Ten thousand forgeries.


def forgeries(genuine, n=10_000, seed=15):
    """Texts such as somebody sends who wants to get in: changed, cut, joined, wild."""
    rng = random.Random(seed)
    signs = ALPHABET + "abcxyz0123456789._-'\"%;*\\/ \n\0é🦦\ud800"
    for _ in range(n):
        text = rng.choice(genuine) if rng.random() < 0.7 else ""
        chars = list(text)
        for _ in range(rng.randint(1, 6)):
            at = rng.randint(0, len(chars))
            kind = rng.random()
            if kind < 0.4 or not chars:
                chars.insert(at, rng.choice(signs))
            elif kind < 0.8:
                chars[at - 1] = rng.choice(signs)
            else:
                del chars[at - 1 :]
        forged = "".join(chars) * (1 if rng.random() < 0.99 else 10_000)
        if forged not in genuine:
            yield forged


def test_of_ten_thousand_forged_tokens_none_lets_anybody_in(classes, classroom):
    joined = [classes.join(classroom.id, ANNA) for _ in range(3)]
    genuine = [classes.return_token(one.member.id) for one in joined]
    genuine.append(classes.teacher_token(classroom.id))
    before = classes.version(classroom.id)
    for forged in forgeries(genuine):
        assert classes.come_back(forged, BEN) is None and classes.teach(forged, BEN) is None
    assert classes.memberships(BEN) == () and classes.taught(BEN) == ()
    assert classes.version(classroom.id) == before


def test_of_ten_thousand_forged_codes_none_finds_a_class(classes, classroom):
    right = {classroom.code}

    def typed(text):
        return "".join(c for c in text[:40].upper() if c.isalnum())

    forged = [one for one in forgeries([classroom.code]) if typed(one) not in right]
    assert len(forged) > 7_000
    for one in forged:
        assert classes.find(one) is None, one


def test_of_ten_thousand_forged_rows_none_breaks_the_board_and_wild_ones_are_not_shown(
    classes, classroom, tmp_path
):
    joined = classes.join(classroom.id, ANNA)
    good = post().to_json()
    rng = random.Random(4)
    wild = ["", "{}", "null", "[" * 5_000, "7", '{"recipe": {}}', "\0", "{" + "x" * 700]
    rows = [(k + 10, rng.choice(wild)) for k in range(5_000)]
    for k in range(5_000):
        at = rng.randrange(len(good))
        rows.append((k + 10_000, good[:at] + rng.choice('"{}[]:,x9-') + good[at + 1 :]))
    insert = "INSERT INTO posts VALUES (NULL, ?, ?, 'run', ?, 0, 0, ?)"
    place = classroom.id, joined.member.id
    with sqlite3.connect(tmp_path / "runs.sqlite") as db:
        db.executemany(insert, [(*place, number, text) for number, text in rows])
        test = "INSERT INTO posts VALUES (NULL, ?, ?, 'test', ?, 0, 0, ?)"
        db.executemany(test, [(*place, k, text) for k, text in enumerate(wild)])
        settings = 'UPDATE classes SET settings = \'{"frozen": "yes", "controls": [7]\''
        db.execute(settings)
    found = classes.snapshot(classroom.id)
    assert found.tested == () and found.classroom.settings == type(found.classroom.settings)()
    assert min(one.id for one in found.runs) > 5_000, "none of the wild ones"
    for one in found.runs:
        again = RunPost.from_json(one.run.to_json())
        assert repr(again) == repr(one.run) and again.number > 0


def test_a_visitor_who_is_no_member_posts_nothing(classes, classroom):
    classes.join(classroom.id, ANNA)
    for visitor in (ANNA, BEN, TEACHER, *(f"{k:043d}" for k in range(1_000))):
        assert not classes.post(visitor, post())
    assert classes.snapshot(classroom.id).runs == ()
    with pytest.raises(ArchiveError, match="id of at least"):
        classes.post("", post())


# What is kept.


def test_a_newer_state_of_a_run_takes_the_place_of_the_older_one(classes, classroom):
    joined = classes.join(classroom.id, ANNA)
    for accuracy in (0.5, 0.6):
        classes.post(joined.visitor, post(7, accuracy))
    (one,) = classes.snapshot(classroom.id).runs
    assert one.run.validation_accuracy == 0.6


def test_beyond_the_limit_the_oldest_posts_of_a_member_go(classes, classroom, monkeypatch):
    monkeypatch.setattr(limits, "MAX_POSTS", 2)
    joined, other = classes.join(classroom.id, ANNA), classes.join(classroom.id, BEN)
    classes.post(other.visitor, post(1))
    for number in (1, 2, 3):
        classes.post(joined.visitor, post(number))
    runs = classes.snapshot(classroom.id)
    assert [one.run.number for one in runs.runs_of(joined.member.id)] == [2, 3]
    assert len(runs.runs_of(other.member.id)) == 1


def test_the_version_changes_with_everything_that_a_board_shows(classes, classroom, others):
    versions = [classes.version(classroom.id)]

    def changed():
        versions.append(classes.version(classroom.id))
        return versions[-1] not in versions[:-1]

    joined = classes.join(classroom.id, ANNA)
    assert changed()
    classes.post(joined.visitor, post())
    assert changed()
    classes.change(classroom.id, frozen=True)
    assert changed()
    others[2].save(joined.visitor, "steps", Progress().to_json())
    assert changed()
    classes.remove_member(classroom.id, joined.member.id)
    assert changed()
    classes.seen(joined.member.id)
    assert not changed(), "or every click would draw all boards anew"


def test_a_snapshot_says_that_a_sentence_was_written_but_never_what(classes, classroom, others):
    joined = classes.join(classroom.id, ANNA)
    progress = Progress(at="why", answers={"why": SENTENCE, "choice": 2})
    others[2].save(joined.visitor, "steps", progress.to_json())
    others[2].save(joined.visitor, "*", '{"on": "steps"}')
    found = classes.snapshot(classroom.id)
    assert found.lessons[joined.member.id].keys() == {"steps"}
    assert found.lessons[joined.member.id]["steps"].answers == {"why": "", "choice": 2}
    assert SENTENCE not in repr(found)
    assert SENTENCE in others[2].all(joined.visitor)["steps"], "it is still the member's own"


def test_what_the_test_set_said_is_kept_for_members_alone(classes, classroom):
    joined = classes.join(classroom.id, ANNA)
    tested = snapshot.Tested(joined.member.id, 3, 0.93, 10_000)
    classes.post_tested(classroom.id, tested)
    assert classes.snapshot(classroom.id).tested == (tested,)
    with pytest.raises(MissingError):
        classes.post_tested(classroom.id, snapshot.Tested(99, 3, 0.93, 10_000))


def test_the_file_names_no_browser_no_secret_and_no_address(
    classes, classroom, tmp_path, capfd, caplog
):
    joined = classes.join(classroom.id, ANNA)
    classes.post(joined.visitor, post())
    secrets = [classes.return_token(joined.member.id), classes.teacher_token(classroom.id)]
    classes.close()
    written = all_bytes(tmp_path)
    for text in (ANNA, TEACHER, joined.visitor, *(s.partition(".")[2] for s in secrets)):
        assert text.encode() not in written
    assert not caplog.records and not any(capfd.readouterr())


# Deleting.


def saved_by(joined, others):
    runs, _, lessons, _ = others
    number = runs.save(joined.visitor, RUN, note=NOTE)
    progress = Progress(answers={"why": SENTENCE})
    lessons.save(joined.visitor, "steps", progress.to_json())
    return number


def test_a_class_goes_with_all_that_its_members_have_saved_and_nothing_else(
    classes, classroom, others, forgotten
):
    runs, _, lessons, _ = others
    joined, other = classes.join(classroom.id, ANNA), classes.create(TEACHER)
    saved_by(joined, others)
    stays = classes.join(other.id, ANNA)
    runs.save(stays.visitor, RUN)
    runs.save(ANNA, RUN)
    classes.delete(classroom.id)
    assert runs.list(joined.visitor) == () and lessons.all(joined.visitor) == {}
    assert len(runs.list(stays.visitor)) == len(runs.list(ANNA)) == 1
    assert forgotten == [owner_of(joined.visitor)]
    assert classes.version(classroom.id) == "" and classes.membership(joined.member.id) is None
    with pytest.raises(MissingError, match="there is no such class"):
        classes.snapshot(classroom.id)


def test_nothing_of_a_deleted_class_can_be_read_in_the_file(classes, classroom, others, tmp_path):
    joined = classes.join(classroom.id, ANNA)
    saved_by(joined, others)
    classes.post(joined.visitor, post())
    words = (SENTENCE, NOTE, joined.member.name, classroom.code, owner_of(joined.visitor))
    assert all(word.encode() in all_bytes(tmp_path) for word in words)
    classes.snapshot(classroom.id)
    classes.delete(classroom.id)
    left = all_bytes(tmp_path)
    assert [word for word in words[:-1] if word.encode() in left] == []


def test_a_class_is_gone_after_thirty_days_also_if_nobody_comes(
    classes, classroom, others, now, forgotten
):
    joined = classes.join(classroom.id, ANNA)
    saved_by(joined, others)
    now[0] += 29.9 * DAY
    classes.expire()
    assert classes.find(classroom.code) and forgotten == []
    now[0] += 0.2 * DAY
    assert classes.find(classroom.code) is None, "before it is deleted, nobody gets in any more"
    assert classes.memberships(ANNA) == () and classes.taught(TEACHER) == ()
    token = classes.return_token(joined.member.id)
    assert classes.come_back(token, BEN) is None
    assert classes.teach(classes.teacher_token(classroom.id), BEN) is None
    with pytest.raises(MissingError):
        classes.snapshot(classroom.id)
    classes.expire()
    assert others[0].list(joined.visitor) == () and owner_of(joined.visitor) in forgotten


def test_what_an_open_page_saves_after_its_class_was_deleted_goes_too(
    classes, classroom, others, now
):
    joined = classes.join(classroom.id, ANNA)
    classes.delete(classroom.id)
    saved_by(joined, others)
    others[0].save(BEN, RUN)
    classes.expire()
    assert others[0].list(joined.visitor) == () and others[2].all(joined.visitor) == {}
    assert len(others[0].list(BEN)) == 1


# Several at once.


WRITER = """
import sys
from ann.classroom.post import RunPost
from ann.keeping.classrooms import ClassArchive
from ann.recipe import Recipe
archive = ClassArchive(sys.argv[1], lambda text: text.rjust(43, "-")[-43:])
for k in range(15):
    one = archive.join(int(sys.argv[2]), f"{sys.argv[3]}{k}".ljust(43, "b"))
    assert archive.post(one.visitor, RunPost(k + 1, Recipe(), "f", 1, 1, 1, 0.5))
"""


def test_several_processes_join_and_post_at_once(classes, classroom, tmp_path):
    root = Path(__file__).parents[3]
    path, number = str(tmp_path / "runs.sqlite"), str(classroom.id)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, number, who], cwd=root)
        for who in ("x", "y", "z")
    ]
    assert [one.wait(60) for one in writers] == [0, 0, 0]
    found = classes.snapshot(classroom.id)
    assert len(found.runs) == len({one.name for one in found.members}) == 45
    assert [one.look for one in found.members] == list(range(45))


def test_threads_that_change_settings_at_once_lose_none(classes, classroom):
    changes = ({"frozen": True}, {"ranking": True}, {"wall": True}, {"revealed": True})
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda one: classes.change(classroom.id, **one), changes))
    found = classes.snapshot(classroom.id).classroom.settings
    assert found.frozen and found.ranking and found.wall and found.revealed


def test_only_the_servers_own_user_may_read_the_file(classes, classroom, tmp_path):
    assert (tmp_path / "runs.sqlite").stat().st_mode & 0o077 == 0
