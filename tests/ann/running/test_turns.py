"""Visitors take turns on the workers, whatever one of them asks for."""

import threading
import time
from collections import Counter
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor

import pytest

from ann.running.budget import Owner
from ann.running.pool import Pool
from ann.running.turns import NotTakenError, Turns
from tests.waiting import wait_until

ANN, BOB = Owner("10.0.0.1", "ann"), Owner("10.0.0.2", "bob")


class Workers:
    """A pool whose calls end when the test says so, each after the seconds that the test says."""

    def __init__(self, workers=0):
        self.calls, self.workers = [], workers

    @property
    def busy(self):
        return len(self.calls)

    def submit(self, function, *args):
        future = Future()
        self.calls.append((args, future))
        return future

    def finish(self, seconds=0.25):
        """End the oldest call; returns whose it was."""
        wait_until(lambda: self.calls)
        (call,), future = self.calls.pop(0)
        future.set_result((seconds, name := call()))
        return name


@pytest.fixture
def workers():
    return Workers()


def endless(turns, owner, name, trainings=1):
    """Trainings that send a chunk again whenever one has come back."""

    def again(_=None):
        turns.submit(owner, lambda who: who, name).add_done_callback(again)

    for _ in range(trainings):
        again()


def served(workers, n, seconds=lambda name: 0.25):
    """How often each one had a turn among the next `n`, while all want another one."""
    count, held = Counter(), len(workers.calls)
    for _ in range(n):
        (call,), _future = workers.calls[0]
        count[workers.finish(seconds(call()))] += 1
        # results arrive in other threads, and one more call than there are workers may be held
        wait_until(lambda: len(workers.calls) >= min(held, workers.workers or held))
    return count


def test_a_visitor_with_twenty_trainings_has_as_many_turns_as_one_with_one(workers):
    turns = Turns(workers)
    endless(turns, BOB, "bob", trainings=20)
    endless(turns, ANN, "ann")
    count = served(workers, 200)
    assert abs(count["ann"] - count["bob"]) <= 4


def test_many_visitors_from_one_address_share_the_turns_of_one(workers):
    turns = Turns(workers)
    for k in range(40):
        endless(turns, Owner(BOB.group, f"cookie {k}"), "bob")
    endless(turns, ANN, "ann")
    count = served(workers, 200)
    assert abs(count["ann"] - count["bob"]) <= 4


def test_visitors_behind_one_address_share_its_turns_equally(workers):
    turns = Turns(workers)
    endless(turns, Owner("school", "ann"), "ann")
    endless(turns, Owner("school", "bob"), "bob", trainings=9)
    count = served(workers, 200)
    assert abs(count["ann"] - count["bob"]) <= 4


def test_who_takes_long_turns_waits_longer(workers):
    turns = Turns(workers)
    endless(turns, BOB, "bob", trainings=4)
    endless(turns, ANN, "ann")
    took = {"ann": 0.25, "bob": 2.0}
    count = served(workers, 300, took.get)
    assert count["ann"] * took["ann"] == pytest.approx(count["bob"] * took["bob"], rel=0.1)


def test_one_call_held_ready_for_the_workers_costs_a_visitor_at_most_a_third(workers):
    workers.workers = 2
    turns = Turns(workers)
    endless(turns, BOB, "bob", trainings=20)
    endless(turns, ANN, "ann")
    assert served(workers, 300)["ann"] >= 99


def test_time_on_another_pool_of_the_same_machine_is_paid_for(workers):
    turns, express = Turns(workers), Workers()
    endless(turns, BOB, "bob", trainings=4)
    endless(turns, ANN, "ann")
    first = Turns(express, others=turns)
    first.submit(BOB, lambda: "bob")
    express.finish(seconds=10.0)
    wait_until(lambda: first.load(BOB) == (0, 0))
    assert served(workers, 20)["bob"] <= 2


