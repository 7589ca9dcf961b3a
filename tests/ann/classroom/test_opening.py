"""The test set is opened once: the best run of each member so far is tested, and no other."""

from ann.classroom.opening import chosen, pending
from tests.ann.classroom.made import a_class, judged, member, posted

PEOPLE = member(1, "A"), member(2, "B"), member(3, "C")
RUNS = (
    posted(1, 1, accuracy=0.7),
    posted(2, 1, accuracy=0.9),
    posted(3, 1, created=500.0, accuracy=0.99),
    posted(4, 2, accuracy=0.4),
    posted(5, 3, created=500.0, accuracy=0.8),
)


def test_while_it_is_sealed_nothing_is_tested():
    assert chosen(a_class(members=PEOPLE, runs=RUNS)) == ()


def test_the_best_run_posted_before_the_opening_is_tested():
    room = a_class(opened=300.0, members=PEOPLE, runs=RUNS)
    assert chosen(room) == (RUNS[1], RUNS[3]), "C had posted none by then"


def test_after_a_crash_only_those_without_a_result_are_left():
    room = a_class(opened=300.0, members=PEOPLE, runs=RUNS, tested=(judged(1, 2, 0.88, 10_000),))
    assert pending(room) == (RUNS[3],)
