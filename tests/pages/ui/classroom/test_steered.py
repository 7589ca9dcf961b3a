"""What a teacher's settings change for members: pausing, controls, lessons, the test set."""

from dataclasses import replace

import pytest

from ann.recipe import Recipe
from ann.recipes.presets import PRESETS
from ann.running.budget import NoRoomError
from ann.running.view import Status
from pages.ui.lessons import shelf
from pages.ui.networks import jobs
from pages.ui.server import classes, datasets, stores
from tests.pages.conftest import press, pressable, texts, wait_until
from tests.pages.trained import give, job_of, trained
from tests.pages.ui.classroom.conftest import ANNA, BOB, member_of

PAUSED = "Your teacher has paused the class: look at the board."


def lab(app):
    return app.session_state["lab"]


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        ("train", {"train.start", "train.step", "train.epoch"}),
        ("race", {"race.start"}),
        ("sweep", {"sweep.start"}),
        ("", {"quick"}),
        ("draw", {"quick"}),
    ],
)
def test_while_the_class_is_paused_nothing_can_be_started(join, change, page, keys):
    app = join(page=page)
    assert keys <= pressable(app, page) | {str(b.key) for b in app.button if not b.disabled}
    app = change(app, frozen=True)
    assert not app.exception and PAUSED in texts(app.info).replace("\\", "")
    for key in keys:
        assert app.button(key=key).disabled and app.button(key=key).help == PAUSED
    app = change(app, frozen=False)
    assert not any(app.button(key=key).disabled for key in keys) and not app.info


def test_a_click_that_comes_a_moment_late_starts_nothing(join, classroom):
    for page, key in (("train", "train.start"), ("race", "race.start"), ("sweep", "sweep.start")):
        app = join(f"{page:a>43}", page)
        stores.classrooms().change(classroom.id, frozen=True)
        lab(app).kept[classes.Enrolled].looked = 0
        app = press(app, key)
        assert not app.exception and PAUSED in texts(app.warning).replace("\\", "")
        assert job_of(app) is None
        stores.classrooms().change(classroom.id, frozen=False)


def test_what_runs_goes_on_and_what_is_paused_cannot_be_resumed(join, change):
    app = press(join(page="train", epochs="500"), "train.start")
    app = change(app, frozen=True)
    assert job_of(app).status == Status.RUNNING and "train.pause" in {b.key for b in app.button}
    app = press(app, "train.pause")
    app = wait_until(app, lambda: job_of(app).status == Status.PAUSED)
    assert app.button(key="train.resume").disabled and not app.button(key="train.stop").disabled
    assert not change(app, frozen=False).button(key="train.resume").disabled


def test_a_network_that_ended_can_be_repeated_or_continued_only_when_the_class_goes_on(
    join, change
):
    app = change(give(join(page="train"), trained()).run(), frozen=True)
    assert app.button(key="repeats.start").disabled
    assert app.button(key="train_more.epochs").disabled


def test_others_on_the_same_server_are_not_paused(join, come, change):
    change(join(page="train"), frozen=True)
    app = come(BOB, "train")
    assert not app.button(key="train.start").disabled and not app.info


def test_every_way_to_a_new_job_is_closed_in_one_place(monkeypatch):
    monkeypatch.setattr(classes, "hold", lambda: PAUSED)
    with pytest.raises(NoRoomError, match="paused the class"):
        jobs.new_job(Recipe(), datasets.opened(None))
    with pytest.raises(NoRoomError, match="paused the class"):
        jobs.new_replay(trained().run(), datasets.opened(None), None, ())
    with pytest.raises(NoRoomError, match="paused the class"):
        jobs.job_on(None, Recipe())


def test_members_see_only_the_controls_that_the_teacher_has_chosen(join, change):
    app = change(join(page="train"), controls=("learning_rate", "dropout"))
    assert not app.exception
    assert {s.key for s in app.select_slider} == {"learning_rate", "dropout"}
    assert not app.expander and not app.selectbox
    assert len(change(app, controls=()).select_slider) > 4


def test_race_and_sweep_offer_only_these_controls(join, change):
    app = change(join(page="race"), controls=("dropout", "batch_size"))
    assert not app.exception
    assert app.selectbox(key="race.field").options == ["Batch size", "Dropout"]
    app = change(join(BOB, "sweep"), controls=("dropout", "batch_size"))
    assert not app.exception
    (names,) = (box for box in app.multiselect if box.label == "Settings to search")
    assert names.options == ["Batch size", "Dropout"] and names.value == ["batch_size"]


def test_the_lessons_that_the_teacher_has_picked_come_first_and_in_order(join, change):
    picked = [lesson.name for lesson in shelf.lessons()][3:1:-1]
    app = change(join(page="lessons"), lessons=tuple(picked))
    begin = [str(b.key) for b in app.button if str(b.key).startswith("lessons.begin.")]
    assert begin[:2] == [f"lessons.begin.{name}" for name in picked]
    assert len(begin) == len(shelf.lessons()) and len(app.expander) >= 1
    inside = [str(b.key) for b in app.expander[0].button]
    assert begin[2:] == inside


def test_the_test_set_stays_sealed_until_the_teacher_opens_it(join, change):
    app = give(join(page="evaluate"), trained()).run()
    app = app.segmented_control(key="evaluate.set").set_value("test").run()
    assert "seal.open" not in {b.key for b in app.button}
    assert "Your teacher opens the test set for all at the same time." in texts(app.info)
    app = change(app, test_opened=1.0)
    assert "seal.open" in {b.key for b in app.button}


def test_each_member_trains_with_a_seed_of_their_own(join):
    seeds = []
    for who in (ANNA, BOB):
        app = join(who, "lessons")
        number = member_of(app).member.id
        lesson = next(one for one in shelf.lessons() if one.train_card(one.cards[0]))
        app = press(app, f"lessons.begin.{lesson.name}")
        assert lab(app).recipe.seed == number
        seeds.append(number)
    assert seeds[0] != seeds[1]


def test_presets_defaults_and_the_quick_network_keep_the_members_seed(join):
    app = join(page="train", dropout="0.5")
    number = member_of(app).member.id
    app = press(app, "defaults")
    assert lab(app).recipe == Recipe(seed=number)
    app = app.selectbox(key="preset").set_value("quick").run()
    assert lab(app).recipe == replace(PRESETS["quick"].recipe, seed=number)
    assert app.selectbox(key="preset").placeholder == PRESETS["quick"].title
    app = press(join(BOB), "quick")
    assert job_of(app).view().recipe.seed == member_of(app).member.id
