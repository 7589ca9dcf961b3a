"""A teacher's page: each action, and what it leaves in the stored class."""

import json
import time
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

import data
from ann.classroom.post import RunPost
from ann.classroom.snapshot import Classroom
from ann.keeping.database import ArchiveError, owner_of
from ann.keeping.drawings import Medium
from ann.lessons.lesson import Predict
from ann.recipe import Recipe
from pages.classroom import chosen, steer
from pages.classroom.teacher import wall
from pages.classroom.watch import actions, opening
from pages.classroom.watch import view as watch
from pages.ui import session
from pages.ui.classroom import current
from pages.ui.server import limits, stores
from pages.ui.server import visitor as visitors
from pages.ui.writers import current as writers
from tests.ann.classroom.made import judged
from tests.ann.keeping.trained import RUN
from tests.ann.lessons.test_ours import SHELF
from tests.pages.conftest import press, query, texts, wait_until
from tests.pages.trained import trained

TEACHER = "t" * 43


@pytest.fixture(autouse=True)
def own_file(own_archive, monkeypatch):
    """An archive for this test alone, and one browser, that of the teacher."""
    monkeypatch.setattr(visitors, "new_id", lambda: TEACHER)


@pytest.fixture
def room(own_file) -> Classroom:
    return stores.classrooms().create(TEACHER)


def stored() -> Classroom:
    (found,) = stores.classrooms().taught(TEACHER)
    return found


def post(number: int, **settings) -> RunPost:
    return RunPost(number, Recipe(**settings), "print", 2.0, 1.0, 1.0, validation_accuracy=0.8)


def at(app, step):
    """Open a step of the class, as a click on it does."""
    app.session_state["lab"].kept[chosen.Chosen].step = step
    return app.run()


def test_one_click_makes_a_class_and_leads_to_its_code(visit):
    app = visit("classroom")
    assert not app.exception and "1. Press **New class**" in texts(app.markdown)
    press(app, "classroom.new")
    assert not app.exception and app.multiselect(key="classroom.lessons").value == []
    press(app, "classroom.next")
    assert f'class-code">{stored().code}<' in texts(app.get("html")) and not app.exception
    press(app, "classroom.next")
    assert "Nobody has joined yet" in texts(app.caption) and not app.exception


def test_lessons_and_controls_take_effect_at_once_and_in_order(visit, room):
    app = visit("classroom")
    picked = app.multiselect(key="classroom.lessons")
    picked.set_value(["sure-means-right", "add-layers"]).run()
    assert stored().settings.lessons == ("sure-means-right", "add-layers")
    app.segmented_control(key="classroom.preset").set_value("First lesson").run()
    assert stored().settings.controls == ("learning_rate", "hidden_sizes", "epochs")
    app.segmented_control(key="classroom.preset").set_value("Pick").run()
    app.multiselect(key="classroom.controls").set_value(["dropout"]).run()
    assert stored().settings.controls == ("dropout",) and not app.exception
    app.segmented_control(key="classroom.preset").set_value("All").run()
    assert stored().settings.controls == ()


def test_freeze_stops_all_and_go_on_lets_them_train_again(visit, room):
    app = at(visit("classroom"), chosen.WATCH)
    press(app, "classroom.freeze")
    assert stored().settings.frozen and app.button(key="classroom.freeze").label == "Go on"
    press(app, "classroom.freeze")
    assert not stored().settings.frozen


def test_a_forecast_goes_on_the_board_and_is_revealed(visit, room):
    stores.classrooms().change(room.id, lessons=("sure-means-right",))
    app = at(visit("classroom"), chosen.WATCH)
    assert app.button(key="classroom.reveal").disabled
    lesson = SHELF.lesson("sure-means-right")
    card = next(card for card in lesson.cards if isinstance(card, Predict))
    box = app.selectbox(key="classroom.forecast")
    assert box.options[1].startswith(lesson.title)
    box.set_value(actions.Asked(lesson.name, card.name)).run()
    asked = stored().settings
    assert (asked.forecast_lesson, asked.forecast_card) == (lesson.name, card.name)
    press(app, "classroom.reveal")
    assert stored().settings.revealed
    app.selectbox(key="classroom.forecast").set_value(actions.Asked()).run()
    assert not stored().settings.forecast_card and not stored().settings.revealed


