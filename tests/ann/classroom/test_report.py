"""A class's results on paper."""

import re

from ann.classroom.overview import overview
from ann.classroom.report import report
from ann.coach.findings import TITLES
from ann.lessons.lesson import Explain, Lesson, Predict, Question
from ann.lessons.progress import Progress, Settled
from ann.lessons.words import Style
from tests.ann.classroom.made import a_class, judged, member, posted

CHOICE = Question("choice", options=("A <b>", "B"), answer=1)
LESSON = Lesson(
    "steps",
    "Steps <i>",
    "",
    5,
    (
        Predict("which", "**Which?** <script>", question=CHOICE),
        Predict("guess", "How many?", question=Question("number", fact="x")),
        Predict("later", "Unasked?", question=Question("number", fact="x")),
        Explain("why"),
    ),
)


def progress(which, guess, near):
    return {
        "steps": Progress(
            forecasts={"guess": guess},
            settled={"which": Settled(which, 1.0, which - 1, near, False)},
        )
    }


ROOM = a_class(
    opened=300.0,
    members=(member(1, "Calm Otter"), member(2, "Bold Cat"), member(3, "Wise Owl")),
    runs=(
        posted(1, 1, accuracy=0.912, finding="overfitting"),
        posted(2, 1, accuracy=0.5),
    ),
    tested=(judged(1, 1, 0.875),),
    lessons={
        1: progress(1.0, 90.0, True),
        2: progress(2.0, 10.0, False),
        3: progress(2.0, 30.5, False),
    },
)


def shown() -> str:
    page = report(overview(ROOM, [LESSON]), ROOM, Style())
    assert "<script" not in page and "A &lt;b&gt;" in page and "Steps &lt;i&gt;" in page
    return re.sub(r"<[^>]+>", " ", page)


def test_each_member_has_a_row_with_both_accuracies():
    text = re.sub(r"\s+", " ", shown())
    assert "Calm Otter 1 of 4 2 91.2% 87.5%" in text and "Wise Owl 1 of 4 0" in text


def test_what_the_class_forecast_is_counted():
    text = re.sub(r"\s+", " ", shown())
    assert "Forecasts: A &lt;b&gt;: 1; B: 2 . Within reach: 1 of 3 ." in text
    assert "3 forecasts, from 10% to 90%; half are below 30.5% ." in text
    assert "Unasked?" not in text, "nobody forecast that"


def test_the_findings_stand_with_their_titles():
    text = re.sub(r"\s+", " ", shown())
    assert f"Finding Runs {TITLES['overfitting']} 1" in text and "overfitting" not in text
