"""The teacher's overview, on a class small enough to work out by hand."""

import math

import pytest

from ann.classroom.overview import State, best_run, lessons_of, overview
from ann.lessons.lesson import Check, Explain, Lesson, Predict, Question, Train
from ann.lessons.progress import Progress, Settled
from tests.ann.classroom.made import a_class, member, posted

STEPS = Lesson(
    "steps",
    "Steps",
    "",
    5,
    (
        Predict("guess", question=Question("number", run="train", measure="train_loss")),
        Train("train", settings={"learning_rate": 0.5}),
        Explain("why"),
        Check("mine", where={"dropout": 0.5}),
    ),
)
NOISE = Lesson("noise", "Noise", "", 5, (Explain("so"),))
NAN = float("nan")


def states(row):
    return [str(cell.state) for cell in row.cells]


def test_each_card_says_how_far_a_member_is():
    forecast = Progress(at="train", begun=150.0, forecasts={"guess": 0.3})
    later = Progress(
        at="mine",
        begun=150.0,
        settled={"guess": Settled(1.0, 2.0, 1.0, True, False)},
        skipped=["train"],
        answers={"why": 1},
    )
    found = overview(
        a_class(
            members=(member(1, "Calm Otter"), member(2, "Bold Cat"), member(3, "Wise Owl")),
            lessons={1: {"steps": forecast}, 2: {"steps": later}},
            changed={1: {"steps": 160.0}, 2: {"steps": 170.0}},
            runs=(
                posted(1, 1, created=140.0, learning_rate=0.5),  # before the lesson began
                posted(2, 1, learning_rate=0.5, seed=7),  # with a seed of its own: a try
                posted(3, 1, learning_rate=0.4),  # another training
                posted(4, 2, dropout=0.5, learning_rate=0.02),
                posted(5, 2, dropout=0.5),
            ),
        ),
        [NOISE, STEPS],
    )
    assert [column.card.name for column in found.columns] == ["guess", "train", "why", "mine"]
    rows = {row.member.name: row for row in found.rows}
    assert states(rows["Calm Otter"]) == ["forecast", "tried", "not begun", "not begun"]
    assert [cell.tries for cell in rows["Calm Otter"].cells] == [0, 1, 0, 0]
    assert [cell.here for cell in rows["Calm Otter"].cells] == [False, True, False, False]
    assert states(rows["Bold Cat"]) == ["passed", "skipped", "passed", "tried"]
    assert [cell.tries for cell in rows["Bold Cat"].cells] == [0, 0, 0, 2]
    assert states(rows["Wise Owl"]) == 4 * ["not begun"]
    assert [rows[name].runs for name in rows] == [0, 3, 2], "who joined and did nothing comes first"


def test_who_has_not_got_further_for_longest_comes_first():
    at_it = {"noise": Progress(at="so")}
    done = Progress(begun=1.0, done=50.0, answers={"so": 1})
    people = [member(1, "A", 10.0), member(2, "B", 30.0), member(3, "C", 5.0), member(4, "D", 1.0)]
    found = overview(
        a_class(
            ("noise",),
            members=tuple(people),
            lessons={1: at_it, 3: at_it, 4: {"noise": done}},
            # saving another lesson is no step forward in this one
            changed={1: {"noise": 40.0}, 3: {"noise": 20.0, "steps": 90.0}, 4: {"noise": 50.0}},
        ),
        [STEPS, NOISE],
    )
    assert [row.member.name for row in found.rows] == ["C", "B", "A", "D"]
    assert [row.stuck(now=100.0) for row in found.rows] == [80.0, 70.0, 60.0, 0.0]


def test_trying_again_and_again_is_no_step_forward():
    found = overview(
        a_class(
            members=(member(1, "A"),),
            lessons={1: {"steps": Progress(at="train", begun=100.0)}},
            changed={1: {"steps": 110.0}},
            runs=(posted(1, 1, created=900.0, learning_rate=0.5),),
        ),
        [STEPS],
    )
    assert found.rows[0].cells[1].state == State.TRIED
    assert found.rows[0].stuck(now=1_000.0) == 890.0


def test_without_picks_the_lessons_that_somebody_has_begun_are_shown():
    begun = {1: {"noise": Progress(), "*": Progress(), "gone": Progress()}}
    assert lessons_of(a_class((), lessons=begun), [STEPS, NOISE]) == (NOISE,)
    assert lessons_of(a_class(("noise", "gone", "steps")), [STEPS, NOISE]) == (NOISE, STEPS)


def test_findings_are_counted_over_all_runs():
    runs = [posted(k, 1, finding=name) for k, name in enumerate(["jumps", "", "slow", "jumps"])]
    found = overview(a_class(members=(member(1, "A"),), runs=tuple(runs)), [])
    assert found.findings == (("jumps", 2), ("slow", 1))


@pytest.mark.parametrize(
    ("accuracies", "best"), [([0.5, 0.9, 0.9], 1), ([NAN, 0.2], 1), ([NAN], None), ([], None)]
)
def test_the_best_run_is_the_first_with_the_highest_validation_accuracy(accuracies, best):
    runs = [posted(k, 1, accuracy=accuracy) for k, accuracy in enumerate(accuracies)]
    assert best_run(runs) is (None if best is None else runs[best])


def test_a_member_without_runs_has_no_best_one():
    found = overview(a_class(members=(member(1, "A"),)), [STEPS])
    assert math.isnan(found.rows[0].best) and found.rows[0].runs == 0
