"""What a visitor, and all visitors from one address, may add within an hour."""

import pytest

from ann.history import History
from ann.keeping import limits
from ann.keeping.allowance import Allowance, HastyError
from ann.keeping.rows import pack
from ann.recipe import Recipe
from ann.run import Run
from ann.search.plan import Plan
from ann.search.results import Result, Results
from ann.state import Split, start
from tests.ann.keeping.trained import ANNA, BEN, RECIPE, RUN, X, Y, names

MB = 1_000_000
SCHOOL = "192.0.2.1"


class Seconds:
    """A clock that a test turns."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def allowance(seconds, monkeypatch):
    monkeypatch.setattr(limits, "MAX_VISITOR_HOUR_BYTES", 10 * MB)
    monkeypatch.setattr(limits, "MAX_ADDRESS_HOUR_BYTES", 25 * MB)
    return Allowance(seconds)


def add(allowance, owner, size, address=""):
    allowance.check(owner, address, size)
    allowance.add(owner, address, size)


def test_a_visitor_who_adds_too_much_is_told_how_much_and_may_again_an_hour_later(
    allowance, seconds
):
    add(allowance, "anna", 8 * MB)
    why = (
        r"This browser has saved 8\.0 MB within an hour, and this would add 3\.0 MB; "
        r"the limit is 10 MB\. Try again later"
    )
    with pytest.raises(HastyError, match=why):
        add(allowance, "anna", 3 * MB)
    add(allowance, "ben", 3 * MB)
    add(allowance, "anna", 2 * MB)
    seconds.now += 3_700
    add(allowance, "anna", 10 * MB)
    assert set(allowance._added) == {("owner", "anna"), ("address", "")}, (
        "what is over an hour old leaves memory"
    )


def test_fresh_cookies_share_the_limit_of_their_address(allowance):
    add(allowance, "a", 10 * MB, SCHOOL)
    add(allowance, "b", 10 * MB, SCHOOL)
    with pytest.raises(HastyError, match=r"Your network address has saved 20 MB .* limit is 25 MB"):
        add(allowance, "c", 6 * MB, SCHOOL)
    add(allowance, "c", 6 * MB, "192.0.2.2")


def test_a_run_that_shrinks_at_its_end_counts_only_what_is_left(allowance):
    for _ in range(20):
        add(allowance, "anna", 4 * MB)
        add(allowance, "anna", -4 * MB + 300_000)
    assert allowance.spent(("owner", "anna")) == 6 * MB


def test_forty_learners_behind_one_address_may_save_a_default_run_each_minute(seconds):
    recipe, rng_x = Recipe(), X[:40].repeat(66, axis=1)[:, :784]
    state = start(recipe, Split(rng_x, Y[:40] % 10, rng_x[:0], Y[:0]))
    run = Run.of(state, History())
    while_training, at_its_end = (
        sum(map(len, pack(run, part, limits.MAX_RUN_BYTES, compressed=compressed)))
        for part, compressed in ((state, False), (None, True))
    )
    assert while_training > 3 * at_its_end > 1 * MB
    allowance = Allowance(seconds)
    for _ in range(120):
        for size in (while_training, at_its_end - while_training):
            for learner in range(40):
                add(allowance, f"{learner}", size, SCHOOL)
        seconds.now += 60


def test_an_archive_and_saved_sweeps_refuse_what_is_too_much(archive, saved_sweeps, monkeypatch):
    archive.save(ANNA, RUN, "first", address=SCHOOL)
    size = archive.list(ANNA)[0].size
    monkeypatch.setattr(limits, "MAX_ADDRESS_HOUR_BYTES", int(1.5 * size))
    with pytest.raises(HastyError, match="Your network address"):
        archive.save(BEN, RUN, address=SCHOOL)
    with pytest.raises(HastyError, match="Your network address"):
        archive.save_file(BEN, archive.file(ANNA, archive.list(ANNA)[0].id), address=SCHOOL)
    archive.save(BEN, RUN, "Ben's", address="192.0.2.2")
    assert names(archive) == ["first"] and names(archive, BEN) == ["Ben's"]
    plan = Plan([RECIPE], (), 1)
    results = Results([[Result()]], [], 0, 0.0)
    monkeypatch.setattr(limits, "MAX_ADDRESS_HOUR_BYTES", 10)
    with pytest.raises(HastyError, match="Your network address"):
        saved_sweeps.save(ANNA, "f", plan, results, address=SCHOOL)
    monkeypatch.setattr(limits, "MAX_VISITOR_HOUR_BYTES", 10)
    with pytest.raises(HastyError, match="This browser"):
        saved_sweeps.save(ANNA, "f", plan, results)