def test_ranking_and_wall_are_off_until_they_are_switched_on(visit, room):
    app = visit("classroom")
    for step, field in ((chosen.WATCH, "ranking"), (chosen.HANDWRITING, "wall")):
        at(app, step)
        key = f"classroom.{field}"
        assert not getattr(stored().settings, field)
        app.toggle(key=key).set_value(True).run()
        assert getattr(stored().settings, field) and not app.exception
        app.toggle(key=key).set_value(False).run()
        assert not getattr(stored().settings, field)


def table(app) -> str:
    """The table of names and cards, as it is sent to the browser."""
    sent = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    return next(one["table"] for one in sent if "table" in one)


def open_box(app, key):
    """Open a popover, as a click on its button does."""
    app.session_state[key] = True
    return app.run()


def look_at(app, member):
    """Click on a name."""
    app.session_state["lab"].kept.setdefault(watch.Watched, watch.Watched()).member = member
    return app.run()


def test_runs_and_members_are_removed_and_put_back(visit, room):
    otter, cat = (stores.classrooms().join(room.id, f"{k}" * 43) for k in "bc")
    stores.classrooms().post(otter.visitor, post(1, learning_rate=0.5))
    app = at(visit("classroom"), chosen.WATCH)
    assert f"{otter.member.name}</button>" in table(app) and "80.0%" in table(app)
    look_at(app, otter.member.id)
    assert "learning rate 0.5" in texts(app.markdown)
    (posted,) = stores.classrooms().snapshot(room.id).runs
    press(app, f"classroom.remove_run.{posted.id}")
    assert not stores.classrooms().snapshot(room.id).runs and "80.0%" not in table(app)
    press(app, f"classroom.run_back.{posted.id}")
    assert stores.classrooms().snapshot(room.id).runs == (posted,)
    press(app, "classroom.remove_member")
    assert stores.classrooms().snapshot(room.id).members == (cat.member,)
    assert otter.member.name not in table(app)
    press(app, f"classroom.back.{otter.member.id}")
    assert len(stores.classrooms().snapshot(room.id).members) == 2 and not app.exception


def test_the_test_set_is_opened_once_and_tests_each_members_best_run(visit, room):
    runs = [trained(Recipe(hidden_sizes=(8,), epochs=n)).run() for n in (1, 2)]
    mine = stores.classrooms().join(room.id, "b" * 43)
    other = stores.classrooms().join(room.id, "c" * 43)
    saved = [stores.archive().save(mine.visitor, run) for run in runs]
    for number, run in zip(saved, runs, strict=True):
        stores.classrooms().post(mine.visitor, RunPost.of(run, number, None))
    stores.classrooms().post(other.visitor, RunPost.of(runs[0], 999, None))
    alien = stores.classrooms().join(room.id, "d" * 43)  # its network has other inputs
    number = stores.archive().save(alien.visitor, replace(RUN, fingerprint=runs[0].fingerprint))
    post_of = replace(RunPost.of(RUN, number, None), fingerprint=runs[0].fingerprint)
    stores.classrooms().post(alien.visitor, post_of)
    app = at(visit("classroom"), chosen.WATCH)
    open_box(app, "classroom.test")
    press(app, "classroom.test_now")
    assert stored().settings.test_opened
    wait_until(app, lambda: stores.classrooms().snapshot(room.id).tested)
    stores.classrooms().post(mine.visitor, RunPost.of(runs[0], 5_000, None))  # too late
    wait_until(app.run(), lambda: not opening.openings()._busy)
    (result,) = stores.classrooms().snapshot(room.id).tested
    best = max(range(2), key=lambda k: runs[k].history.epochs["validation_accuracy"][-1])
    digits = data.load()
    answers = runs[best].predict_proba(np.asarray(digits.test_images)).argmax(axis=1)
    assert (result.member, result.run) == (mine.member.id, saved[best])
    assert result.accuracy == pytest.approx((answers == digits.test_labels).mean())
    assert "classroom.test_now" not in {str(button.key) for button in app.button}
    told = texts(app.caption)
    assert f"no longer saved: the best run of {other.member.name}." in told
    assert f"does not take these digits: the best run of {alien.member.name}." in told


def test_after_a_killed_server_the_test_set_goes_on_where_it_was(visit, room):
    run = trained(Recipe(hidden_sizes=(8,), epochs=1)).run()
    members = [stores.classrooms().join(room.id, f"{k}" * 43) for k in "bc"]
    for one in members:
        number = stores.archive().save(one.visitor, run)
        stores.classrooms().post(one.visitor, RunPost.of(run, number, None))
    first = members[0].member.id
    stores.classrooms().post_tested(room.id, judged(first, 1, 0.123, 1))
    stores.classrooms().change(room.id, test_opened=time.time() + 1)
    opening.openings.clear()
    app = at(visit("classroom"), chosen.WATCH)
    wait_until(app, lambda: len(stores.classrooms().snapshot(room.id).tested) == 2)
    tested = {one.member: one.accuracy for one in stores.classrooms().snapshot(room.id).tested}
    assert tested[first] == 0.123, "nobody is tested twice"


