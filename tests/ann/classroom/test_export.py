"""What a teacher takes away: all results, and nothing that leads back into the class."""

import json

from ann.classroom import export
from ann.classroom.overview import overview
from ann.lessons.lesson import Explain, Lesson, Predict, Question
from ann.lessons.progress import Progress, Settled
from ann.recipe import FIELDS
from tests.ann.classroom.made import a_class, judged, member, posted

LESSON = Lesson(
    "steps",
    "Steps",
    "",
    5,
    (Predict("guess", question=Question("number", fact="x")), Predict("order"), Explain("why")),
)
SETTLED = Settled(30.0, 20.0, 10.0, False, True)
ROOM = a_class(
    opened=300.0,
    members=(member(11, "Calm Otter"), member(12, "Bold Cat")),
    runs=(
        posted(77, 11, accuracy=0.9, finding="jumps", hidden_sizes=(8, 4)),
        posted(78, 11, accuracy=float("nan")),
    ),
    tested=(judged(11, 77, 0.88, 10_000),),
    lessons={
        11: {
            "steps": Progress(
                settled={"guess": SETTLED},
                forecasts={"order": (2.0, 1.0)},
                answers={"why": "I am Anna"},
            ),
            "*": Progress(),
        }
    },
)


def test_the_table_of_cards_has_a_row_for_each_member_on_each_card():
    table = export.cards(overview(ROOM, [LESSON]), ROOM)
    assert [(row["name"], row["card"], row["state"]) for row in table] == [
        ("Calm Otter", "guess", "passed"),
        ("Calm Otter", "order", "forecast"),
        ("Calm Otter", "why", "passed"),
        ("Bold Cat", "guess", "not begun"),
        ("Bold Cat", "order", "not begun"),
        ("Bold Cat", "why", "not begun"),
    ]
    assert [(row["forecast"], row["result"], row["gap"]) for row in table[:3]] == [
        (30.0, 20.0, 10.0),
        ("2 1", None, None),
        (None, None, None),
    ]
    assert len({tuple(row) for row in table}) == 1, "the same columns in each row"


def test_the_table_of_runs_has_every_setting_and_both_accuracies():
    first, second = export.runs(ROOM)
    assert set(FIELDS) <= set(first) and first["hidden_sizes"] == "8-4"
    assert (first["name"], first["validation_accuracy"], first["test_accuracy"]) == (
        "Calm Otter",
        0.9,
        0.88,
    )
    assert first["finding"] == "jumps" and first["posted"] == "1970-01-01T00:03:20+00:00"
    assert second["validation_accuracy"] is None and second["test_accuracy"] is None


def test_the_document_has_everything_but_ids_and_what_learners_wrote():
    text = export.document(ROOM, [LESSON])
    found = json.loads(text)
    otter, cat = found["members"]
    assert otter["name"] == "Calm Otter" and otter["test_accuracy"] == 0.88
    assert otter["lessons"] == {
        "steps": {
            "done": False,
            "forecasts": {
                "order": {"forecast": [2.0, 1.0]},
                "guess": {
                    "forecast": 30.0,
                    "result": 20.0,
                    "gap": 10.0,
                    "within_reach": False,
                    "points": True,
                },
            },
            "passed": [],
            "skipped": [],
        }
    }
    assert otter["runs"][0]["recipe"]["hidden_sizes"] == [8, 4]
    assert (cat["runs"], cat["lessons"]) == ([], {})
    assert found["settings"]["lessons"] == ["steps"] and found["class"] == "KQ7TB"
    keys = set()

    def collect(value):
        if isinstance(value, dict):
            keys.update(value)
        for one in value.values() if isinstance(value, dict) else value:
            if isinstance(one, (dict, list)):
                collect(one)

    collect(found)
    assert not keys & {"id", "number", "member", "look", "salt", "visitor", "token"}
    assert "Anna" not in text
