"""Joining a class by a link or a code, and who works in a browser that several share."""

import time

import pytest

from ann.classroom.names import is_name
from ann.keeping import limits as keeping_limits
from ann.keeping.database import UnusableError
from ann.recipe import Recipe
from ann.running.view import Status
from pages.ui.classroom import arrival, tries
from pages.ui.server import classes, internals, limits, stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import press, query, texts
from tests.pages.trained import give, job_of, trained
from tests.pages.ui.classroom.conftest import ANNA, BOB, TEACHER, member_of
from tests.waiting import wait_until


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def lab(app):
    return app.session_state["lab"]


def keys(app) -> set[str]:
    return {str(button.key) for button in app.button}


def test_by_the_link_one_click_joins(come, classroom):
    app = come(ANNA, "", {"class": classroom.code.lower()})
    assert not app.exception and f"Class <b>{classroom.code}</b>: you will be" in html(app)
    assert "class" not in query(app), "a reload or a copied address must not repeat it"
    assert stores.classrooms().snapshot(classroom.id).members == ()
    app = press(app, "class.join")
    assert not app.exception and "class.join" not in keys(app)
    (member,) = stores.classrooms().snapshot(classroom.id).members
    assert is_name(member.name) and f"you will be <b>{member.name}</b>" not in html(app)
    assert f"You are {member.name} in the class {classroom.code}." in texts(app.success)
    assert lab(app).kept[Visitor].member and lab(app).kept[Visitor].id == ANNA


def test_not_now_goes_on_without_the_class(come, classroom):
    app = press(come(ANNA, "", {"class": classroom.code}), "class.not_now")
    assert not app.exception and "class.join" not in keys(app)
    assert stores.classrooms().snapshot(classroom.id).members == ()


def test_settings_and_page_of_the_link_stay_and_only_the_seed_is_the_members_own(join):
    app = join(ANNA, "train", dropout="0.3")
    number = member_of(app).member.id
    assert lab(app).recipe == Recipe(dropout=0.3, seed=number) and lab(app).page == "train"
    assert query(app) == {"dropout": "0.3", "seed": str(number)}
    assert lab(join(BOB, "train")).recipe.seed != number
    named = join(43 * "c", "train", seed="7")
    assert lab(named).recipe == Recipe(seed=7), "a link that names a seed means it"


@pytest.mark.parametrize("code", ["KQ7TB", "", "KQ7T0", "x" * 10_000, "<b>", "'; DROP TABLE", "é"])
def test_a_code_that_no_class_has_gets_a_message(come, classroom, code):
    app = come(ANNA, "", {"class": code})
    assert not app.exception and "No class here has this code" in texts(app.warning)
    assert "class.join" not in keys(app) and "class" not in query(app)


@pytest.mark.parametrize(
    "token", ["1", "", "1." + 43 * "x", "x" * 10_000, "\u00e9.é", "0." + 43 * "A"]
)
def test_a_forged_return_link_lets_nobody_in(join, come, token):
    join()
    app = come(BOB, "", {"return": token})
    assert not app.exception and "This return link is not from" in texts(app.warning)
    assert not lab(app).kept[Visitor].member and "return" not in query(app)
    assert stores.classrooms().memberships(BOB) == ()


def test_after_too_many_wrong_codes_even_the_right_one_has_to_wait(come, classroom, monkeypatch):
    monkeypatch.setattr(limits, "WRONG_CODES_PER_BROWSER", 3)
    for _ in range(3):
        come(ANNA, "", {"class": "KQ7TB"})
    app = come(ANNA, "", {"class": classroom.code})
    assert "Too many wrong class codes" in texts(app.warning) and "class.join" not in keys(app)
    assert "class.join" in keys(come(BOB, "", {"class": classroom.code})), "others go on"


def test_new_cookies_do_not_help_to_guess_a_code(come, classroom, monkeypatch):
    monkeypatch.setattr(limits, "WRONG_CODES", 5)
    for k in range(5):
        come(f"{k:043d}", "", {"class": "KQ7TB"})
    assert "Too many wrong" in texts(come(BOB, "", {"class": classroom.code}).warning)


def test_a_browser_cannot_fill_a_class(join, come, classroom, monkeypatch):
    monkeypatch.setattr(limits, "NEW_MEMBERS_PER_BROWSER", 1)
    join()
    app = press(come(ANNA, "", {"class": classroom.code}), "class.other")
    assert "Wait a moment" in texts(app.warning) and not app.exception
    assert len(stores.classrooms().snapshot(classroom.id).members) == 1


def test_a_school_of_forty_joins_through_one_address(join, monkeypatch):
    join()
    who = iter(range(100))
    monkeypatch.setattr(tries, "browser_id", lambda: f"{next(who):043d}")
    school = tries.joined()
    for _ in range(40):
        assert school.allowed()
        school.count()


def test_a_full_class_says_so(join, monkeypatch):
    monkeypatch.setattr(keeping_limits, "MAX_MEMBERS", 0)
    app = join()
    assert "it is full" in texts(app.error) and not app.exception


def test_a_new_visit_soon_after_goes_on_without_a_question(join, come):
    mine = member_of(join())
    app = come(ANNA, "train")
    assert member_of(app).member.id == mine.member.id and "class.still" not in keys(app)
    assert lab(app).recipe.seed == mine.member.id


def later(monkeypatch, seconds):
    now = time.time() + seconds
    monkeypatch.setattr(arrival.time, "time", lambda: now)


