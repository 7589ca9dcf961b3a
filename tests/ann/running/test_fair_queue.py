"""The queue in simulated time: what every visitor gets, whatever one browser asks for."""

import heapq
import itertools
import random
from collections import Counter

import pytest

from ann.running.budget import Owner
from ann.running.crowd import FORGET, GAP, Crowds
from ann.running.fair_queue import FairQueue
from ann.running.limits import Limits

MOST = int(Limits().max_single)
SCHOOL = "10.0.0.1"


class Lab:
    """Workers whose turns take as long as their owner says, in simulated seconds."""

    def __init__(self, workers=2):
        self.workers, self.now = workers, 0.0
        self.queue = FairQueue(Crowds(MOST, lambda: self.now))
        self.events, self.order = [], itertools.count()
        self.held, self.running = [], 0  # calls in the pool that have not begun, and that have
        self.used: Counter[str] = Counter()  # seconds of the workers that each owner had

    def train(self, owner, at=0.0, trainings=1, seconds=0.25):
        """From then on, the owner has so many trainings under way, each in turns of `seconds`."""
        for _ in range(trainings):
            self._at(at, lambda: self._send(owner, seconds))

    def run(self, until):
        """Let time pass; returns the seconds that everybody had meanwhile."""
        before = self.used.copy()
        while self.events and self.events[0][0] <= until:
            self.now, _, event = heapq.heappop(self.events)
            event()
        self.now = until
        return Counter({name: self.used[name] - before[name] for name in self.used})

    def _at(self, time, event):
        heapq.heappush(self.events, (time, next(self.order), event))

    def _send(self, owner, seconds):
        self.queue.push(owner, (owner, seconds))
        self._hand_out()

    def _hand_out(self):
        """As `ann.running.turns.Turns`: the pool holds one call more than it has workers."""
        while (count := self.running + len(self.held)) <= self.workers:
            turn = self.queue.pop(spare=count == self.workers)
            if turn is None:
                break
            self.held.append(turn)
        while self.held and self.running < self.workers:
            turn = self.held.pop(0)
            self.running += 1
            self._at(self.now + turn.item[1], lambda turn=turn: self._end(turn))

    def _end(self, turn):
        owner, seconds = turn.item
        self.running -= 1
        self.used[owner.name] += seconds
        self._send(owner, seconds)
        self.queue.end(turn, seconds)
        self._hand_out()


def share_kept(attack, learners=2, address=None, seconds=120.0):
    """Least share of a learner beside an attack, of what one more learner would leave her."""
    had, later = [], 20.0 * learners + 60
    for hostile in (False, True):
        lab = Lab()
        names = [f"learner {k}" for k in range(learners + (not hostile))]
        for k, name in enumerate(names):
            lab.train(Owner(address or f"10.0.1.{k}", name), at=20.0 * k)
        if hostile:
            attack(lab, later)
        lab.run(later + 10)
        used = lab.run(later + 10 + seconds)
        had.append(min(used[name] for name in names[:learners]))
    return had[1] / had[0]


def tabs(address, trainings=8, seconds=0.25):
    return lambda lab, at: lab.train(Owner(address, "hostile"), at, trainings, seconds)


def cookies(address, count=20, every=0.1, seconds=0.25):
    def attack(lab, at):
        for k in range(count):
            lab.train(Owner(address, f"cookie {k}"), at + k * every, 3, seconds)

    return attack


@pytest.mark.parametrize("learners", [1, 2, 5])
def test_a_browser_with_many_tabs_counts_as_one_more_learner(learners):
    assert share_kept(tabs("10.6.6.6"), learners) > 0.95
    assert share_kept(tabs(SCHOOL), learners, SCHOOL) > 0.95


@pytest.mark.parametrize("seconds", [0.5, 2.0, 10.0])
def test_turns_that_take_long_are_paid_for(seconds):
    assert share_kept(tabs("10.6.6.6", seconds=seconds)) > 0.8


def test_fresh_cookies_from_elsewhere_count_as_one_more_learner():
    assert share_kept(cookies("10.6.6.6")) > 0.95


@pytest.mark.parametrize("learners", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "attack",
    [
        cookies(SCHOOL),
        cookies(SCHOOL, count=200, every=0.3),
        cookies(SCHOOL, count=200, every=0.3, seconds=2.0),
    ],
)
def test_fresh_cookies_from_the_learners_own_address_leave_them_half(attack, learners):
    assert share_kept(attack, learners, SCHOOL) > 0.6


