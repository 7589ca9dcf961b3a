"""Leave one out: each part is tested on a network of its own, which is then dropped."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest

from ann.recipe import Recipe
from ann.running.budget import NoRoomError
from ann.running.chunk import open_split
from ann.running.job import Job
from ann.running.pool import Pool
from ann.search.group import AT_ONCE
from ann.search.leave_out import LeaveOneOut
from ann.state import start
from ann.train import train
from tests.waiting import wait_until

RECIPE = Recipe(hidden_sizes=(8,), epochs=2, batch_size=50, seed=5)


class Silent(Executor):
    """Takes chunks and never finishes one: a training that is always under way."""

    def submit(self, function, *args):
        return Future()


@pytest.fixture
def parts(source):
    """`parts(count)` leaves one of so many out; here all have the same digits, but another seed."""
    pools, made = [], []

    def group(count, make=lambda: ThreadPoolExecutor(1), fail_at=None):
        pools.append(Pool(make))

        def new_job(number):
            made.append(("made", number))
            if number == fail_at:
                raise NoRoomError("no room")
            recipe = Recipe(**(vars_of(RECIPE) | {"seed": number}))
            return Job(pools[-1], start(recipe, open_split(source)), source)

        return LeaveOneOut(count, new_job, lambda number: made.append(("dropped", number)))

    group.made = made
    yield group
    for pool in pools:
        pool.shutdown()


def vars_of(recipe):
    return {name: getattr(recipe, name) for name in recipe.__dataclass_fields__}


def test_each_part_gets_the_answers_of_its_own_network_and_its_set_is_dropped(parts, source):
    group = parts(6)
    group.resume()
    wait_until(lambda: group.status == "finished")
    split = open_split(source)
    for turn in group.turns:
        state = start(Recipe(**(vars_of(RECIPE) | {"seed": turn.number})), split)
        answers = [event.answers for event in train(state, split) if hasattr(event, "answers")]
        assert (turn.answers == answers[-1]).all()
        assert turn.ended and turn.job is None and not turn.message
    assert sorted(parts.made) == sorted((what, k) for k in range(6) for what in ("made", "dropped"))
    assert group.progress() == 1.0


def test_only_a_few_sets_exist_at_the_same_time(parts):
    group = parts(20, Silent)
    group.resume()
    assert parts.made == [("made", number) for number in range(AT_ONCE)]


def test_stopped_it_keeps_the_parts_that_have_ended_and_drops_the_others(parts):
    group = parts(8)
    group.resume()
    wait_until(lambda: any(turn.ended for turn in group.turns))
    group.finish()
    wait_until(lambda: group.at_rest)
    assert group.status == "finished" and not any(turn.job for turn in group.turns)
    kept = [turn for turn in group.turns if turn.answers is not None]
    assert 1 <= len(kept) < 8
    assert len(set(parts.made)) == len(parts.made)  # no part was dropped twice
    made, dropped = ({k for done, k in parts.made if done == what} for what in ("made", "dropped"))
    assert made == dropped


def test_paused_it_goes_on_where_it_was(parts):
    group = parts(5)
    group.resume()
    group.pause()
    assert group.status == "paused"
    group.resume()
    wait_until(lambda: group.status == "finished")
    assert all(turn.answers is not None for turn in group.turns)


def test_a_set_that_cannot_be_made_pauses_the_group_with_the_reason(parts):
    group = parts(3, fail_at=1)
    group.resume()
    wait_until(lambda: group.status == "paused")
    assert "no room" in group.message


def test_half_way_the_progress_says_so(parts):
    group = parts(4, Silent)
    assert group.progress() == 0.0
    group.turns[0].ended = True
    assert np.isclose(group.progress(), 0.25)
