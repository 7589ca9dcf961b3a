"""A visitor has a few trainings under way; the others wait, and are called in their order."""

import contextlib
from dataclasses import fields
from pathlib import Path

import pytest

from ann.recipe import Recipe
from ann.running import limits
from ann.running.budget import Budget, NoRoomError, Owner
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.running.limits import Limits
from ann.running.memory import TooLargeError, check_step, state_bytes
from ann.running.seats import Seats
from ann.running.turns import Turns
from ann.state import start
from tests.waiting import wait_until

ANN, BOB = Owner("10.0.0.1", "ann"), Owner("10.0.0.2", "bob")


def state_of(source, **fields):
    return start(Recipe(hidden_sizes=(16,), **fields), open_split(source))


def job_for(share, source, **fields):
    return Job(share, state_of(source, batch_size=16, **fields), source)


def test_whoever_finds_no_seat_is_called_in_the_order_of_arrival():
    seats, called = Seats(2), []
    assert seats.take(1, print) and seats.take(2, print) and seats.take(1, print)
    assert not seats.take(3, lambda: called.append(3))
    assert not seats.take(4, lambda: called.append(4))
    assert (seats.place(1), seats.place(3), seats.place(4)) == (0, 1, 2)
    seats.leave(1)
    wait_until(lambda: called == [3])
    assert (seats.place(3), seats.place(4)) == (0, 1)
    seats.leave(2)
    wait_until(lambda: called == [3, 4])


def test_whoever_leaves_the_line_is_not_called():
    seats, called = Seats(1), []
    seats.take(1, print)
    seats.take(2, lambda: called.append(2))
    seats.take(3, lambda: called.append(3))
    seats.leave(2)
    assert seats.place(3) == 1
    seats.leave(1)
    wait_until(lambda: called == [3])


def test_trainings_beyond_a_visitors_limit_wait_visibly_and_all_get_trained(pool, source):
    turns = Turns(pool, Limits(max_trainings=2))
    jobs = [job_for(turns.share(ANN), source, epochs=6) for _ in range(5)]
    other = job_for(turns.share(BOB), source, epochs=6)
    for job in jobs:
        job.resume()
    assert [job.view().place for job in jobs[:2]] == [0, 0]
    assert {job.status for job in jobs} <= {"running", "finished"}
    places = [job.view().place for job in jobs]
    assert places == sorted(places)
    other.resume()
    assert other.view().place == 0, "nobody waits for another visitor's trainings"
    wait_until(lambda: {job.status for job in [*jobs, other]} == {"finished"})


def test_a_training_that_is_paused_in_line_leaves_it_and_can_come_back(pool, source):
    share = Turns(pool, Limits(max_trainings=1)).share(ANN)
    first, second, third = (job_for(share, source, epochs=200) for _ in range(3))
    for job in (first, second, third):
        job.resume()
    second.pause()
    assert second.at_rest and (second.view().place, third.view().place) == (0, 1)
    second.resume()
    assert (third.view().place, second.view().place) == (1, 2)
    first.finish()
    wait_until(lambda: third.view().place == 0 and third.has_begun)
    third.finish()
    wait_until(lambda: second.has_begun)
    second.finish()


def test_memory_is_limited_for_a_visitor_for_an_address_and_in_all():
    budget = Budget(most_each=100e6, most_group=150e6, most=180e6)
    first = budget.claim(ANN, 80_000_000)
    with pytest.raises(NoRoomError, match=r"takes 30 MB .* Your trainings may take 100 MB"):
        budget.claim(ANN, 30_000_000)
    with pytest.raises(NoRoomError, match="Large trainings from your address may take 112 MB"):
        budget.claim(Owner(ANN.group, "a fresh cookie"), 90_000_000)
    budget.claim(ANN, 20_000_000).release()
    second = budget.claim(BOB, 90_000_000)
    with pytest.raises(NoRoomError, match="All trainings may take 180 MB together, and 10 MB"):
        budget.claim(Owner("10.0.0.3", "eve"), 20_000_000)
    first.release()
    first.release()
    del second
    assert budget.claim(BOB, 100_000_000)


def test_fresh_cookies_cannot_take_all_the_memory_of_their_address():
    budget, cookies = Budget(most_each=2e9, most_group=4e9, most=6e9), []
    for k in range(40):
        owner = Owner(ANN.group, f"cookie {k}")
        with contextlib.suppress(NoRoomError):
            while True:
                cookies.append(budget.claim(owner, 320_000_000))
        with contextlib.suppress(NoRoomError):
            while True:
                cookies.append(budget.claim(owner, 10_000_000))
    assert budget.claim(ANN, 10_000_000)


def test_a_visitor_who_is_alone_at_an_address_may_take_all_of_its_memory():
    budget = Budget(most_each=150e6, most_group=150e6, most=150e6)
    claims = [budget.claim(ANN, 50_000_000) for _ in range(3)]
    assert len(claims) == 3
    with pytest.raises(NoRoomError, match="The trainings from your address may take 150 MB"):
        budget.claim(Owner(ANN.group, "bob"), 1_000_000)


def test_a_network_that_never_fits_is_refused_without_advice_to_wait():
    with pytest.raises(NoRoomError, match=r"free\. Choose smaller layers\.$"):
        Budget(100e6, 100e6, 100e6).claim(ANN, 200_000_000)


def test_the_memory_of_a_state_is_what_its_arrays_take(source):
    for chosen in ({}, {"optimizer": "sgd"}, {"batch_norm": True, "ema": 0.99}):
        state = state_of(source, **chosen)
        arrays = [value for value in vars(state).values() if hasattr(value, "nbytes")]
        assert state_bytes(state.recipe, state.n_features, state.n_classes) == sum(
            array.nbytes for array in arrays
        )


def test_a_step_that_takes_too_long_is_refused_and_the_message_says_what_fits(source):
    state = state_of(source, batch_size=64)
    with pytest.raises(TooLargeError, match=r"about 6\.4 seconds .* so a batch of 16 would fit"):
        check_step(state, 100, lambda recipe: recipe.batch_size / 10)
    with pytest.raises(TooLargeError, match="so smaller layers would fit"):
        check_step(state, 100, lambda recipe: 5.0)
    check_step(state, 100, lambda recipe: 0.1)


@pytest.mark.parametrize("text", ["none", "-1", "inf", "nan", "0"])
def test_a_limit_that_cannot_be_used_is_named_with_its_range(text):
    with pytest.raises(ValueError, match=r"ANN_MAX_TRAININGS: '.*' is not a number from 1 to 1,0"):
        Limits.read({"ANN_MAX_TRAININGS": text})


def test_limits_come_from_the_environment():
    read = Limits.read({"ANN_MAX_STEP_SECONDS": "0.5", "ANN_MAX_TOTAL_GB": "", "OTHER": "1"})
    assert read == Limits(max_step_seconds=0.5)


def test_the_readme_lists_every_limit_with_its_default():
    readme = (Path(limits.__file__).parent / "README.md").read_text(encoding="utf-8")
    for spec in fields(Limits):
        row = f"| {spec.default:g} | `ANN_{spec.name.upper()}` |"
        assert row in readme, row
