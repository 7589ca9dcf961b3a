"""The page Class for a member, and for somebody who is in no class."""

import pytest

from ann.classroom.post import RunPost
from ann.recipe import Recipe
from pages.ui.classroom import current
from pages.ui.server import stores
from pages.ui.server import visitor as visitors
from tests.pages.conftest import press, texts

LEARNER = "l" * 43


@pytest.fixture
def room(own_archive, monkeypatch):
    """A class of another browser than this test's."""
    monkeypatch.setattr(visitors, "new_id", lambda: LEARNER)
    return stores.classrooms().create("t" * 43)


def joined(visit, room):
    """A visitor who has joined by the link, on the page Class."""
    app = press(visit("classroom", {"class": room.code}), "class.join")
    (mine,) = stores.classrooms().memberships(LEARNER)
    return app, mine


def test_whoever_is_in_no_class_types_a_code_here(visit, room):
    app = visit("classroom")
    app.text_input(key="class.code").set_value(room.code.lower())
    press(app, "class.find")
    press(app, "class.join")
    (mine,) = stores.classrooms().memberships(LEARNER)
    assert f"{mine.member.name}</b> in {room.code}" in texts(app.get("html"))
    assert not app.exception


def test_a_member_sees_lessons_and_own_runs_alone_and_no_buttons_of_a_teacher(visit, room):
    stores.classrooms().change(room.id, lessons=("sure-means-right", "add-layers"))
    app, mine = joined(visit, room)
    assert "Sure means right? → Not learning? Add layers?" in texts(app.markdown)
    assert "None of your runs" in texts(app.caption)
    other = stores.classrooms().join(room.id, "o" * 43)
    for member, rate in ((mine, 0.5), (other, 0.25)):
        run = RunPost(1, Recipe(learning_rate=rate), "", 2.0, 1.0, 1.0, validation_accuracy=0.8)
        stores.classrooms().post(member.visitor, run)
    current.snapshot(room.id, fresh=True)
    app.run()
    (row,) = app.dataframe[0].value.to_dict("records")
    assert row["Settings"] == "learning rate 0.5" and row["Validation accuracy (%)"] == 80
    keys = {str(button.key) for button in app.button}
    assert not keys & {"classroom.freeze", "classroom.new", "classroom.delete_now"}
    assert not app.exception


def test_whoever_opens_the_address_types_the_code_on_home(visit, room):
    app = visit()
    app.text_input(key="class.code").set_value(f" {room.code[:3]}-{room.code[3:]} ")
    press(app, "class.find")
    press(app, "class.join")
    assert len(stores.classrooms().snapshot(room.id).members) == 1 and not app.exception
    assert "class.find" not in {str(button.key) for button in app.button}
