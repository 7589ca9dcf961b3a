"""What the benchmark of a lesson must find on the pages, and how it reads what it finds."""

import json
from dataclasses import replace

from ann.lessons.lesson import Predict, Train
from ann.lessons.progress import Progress
from pages.board import dots
from pages.ui.live import chart
from pages.ui.server import stores
from pages.ui.server import visitor as visitors
from tests.ann.classroom.made import a_class, member, posted
from tests.ann.lessons.test_ours import SHELF
from tests.benchmarks import lesson as benchmark
from tests.pages.conftest import press, texts

LESSON = SHELF.lesson(benchmark.LESSON)


def test_its_learners_find_their_buttons_and_boxes(visit, own_archive, monkeypatch):
    monkeypatch.setattr(visitors, "new_id", lambda: "l" * 43)
    room = stores.classrooms().create("t" * 43)
    app = press(visit("", {"class": room.code}), "class.join")
    (mine,) = stores.classrooms().memberships("l" * 43)
    assert benchmark.NAMED.search(texts(app.success))[1] == mine.member.name
    app.switch_page("pages/lessons/page.py").run()
    press(app, f"lessons.begin.{LESSON.name}")
    for card in LESSON.steps:
        if isinstance(card, Train):
            break
        assert isinstance(card, Predict)
        if card.page:
            app.switch_page(f"pages/{card.page}/page.py").run()
        key = f"lesson.{LESSON.name}.{card.name}"
        if card.question.at:
            for k in range(len(card.question.at)):
                app.slider(key=f"{key}.{k}").set_value(50.0).run()
        else:
            app.number_input(key=key).set_value(50.0).run()
        press(app, "lesson.give")
        if not card.question.run:
            press(app, "lesson.next")
    assert not app.button(key="train.start").disabled and not app.exception


def test_it_reads_whose_dots_are_on_the_board():
    room = a_class(
        members=(member(1, "Calm Otter"), member(2, "Bold Cat"), member(3, "Wise Owl")),
        runs=(posted(1, 1), posted(2, 3)),
    )
    written = chart.write(dots.points(dots.dots(room), None))
    sent = json.dumps({"figure": written.figure})
    assert benchmark.names_on(sent) == {"Calm Otter", "Wise Owl"}


def test_it_counts_what_is_lost():
    asked = {card.name: 1.0 for card in LESSON.steps if isinstance(card, Predict)}
    first, *others = asked
    room = a_class(
        members=(member(1, "Calm Otter"), member(2, "Bold Cat")),
        runs=(posted(1, 1),),
        lessons={
            1: {LESSON.name: Progress(forecasts=asked)},
            2: {LESSON.name: Progress(forecasts={name: 1.0 for name in others})},
        },
    )
    names = ["Calm Otter", "Bold Cat", "Wise Owl"]
    assert benchmark.lost(room, LESSON, names[:1]) == []
    assert benchmark.lost(room, LESSON, names) == [
        f"Bold Cat: the forecast {first}",
        "Bold Cat: the run",
        "the member Wise Owl",
    ]
    assert len(benchmark.lost(replace(room, members=()), LESSON, names)) == 3