def test_a_new_visit_later_asks_who_it_is(join, come, monkeypatch):
    mine = member_of(join())
    later(monkeypatch, arrival.ACTIVE_SECONDS + 1)
    app = come(ANNA, "train")
    assert f"{mine.member.name}</b>?" in html(app) and not lab(app).kept[Visitor].member
    app = press(app, "class.still")
    assert member_of(app).visitor == mine.visitor and "class.still" not in keys(app)


def test_someone_else_in_the_same_browser_sees_nothing_of_the_first(join, come, monkeypatch):
    first = give(join(ANNA, "train", dropout="0.3"), trained())
    stores.archive().save(member_of(first).visitor, trained().run(), name="first's run")
    later(monkeypatch, arrival.ACTIVE_SECONDS + 1)
    app = press(come(ANNA, "train"), "class.other")
    assert member_of(app).member.name != member_of(first).member.name
    assert job_of(app) is None and lab(app).recipe == Recipe(seed=member_of(app).member.id)
    assert stores.archive().list(lab(app).kept[Visitor].member) == ()
    assert len(stores.classrooms().memberships(ANNA)) == 2


def test_the_link_opened_again_asks_even_at_once(join, come, classroom):
    mine = member_of(join())
    app = come(ANNA, "", {"class": classroom.code})
    assert "class.still" in keys(app) and "class.join" not in keys(app)
    assert member_of(press(app, "class.still")).visitor == mine.visitor


def test_a_return_link_leads_another_device_to_the_same_member(join, come):
    mine = member_of(join())
    token = stores.classrooms().return_token(mine.member.id)
    app = come(BOB, "train", {"return": token})
    assert member_of(app).visitor == mine.visitor and "return" not in query(app)
    assert f"Welcome back, {mine.member.name}." in texts(app.success)
    assert member_of(come(BOB)).visitor == mine.visitor, "also without the link from now on"


def test_leaving_brings_back_what_the_browser_had_saved_itself(join):
    stores.archive().save(ANNA, trained().run(), name="her own")
    app = join(ANNA, "runs")
    mine = member_of(app)
    assert "her own" not in str(app.dataframe) and lab(app).kept[Visitor].member
    app.session_state["class-chip"] = True
    app = press(app.run(), "class.leave")
    assert not app.exception and "You have left the class" in texts(app.success)
    assert lab(app).page == "" and lab(app).kept[Visitor].member == ""
    assert stores.classrooms().memberships(ANNA) == ()
    assert [one.name for one in stores.archive().list(visitor_of(app))] == ["her own"]
    assert stores.classrooms().membership(mine.member.id), "the member stays, for the return link"


def visitor_of(app):
    kept = lab(app).kept[Visitor]
    return kept.member or kept.id


def test_while_a_training_runs_a_change_of_learners_pauses_it_and_it_stays_with_its_learner(join):
    app = join(ANNA, "train", epochs="500")
    app = press(app, "train.start")
    job, connection = job_of(app), lab(app).kept[internals.Connection]
    assert connection()
    app.session_state["class-chip"] = True
    app = press(app.run(), "class.change")
    assert job_of(app) is None and not connection() and not app.exception
    wait_until(lambda: job.status == Status.PAUSED, "it goes on for nobody")
    job.finish()


def test_name_and_code_stand_on_every_page(join, come, classroom):
    mine = member_of(join())
    for page in ("", "train", "lessons", "runs"):
        app = come(ANNA, page)
        (chip,) = app.get("popover")
        assert mine.member.name in chip.proto.popover.label
        assert classroom.code in chip.proto.popover.label


def test_the_teachers_own_browser_is_no_member_until_it_joins(join, come):
    app = come(TEACHER)
    assert not lab(app).kept[Visitor].member and not app.get("popover")
    assert member_of(join(TEACHER))


def test_resources_are_shared_out_by_browser_whoever_uses_it(join):
    app = join()
    assert lab(app).kept[Visitor].id == ANNA


@pytest.mark.parametrize("how", ["delete", "remove"])
def test_who_loses_the_class_is_told_and_goes_on_alone(join, classroom, how):
    stores.archive().save(ANNA, trained().run(), name="her own")
    app = join(ANNA, "train")
    if how == "delete":
        stores.classrooms().delete(classroom.id)
        told = "has been deleted, with what was saved in it"
    else:
        stores.classrooms().remove_member(classroom.id, member_of(app).member.id)
        told = f"has taken {member_of(app).member.name} out of the class"
    lab(app).kept[classes.Enrolled].looked = 0
    app = app.run()
    assert not app.exception and told in texts(app.warning)
    assert visitor_of(app) == ANNA and lab(app).page == ""
    assert not app.run().warning


def test_when_a_class_ends_its_members_are_told_once_and_keep_their_runs(join, classroom):
    app = join(ANNA, "train")
    stores.classrooms().change(classroom.id, frozen=True, controls=("dropout",))
    stores.classrooms().end(classroom.id)
    lab(app).kept[classes.Enrolled].looked = 0
    app = app.run()
    assert "nothing new goes to its board" in texts(app.info)
    assert lab(app).kept[Visitor].member and not app.button(key="train.start").disabled
    assert not app.run().info


def test_a_file_that_cannot_be_used_lets_the_page_show(join, come, classroom, monkeypatch):
    def busy(*_):
        raise UnusableError("the file is locked")

    app = join()
    for name in ("membership", "memberships", "find", "come_back", "seen"):
        monkeypatch.setattr(type(stores.classrooms()), name, busy)
    lab(app).kept[classes.Enrolled].looked = 0
    app = app.run()
    assert not app.exception and member_of(app), "what was known still holds"
    for query_ in ({}, {"class": classroom.code}, {"return": "1." + 43 * "x"}):
        assert not come(ANNA, "", query_).exception
