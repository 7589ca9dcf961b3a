"""Pages take turns, so that one browser's pages never keep the others waiting for long."""

import threading
import time
from collections import Counter

import pytest

from ann.running.budget import Owner
from pages.ui.server.page_turns import MOST_PATIENCE, Page, PageTurns
from tests.waiting import wait_until

ANN, BOB = Owner("10.0.0.1", "ann"), Owner("10.0.0.2", "bob")


def compute(seconds):
    """Take the processor for so long."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def draw_again_and_again(turns, owner, count, name, until):
    while not until.is_set():
        with turns.turn(owner):
            compute(0.002)
            count[name] += 1


def test_a_visitor_with_twenty_pages_gets_as_much_time_as_one_with_one():
    turns, count, over = PageTurns(at_once=1), Counter(), threading.Event()
    threads = [
        threading.Thread(target=draw_again_and_again, args=(turns, owner, count, name, over))
        for owner, name in [(ANN, "ann")] + 20 * [(BOB, "bob")]
    ]
    for thread in threads:
        thread.start()
    wait_until(lambda: count.total() > 300)
    over.set()
    for thread in threads:
        thread.join()
    # while one page is drawn, the next of a visitor with one page has not yet been asked for
    assert count["ann"] > 0.3 * count.total()


def test_no_more_pages_are_drawn_at_once_than_should_be():
    turns, drawing, most, over = PageTurns(at_once=2), [], [], threading.Event()

    def page():
        with turns.turn(ANN):
            drawing.append(1)
            most.append(len(drawing))
            over.wait(0.02)
            drawing.pop()

    threads = [threading.Thread(target=page) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2 and len(most) == 12


def test_a_page_that_takes_long_keeps_nobody_waiting_for_good():
    turns, release, drawn = PageTurns(at_once=1, patience=0.05), threading.Event(), []

    def slow():
        with turns.turn(BOB):
            release.wait(60)

    def quick():
        with turns.turn(ANN):
            drawn.append(1)

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    for thread in threads:
        thread.start()
    wait_until(lambda: drawn)
    release.set()
    for thread in threads:
        thread.join()
    with turns.turn(ANN):
        pass


def test_pages_that_take_long_are_drawn_one_at_a_time_and_quick_ones_beside_them():
    turns, over, drawing = PageTurns(at_once=2, patience=60), threading.Event(), []

    def page(owner, name):
        with turns.turn(owner):
            drawing.append(name)
            over.wait(60)

    for _ in range(3):
        with turns.turn(ANN):
            pass
    with turns.turn(BOB):
        compute(0.3)
    threads = [threading.Thread(target=page, args=(BOB, "long")) for _ in range(3)]
    threads.append(threading.Thread(target=page, args=(ANN, "quick")))
    for thread in threads:
        thread.start()
    wait_until(lambda: len(drawing) == 2)
    assert sorted(drawing) == ["long", "quick"]
    over.set()
    for thread in threads:
        thread.join()
    assert len(drawing) == 4


def test_a_page_that_computes_is_waited_for_but_not_one_that_only_waits():
    page = Page(ANN)
    compute(0.3)
    page.began = 100.0
    assert page.counts(100.35, patience=0.1), "it has waited for 0.05 s"
    assert not page.counts(100.6 + 0.1, patience=0.1), "it has waited for 0.3 s or more"
    assert not page.counts(100.0 + MOST_PATIENCE, patience=MOST_PATIENCE)


def test_a_part_of_a_page_and_a_page_that_fails_leave_the_turn_to_others():
    turns = PageTurns(at_once=1, patience=60)
    with pytest.raises(ZeroDivisionError), turns.turn(ANN), turns.turn(ANN):
        raise ZeroDivisionError
    with turns.turn(BOB):
        pass


def test_a_page_that_has_waited_aside_goes_on_before_those_that_have_not_begun():
    turns, order = PageTurns(at_once=1, patience=60), []
    aside, news, back = (threading.Event() for _ in range(3))

    def waiting():
        with turns.turn(ANN):
            with turns.aside():
                aside.set()
                news.wait(60)
                back.set()
            order.append("goes on")

    def new():
        with turns.turn(BOB):
            order.append("begins")

    threads = [threading.Thread(target=waiting), *(threading.Thread(target=new) for _ in range(3))]
    threads[0].start()
    aside.wait(60)
    with turns.turn(BOB):
        for thread in threads[1:]:
            thread.start()
        news.set()
        back.wait(60)
        time.sleep(0.2)  # until all of them wait for the turn
    for thread in threads:
        thread.join()
    assert order == ["goes on", "begins", "begins", "begins"]