def test_each_drawing_is_seen_by_the_teacher_before_it_goes_on_the_wall(visit, room):
    mine = stores.classrooms().join(room.id, "b" * 43)
    picture = np.zeros(784, np.uint8)
    picture[300:320] = 255
    stores.drawings().add(mine.visitor, [(7, picture.tobytes())], Medium.CANVAS)
    app = at(visit("classroom"), chosen.HANDWRITING)
    owner = owner_of(mine.visitor)
    assert "Nobody has shared a drawing yet" in texts(app.caption)
    stores.drawings().share(mine.visitor, True)
    app.run()
    (drawing,) = stores.drawings().shared_by([owner], approved_only=False)
    press(app, f"classroom.wall.{drawing.id}")
    assert [one.id for one in stores.drawings().shared_by([owner])] == [drawing.id]
    app.toggle(key="classroom.wall_shown").set_value(True).run()
    press(app, f"classroom.wall.{drawing.id}")
    assert not stores.drawings().shared_by([owner]) and not app.exception


def test_one_writer_of_the_class_after_the_other_is_left_out(visit, room, monkeypatch):
    monkeypatch.setattr(writers, "EPOCHS", (5, 5))
    digits = data.load("mnist-5k")
    people = [stores.classrooms().join(room.id, "b" * 43) for _ in range(3)]
    for k, mine in enumerate(people):
        part = slice(60 * k, 60 * k + 60)
        pairs = zip(digits.labels[part], digits.images[part], strict=True)
        stores.drawings().add(
            mine.visitor, [(int(y), x.tobytes()) for y, x in pairs], Medium.CANVAS
        )
        stores.drawings().share(mine.visitor, k < 2)
    app = at(visit("classroom"), chosen.HANDWRITING)
    assert "2 writers, 2 networks" in texts(app.markdown), "whoever shares nothing is left in peace"
    press(app, "classroom.writers.train")
    wait_until(app, lambda: app.session_state["lab"].kept[writers.Current].group.progress() == 1)
    assert "of 60 digits" in texts(app.markdown)
    assert "writer 1" in texts(app.markdown)
    named = [mine.member.name for mine in people[:2]]
    assert not any(name in texts(app.markdown) for name in named)
    app.toggle(key="classroom.named").set_value(True).run()
    assert all(name in texts(app.markdown) for name in named) and not app.exception


def test_drawings_of_others_cannot_be_approved(room):
    other = stores.classrooms().create("x" * 43)
    theirs = stores.classrooms().join(other.id, "b" * 43)
    picture = np.zeros(784, np.uint8)
    picture[300:320] = 255
    stores.drawings().add(theirs.visitor, [(7, picture.tobytes())], Medium.CANVAS)
    stores.drawings().share(theirs.visitor, True)
    owner = owner_of(theirs.visitor)
    (drawing,) = stores.drawings().shared_by([owner], approved_only=False)
    wall._approve(room.id, drawing.id, True)
    assert not stores.drawings().shared_by([owner])


def test_a_class_ends(visit, room):
    app = at(visit("classroom"), chosen.RESULTS)
    press(app, "classroom.end_now")
    assert stored().ended and "has ended" in texts(app.info)
    with pytest.raises(ArchiveError, match="ended"):
        stores.classrooms().join(room.id, "b" * 43)


def test_a_class_is_deleted_only_after_its_code_was_typed(visit, room):
    mine = stores.classrooms().join(room.id, "b" * 43)
    stores.lessons().save(mine.visitor, "steps", "{}")
    app = at(visit("classroom"), chosen.RESULTS)
    assert app.button(key="classroom.delete_now").disabled
    app.text_input(key="classroom.confirm").set_value("WRONG").run()
    assert app.button(key="classroom.delete_now").disabled
    app.text_input(key="classroom.confirm").set_value(room.code.lower()).run()
    press(app, "classroom.delete_now")
    assert not stores.classrooms().taught(TEACHER) and not app.exception
    assert not stores.lessons().all(mine.visitor), "what its members have saved is gone, too"
    assert "1. Press **New class**" in texts(app.markdown)