def test_two_bursts_of_cookies_are_one_crowd():
    def attack(lab, at):
        cookies(SCHOOL)(lab, at - 30)
        for k in range(20):
            lab.train(Owner(SCHOOL, f"more {k}"), at + 0.1 * k)

    assert share_kept(attack, 2, SCHOOL) > 0.6


def test_a_learner_who_comes_after_the_crowd_has_her_part():
    lab = Lab()
    cookies(SCHOOL)(lab, 0.0)
    lab.train(Owner(SCHOOL, "ann"), at=30.0)
    lab.run(40)
    assert lab.run(100)["ann"] > 0.45 * 2 * 60


def test_a_teacher_who_comes_with_the_class_does_not_wait_behind_it():
    lab, teacher = Lab(), Owner(SCHOOL, "teacher")
    cookies(SCHOOL)(lab, 0.0)
    lab.train(teacher, at=0.05)
    lab.run(10)
    before = lab.run(40)["teacher"]
    lab.queue.vouch(teacher)
    lab.run(41)
    assert lab.run(71)["teacher"] > 10 * before


def test_one_teacher_a_minute_is_vouched_for_and_no_more_than_come_alone_anyway():
    now = 0.0
    crowds = Crowds(2, lambda: now)
    names = [f"cookie {k}" for k in range(40)]
    assert not crowds.vouch(SCHOOL, names[0])  # never seen
    for name in names:
        crowds.see(SCHOOL, name)
    assert [crowds.vouch(SCHOOL, name) for name in names[:3]] == [True, False, False]
    for name in names[:20]:
        now += 61
        for one in names:
            crowds.see(SCHOOL, one)  # all are still there
        crowds.vouch(SCHOOL, name)
    assert [name for name in names if crowds.is_single(SCHOOL, name)] == names[:8]


def test_cookies_that_come_one_by_one_are_held_up_too():
    lab = Lab()
    lab.train(Owner(SCHOOL, "ann"))
    for k in range(100):
        lab.train(Owner(SCHOOL, f"cookie {k}"), at=10.0 + (GAP + 1) * k, trainings=3)
    lab.run(30)
    assert lab.run(60)["ann"] > 2 * 30 / (2 * (MOST + 2))
    lab.run(900)
    assert lab.run(1000)["ann"] > 0.95 * 2 * 100 / (2 * 4 * MOST)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("seconds", [2, 60])
def test_a_class_of_forty_that_comes_within_a_minute_shares_its_turns(seconds, seed):
    lab, times = Lab(), random.Random(seed)
    for k in range(40):
        lab.train(Owner(SCHOOL, f"pupil {k}"), at=times.uniform(0, seconds))
    lab.run(120)
    used = sorted(lab.run(720).values())
    assert len(used) == 40 and used[0] > 0.5 * 2 * 600 / 40
    assert used[2] > 0.9 * used[-3], "a few may have come long before or after all others"


@pytest.mark.parametrize("count", range(2, 2 * MOST + 1))
def test_a_few_learners_behind_one_address_share_equally_however_they_come(count):
    lab = Lab()
    for k in range(count):
        lab.train(Owner(SCHOOL, f"learner {k}"), at=20.0 * k)
    lab.run(300)
    used = lab.run(500).values()
    assert min(used) > 0.9 * max(used)


def test_in_a_school_that_comes_over_an_hour_nobody_gets_less_than_half_of_an_equal_share():
    lab, times = Lab(), random.Random(0)
    for k in range(3):
        for pupil in range(30):  # some come alone, most come together
            at = 1200 * k + times.expovariate(1 / 60)
            lab.train(Owner(SCHOOL, f"class {k} pupil {pupil}"), at=at)
    lab.run(3000)
    used = lab.run(3600)
    assert len(used) == 90 and min(used.values()) > 0.5 * 2 * 600 / 90


def test_whoever_was_away_for_long_is_new_again():
    times = iter([0.0, 1.0, 2.0, 3.0, 4.0, 5.0 + FORGET])
    crowds = Crowds(4, lambda: next(times))
    for name in "abcde":
        crowds.see(SCHOOL, name)
    assert not any(crowds.is_single(SCHOOL, name) for name in "abcde")
    crowds.see(SCHOOL, "a")
    assert crowds.is_single(SCHOOL, "a")
