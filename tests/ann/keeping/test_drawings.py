"""Handwriting outlives the server, belongs to its writer, and half of it never trains."""

import sqlite3

import numpy as np
import pytest

from ann.keeping import limits
from ann.keeping.database import ArchiveError, owner_of
from ann.keeping.drawings import PIXELS, DrawingArchive, Medium, fingerprint
from tests.ann.keeping.trained import ANNA, BEN


@pytest.fixture
def archive(tmp_path):
    archive = DrawingArchive(tmp_path / "runs.sqlite")
    yield archive
    archive.close()


def picture(seed: int) -> bytes:
    return np.random.default_rng(seed).integers(0, 256, PIXELS, np.uint8).tobytes()


def pictures(labels, first=0):
    return [(label, picture(first + k)) for k, label in enumerate(labels)]


def halves(archive, visitor=ANNA):
    """How many drawings of each digit train, and how many are kept aside."""
    counts = np.zeros((10, 2), int)
    for one in archive.all(visitor):
        counts[one.label, int(one.aside)] += 1
    return counts


def test_drawings_are_found_again_by_their_writer_alone(tmp_path):
    archive = DrawingArchive(tmp_path / "runs.sqlite")
    assert archive.add(ANNA, pictures([3, 7]), Medium.CANVAS) == 2
    archive.close()
    again = DrawingArchive(tmp_path / "runs.sqlite")
    found = again.all(ANNA)
    assert [(one.label, one.picture) for one in found] == pictures([3, 7])
    assert {one.source for one in found} == {Medium.CANVAS}
    assert again.all(BEN) == []
    again.delete(BEN, [found[0].id])
    assert len(again.all(ANNA)) == 2
    again.delete(ANNA, [found[0].id])
    assert [one.label for one in again.all(ANNA)] == [7]
    again.close()


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_half_of_each_digit_is_kept_aside_however_they_come(archive, at_once):
    labels = np.random.default_rng(at_once).integers(0, 10, 100).tolist()
    drawn = pictures(labels)
    for start in range(0, 100, at_once):
        archive.add(ANNA, drawn[start : start + at_once], Medium.SHEET)
        counts = halves(archive)
        assert (abs(counts[:, 0] - counts[:, 1]) <= 1).all()
    assert counts.sum() == 100


def test_the_half_does_not_depend_on_the_picture(archive):
    labels = [k % 10 for k in range(60)]
    archive.add(ANNA, pictures(labels), Medium.CANVAS)
    archive.add(BEN, pictures(labels, first=500), Medium.CANVAS)
    sides = [[one.aside for one in archive.all(visitor)] for visitor in (ANNA, BEN)]
    assert sides[0] == sides[1]


def test_what_is_deleted_changes_no_other_half_and_the_next_drawings_fill_the_gap(archive):
    archive.add(ANNA, pictures([4] * 10), Medium.CANVAS)
    before = {one.id: one.aside for one in archive.all(ANNA)}
    archive.delete(ANNA, [number for number, aside in before.items() if aside][:4])
    assert all(one.aside == before[one.id] for one in archive.all(ANNA))
    assert halves(archive)[4].tolist() == [5, 1]
    archive.add(ANNA, pictures([4] * 4, first=100), Medium.CANVAS)
    assert halves(archive)[4].tolist() == [5, 5]


def test_the_same_picture_is_saved_once_so_it_never_stands_in_both_halves(archive):
    archive.add(ANNA, pictures([1, 1]), Medium.CANVAS)
    again = [*pictures([1, 1]), *pictures([7]), (2, picture(9)), (2, picture(9))]
    assert archive.add(ANNA, again, Medium.SHEET) == 1
    marks = [fingerprint(one.picture) for one in archive.all(ANNA)]
    assert len(marks) == len(set(marks)) == 3


def test_nobody_sees_a_drawing_before_its_writer_and_a_teacher_have_shared_it(archive):
    owners = [owner_of(ANNA), owner_of(BEN)]
    archive.add(ANNA, pictures([0, 1]), Medium.CANVAS)
    archive.add(BEN, pictures([2], first=50), Medium.CANVAS)
    assert archive.shared_by(owners, approved_only=False) == []
    archive.share(ANNA, True)
    seen = archive.shared_by(owners, approved_only=False)
    assert [one.label for one in seen] == [0, 1] and {one.owner for one in seen} == {owners[0]}
    assert archive.shared_by(owners) == []
    archive.approve([one.id for one in seen[:1]], True, owners)
    assert [one.label for one in archive.shared_by(owners)] == [0]
    assert archive.shared_by(owners[1:]) == []