def test_results_can_be_taken_away(visit, room):
    mine = stores.classrooms().join(room.id, "b" * 43)
    stores.classrooms().post(mine.visitor, post(1))
    app = at(visit("classroom"), chosen.RESULTS)
    keys = {one.proto.id.rpartition("classroom.export.")[2] for one in app.get("download_button")}
    assert keys == {"cards.csv", "runs.csv", "results.html", "class.json"} and not app.exception


def test_a_teacher_link_makes_another_browser_a_teacher_and_leaves_the_address(
    visit, room, monkeypatch
):
    token = stores.classrooms().teacher_token(room.id)
    monkeypatch.setattr(visitors, "new_id", lambda: "u" * 43)
    app = visit("classroom", {"teacher": token})
    assert not app.exception and "teacher" not in query(app)
    assert room.code in texts(app.success)
    assert [one.id for one in stores.classrooms().taught("u" * 43)] == [room.id]


@pytest.mark.parametrize(
    "token", ["", "1", "1.", "1.x", "9" * 200, "-1.a", "1\u0661.x", "1." + "A" * 43, "<b>.x"]
)
def test_forged_teacher_links_teach_nothing(visit, room, monkeypatch, token):
    monkeypatch.setattr(visitors, "new_id", lambda: "u" * 43)
    app = visit("classroom", {"teacher": token})
    assert not app.exception and "teacher" not in query(app)
    assert not stores.classrooms().taught("u" * 43) and "not a teacher link" in texts(app.warning)


def test_teacher_links_cannot_be_guessed_one_after_the_other(visit, room, monkeypatch):
    monkeypatch.setattr(limits, "WRONG_CODES", 2)
    token = stores.classrooms().teacher_token(room.id)
    monkeypatch.setattr(visitors, "new_id", lambda: "u" * 43)
    for _ in range(2):
        visit("classroom", {"teacher": "1.guess"})
    app = visit("classroom", {"teacher": token})
    assert "Too many" in texts(app.warning) and not stores.classrooms().taught("u" * 43)


def test_the_teacher_link_is_on_the_page_only_when_it_is_shown(visit, room):
    app = at(visit("classroom"), chosen.CODE)
    token = stores.classrooms().teacher_token(room.id)
    assert token not in texts(app.code)
    open_box(app, "classroom.teacher_link")
    assert token not in texts(app.code) and "•" in texts(app.code)
    app.toggle(key="classroom.show_link").set_value(True).run()
    assert token in texts(app.code)


@pytest.mark.parametrize("sent", [None, "", "x", "-3", "1" * 30, {"a": 1}, ["1"], 5, "٣", True])
def test_a_forged_choice_of_a_name_shows_nobody(visit, room, sent, monkeypatch):
    kept = watch.Watched(member=7)
    monkeypatch.setattr(session, "keep", lambda kind: kept)
    watch.choose(sent)
    assert kept.member in (0, 3)


def test_whoever_does_not_teach_a_class_changes_nothing(visit, room, monkeypatch):
    monkeypatch.setattr(current, "taught", lambda: ())
    for forged in (
        partial(steer.change, frozen=True),
        steer.end,
        steer.delete,
        partial(steer.remove_member, member=1),
    ):
        forged(room.id)
    assert stored().settings == room.settings and not stored().ended


def test_home_leads_to_the_classes_that_are_under_way(visit, room):
    assert f"Your class: **{room.code}**" in texts(visit().markdown)
    other = stores.classrooms().create(TEACHER)
    assert f"Your classes: **{other.code}, {room.code}**" in texts(visit().markdown)
    for one in (room, other):
        stores.classrooms().end(one.id)
    assert "Your class" not in texts(visit().markdown)


def test_a_file_that_cannot_be_used_is_named_in_place_of_the_class(visit, room, monkeypatch):
    def broken(*args):
        raise ArchiveError("the file is locked")

    monkeypatch.setattr(stores.classrooms(), "taught", broken)
    app = visit("classroom")
    assert "the file is locked" in texts(app.error) and not app.exception
    assert "Your class" not in texts(visit().markdown), "Home goes on without it"


def test_a_class_that_another_teacher_has_deleted_is_gone_here_too(visit, room):
    app = at(visit("classroom"), chosen.WATCH)
    stores.classrooms().delete(room.id)
    press(app, "classroom.freeze")
    assert "You do not teach this class" in texts(app.warning) and not app.exception
    assert "1. Press **New class**" in texts(app.markdown)
