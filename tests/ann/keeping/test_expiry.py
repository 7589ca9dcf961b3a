"""What has not changed for long is deleted, slowly, and never because a clock is wrong."""

import logging

import pytest

from ann.keeping import expiry, limits
from ann.keeping.expiry import DAY, Clock
from ann.keeping.runs import Archive
from ann.keeping.sweeps import SweepArchive
from ann.search.plan import Plan
from ann.search.results import Result, Results
from tests.ann.keeping.trained import ANNA, BEN, RECIPE, RUN, names

HOUR = 3_600.0


class Hands:
    """Both clocks of a machine, turned by a test."""

    def __init__(self):
        self.date, self.steady = 1_800_000_000.0, 500.0

    def clock(self):
        return Clock(lambda: self.date, lambda: self.steady)

    def run(self, seconds):
        self.date += seconds
        self.steady += seconds


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def archive(tmp_path, hands):
    archive = Archive(tmp_path / "runs.sqlite", hands.clock())
    yield archive
    archive.close()


def write_for(archive, hands, seconds, every=HOUR / 2):
    """Write now and then while the clocks run normally; deleting takes the longest."""
    written = []
    for _ in range(int(seconds / every)):
        hands.run(every)
        written.append(archive.save(ANNA, RUN))
        if len(written) == 50:
            archive.delete(ANNA, *written)
            written.clear()
    archive.delete(ANNA, *written)


def test_runs_without_a_change_for_long_are_deleted(archive, hands):
    archive.save(BEN, RUN, name="old")
    write_for(archive, hands, (limits.MAX_DAYS - 1) * DAY, every=DAY / 2)
    assert names(archive, BEN) == ["old"]
    write_for(archive, hands, 2 * DAY)
    assert names(archive, BEN) == []


def test_a_clock_that_is_wrong_deletes_nothing(archive, hands, caplog):
    for letter in "abc":
        archive.save(BEN, RUN, name=letter)
    with caplog.at_level(logging.WARNING, "ann.keeping.expiry"):
        hands.date += 181 * DAY
        archive.save(ANNA, RUN)
    assert "the clock jumped by 181.0 days" in caplog.text
    assert names(archive, BEN) == ["c", "b", "a"]
    write_for(archive, hands, 20 * DAY, every=HOUR * 6)
    assert names(archive, BEN) == ["c", "b", "a"], "nor when it stays wrong"
    hands.date -= 181 * DAY
    write_for(archive, hands, DAY)
    assert names(archive, BEN) == ["c", "b", "a"], "nor when it is set right again"


def test_runs_saved_under_a_wrong_clock_age_from_then_on_like_all_others(archive, hands):
    archive.save(BEN, RUN, name="before")
    hands.date += 5_000 * DAY
    archive.save(BEN, RUN, name="in the future")
    hands.date -= 5_000 * DAY
    write_for(archive, hands, DAY)
    hands.date -= 19_000 * DAY
    archive.save(BEN, RUN, name="in the past")
    hands.date += 19_000 * DAY
    write_for(archive, hands, 2 * HOUR)
    assert len(names(archive, BEN)) == 3
    write_for(archive, hands, (limits.MAX_DAYS - 5) * DAY, every=DAY / 2)
    assert len(names(archive, BEN)) == 3, "none expires early"
    write_for(archive, hands, 10 * DAY, every=DAY / 2)
    assert names(archive, BEN) == [], "and none is protected forever"


def test_a_clock_set_back_does_not_delete_what_is_new(archive, hands):
    for letter in "ab":
        archive.save(BEN, RUN, name=letter)
    hands.date -= 400 * DAY
    write_for(archive, hands, 3 * HOUR)
    assert names(archive, BEN) == ["b", "a"]
    assert archive.latest(BEN).updated <= hands.date


def test_after_a_jump_the_clock_must_run_normally_for_an_hour(archive, hands):
    archive.save(BEN, RUN, name="old")
    write_for(archive, hands, (limits.MAX_DAYS - 1) * DAY, every=DAY / 2)
    hands.run(10 * DAY)  # the server is off during the holidays
    for _ in range(30):
        hands.date += 10 * 60  # a date that runs away does not count
        archive.save(ANNA, RUN)
    assert names(archive, BEN) == ["old"]
    write_for(archive, hands, HOUR - 60, every=HOUR / 2 - 30)
    assert names(archive, BEN) == ["old"]
    write_for(archive, hands, HOUR)
    assert names(archive, BEN) == []


def test_a_new_server_takes_the_age_of_a_jump_from_the_file(tmp_path, archive, hands):
    archive.save(BEN, RUN, name="a")
    with archive._db.writing() as db:
        db.execute("DROP TABLE clocks")  # as an earlier version wrote it
    archive.close()
    hands.date += 181 * DAY
    for _ in range(3):  # each starts anew
        other = Archive(tmp_path / "runs.sqlite", hands.clock())
        other.save(ANNA, RUN)
        write_for(other, hands, HOUR / 2)
        other.close()
    assert names(archive, BEN) == ["a"]


def test_only_a_few_are_deleted_in_one_write(archive, hands):
    for letter in "abcdefgh":
        archive.save(BEN, RUN, name=letter)
    with archive._db.writing() as db:
        db.execute("UPDATE runs SET updated = updated - ?", ((limits.MAX_DAYS + 1) * DAY,))
    hands.run(60)
    left = []
    for _ in range(4):
        archive.save(ANNA, RUN)
        left.append(len(names(archive, BEN)))
    assert left == [8 - expiry.MOST_AT_ONCE, 8 - 2 * expiry.MOST_AT_ONCE, 0, 0]


def test_saved_sweeps_are_as_safe_from_wrong_clocks(tmp_path, hands):
    saved, plan = SweepArchive(tmp_path / "runs.sqlite", hands.clock()), Plan([RECIPE], (), 1)
    saved.save(BEN, "f", plan, Results([[Result()]], [], 0, 0.0))
    hands.date += 181 * DAY
    saved.save(ANNA, "f", plan, Results([[Result()]], [], 0, 0.0))
    assert len(saved.list(BEN)) == 1
    saved.close()