def test_idling_earns_no_credit(workers):
    turns = Turns(workers)
    endless(turns, BOB, "bob")
    served(workers, 100)
    endless(turns, ANN, "ann")
    count = served(workers, 20)
    assert abs(count["ann"] - count["bob"]) <= 2


def test_a_pool_holds_only_as_many_calls_as_it_should(workers):
    workers.workers = 2
    turns = Turns(workers)
    endless(turns, BOB, "bob", trainings=20)
    assert (
        len(workers.calls) == 3
        and turns.load(Owner()) == (1, 0)
        and turns.load(ANN) == (1, 0)
        and turns.load(BOB) == (0, 20)
    )
    served(workers, 5)
    assert len(workers.calls) == 3


def test_what_a_call_raises_reaches_who_sent_it_and_the_next_one_runs(workers):
    turns = Turns(workers)
    first, second = (turns.submit(ANN, lambda: 1), turns.submit(ANN, lambda: 2))
    workers.calls.pop(0)[1].set_exception(ValueError("no digits"))
    assert isinstance(first.exception(60), ValueError)
    wait_until(lambda: workers.calls)
    (call,), future = workers.calls.pop(0)
    future.set_result((0.1, call()))
    assert second.result(60) == 2


def test_a_broken_pool_is_sent_to_from_another_thread(workers):
    senders, submit = [], workers.submit

    def noting(function, *args):
        senders.append(threading.current_thread())
        return submit(function, *args)

    workers.submit = noting
    turns = Turns(workers)
    lost = turns.submit(ANN, lambda: 1)
    turns.submit(ANN, lambda: 2)
    workers.calls.pop(0)[1].set_exception(BrokenExecutor("killed"))
    wait_until(lambda: workers.calls)
    assert isinstance(lost.exception(60), BrokenExecutor)
    assert senders[1] is not senders[0]


def test_a_call_that_was_cancelled_while_it_waited_is_not_made(workers):
    turns = Turns(workers)
    turns.submit(ANN, lambda who: who, "first")
    waiting = turns.submit(ANN, lambda who: who, "cancelled")
    turns.submit(ANN, lambda who: who, "last")
    assert waiting.cancel()
    assert [workers.finish(), workers.finish()] == ["first", "last"]
    wait_until(lambda: turns.load(Owner()) == (0, 0))


def test_a_pool_that_takes_nothing_says_so_to_who_sent(workers):
    def refuse(*_):
        raise RuntimeError("shut down")

    workers.submit = refuse
    turns = Turns(workers)
    assert isinstance(turns.submit(ANN, lambda: 1).exception(60), NotTakenError)
    wait_until(lambda: turns.load(Owner()) == (0, 0))


def test_a_result_reaches_its_owner_in_another_thread_than_the_senders(workers):
    senders, receivers = [], []

    def at_once(function, *args):
        senders.append(threading.get_ident())
        future = Future()
        future.set_result((0.1, args[0]()))
        return future

    turns = Turns(workers)
    turns.submit(ANN, lambda: 1)
    waiting = turns.submit(BOB, lambda: 2)
    waiting.add_done_callback(lambda _: receivers.append(threading.get_ident()))
    workers.submit = at_once
    workers.finish()
    wait_until(lambda: receivers)
    assert waiting.result() == 2 and senders and receivers != senders, (
        "the sender may hold a lock that the receiver waits for"
    )


def test_with_real_threads_all_calls_are_made_once():
    pool = Pool(lambda: ThreadPoolExecutor(2))
    try:
        turns = Turns(pool)
        futures = [
            turns.submit(Owner(str(k % 3), str(k % 7)), lambda k: (time.sleep(0.001), k)[1], k)
            for k in range(300)
        ]
        assert [future.result(30) for future in futures] == list(range(300))
    finally:
        pool.shutdown()
    wait_until(lambda: turns.load(Owner()) == (0, 0) and turns.busy == 0)