def test_a_teacher_looks_at_a_few_of_those_that_wait_and_knows_how_many_there_are(archive):
    owners = [owner_of(ANNA), owner_of(BEN)]
    for k, visitor in enumerate((ANNA, BEN)):
        archive.add(visitor, pictures([1, 2, 3], first=10 * k), Medium.CANVAS)
    assert archive.to_approve(owners, approved=False, most=2) == (0, []), "nobody shares any"
    archive.share(ANNA, True)
    archive.share(BEN, True)
    count, few = archive.to_approve(owners, approved=False, most=2)
    assert count == 6 and [one.label for one in few] == [1, 2]
    archive.approve([few[0].id], True, owners)
    assert archive.to_approve(owners, approved=False, most=9)[0] == 5
    count, shown = archive.to_approve(owners, approved=True, most=9)
    assert count == 1 and [one.id for one in shown] == [few[0].id]
    assert archive.to_approve(owners[1:], approved=True, most=9) == (0, [])


def test_a_teacher_can_approve_only_what_was_shared_in_her_class(archive):
    archive.add(ANNA, pictures([0]), Medium.CANVAS)
    archive.add(BEN, pictures([1], first=50), Medium.CANVAS)
    numbers = [archive.all(visitor)[0].id for visitor in (ANNA, BEN)]
    archive.share(BEN, True)
    archive.approve(numbers, True, [owner_of(ANNA)])
    assert not any(archive.all(visitor)[0].approved for visitor in (ANNA, BEN))
    archive.approve(numbers, True, [owner_of(BEN)])
    assert [archive.all(visitor)[0].approved for visitor in (ANNA, BEN)] == [False, True]
    archive.approve(numbers, False, [owner_of(BEN)])
    assert not archive.all(BEN)[0].approved


def test_what_is_added_later_is_shared_too_but_not_approved_and_unsharing_forgets(archive):
    owners = [owner_of(ANNA)]
    archive.add(ANNA, pictures([0]), Medium.CANVAS)
    archive.share(ANNA, True)
    archive.approve([archive.all(ANNA)[0].id], True, owners)
    archive.add(ANNA, pictures([1], first=5), Medium.CANVAS)
    assert [(one.shared, one.approved) for one in archive.all(ANNA)] == [
        (True, True),
        (True, False),
    ]
    archive.share(ANNA, True)
    assert len(archive.shared_by(owners)) == 1, "turned on again, it changes nothing"
    archive.share(ANNA, False)
    assert archive.shared_by(owners, approved_only=False) == []
    archive.share(ANNA, True)
    assert archive.shared_by(owners) == []


def test_beyond_the_limit_none_of_the_new_ones_is_saved(archive, monkeypatch):
    monkeypatch.setattr(limits, "MAX_DRAWINGS", 3)
    archive.add(ANNA, pictures([0, 1]), Medium.CANVAS)
    with pytest.raises(ArchiveError, match="would make 4; allowed are 3"):
        archive.add(ANNA, pictures([2, 3], first=10), Medium.SHEET)
    assert len(archive.all(ANNA)) == 2
    archive.add(ANNA, pictures([2], first=10), Medium.CANVAS)
    archive.add(BEN, pictures([2]), Medium.CANVAS)


@pytest.mark.parametrize(
    ("label", "drawn", "why"),
    [
        (10, picture(0), "label: got 10, allowed are the digits 0 to 9"),
        (-1, picture(0), "label: got -1"),
        ("3; DROP TABLE drawings", picture(0), "label: got '3; DROP"),
        (3, picture(0)[1:], "picture: 783 bytes, expected 784"),
        (3, bytes(PIXELS), "picture: nothing is drawn on it"),
    ],
)
def test_what_is_no_drawing_is_refused_with_the_reason(archive, label, drawn, why):
    with pytest.raises(ArchiveError, match=why):
        archive.add(ANNA, [(5, picture(1)), (label, drawn)], Medium.CANVAS)
    assert archive.all(ANNA) == []


def test_damaged_rows_are_left_out(archive, tmp_path):
    archive.add(ANNA, pictures(range(6)), Medium.CANVAS)
    with sqlite3.connect(tmp_path / "runs.sqlite") as db:
        for number, change in enumerate(
            ("label = 77", "label = 'x'", "picture = x'00'", "picture = 5", "source = 'mail'"), 1
        ):
            db.execute(f"UPDATE drawings SET {change} WHERE id = {number}")
    assert [one.label for one in archive.all(ANNA)] == [5]


def test_the_file_holds_no_visitors_id(archive, tmp_path):
    archive.add(ANNA, pictures([1]), Medium.CANVAS)
    archive.close()
    assert all(ANNA.encode() not in path.read_bytes() for path in tmp_path.iterdir())
