"""Lessons on their page and on the card that is docked on every page."""

import time
from dataclasses import replace

import pytest

from ann.keeping.lessons import LessonArchive
from ann.lessons import certificate as certificates
from ann.lessons.certificate import Certificate
from ann.lessons.progress import Progress, Settled
from ann.recipe import Recipe
from pages.lessons import certificate
from pages.ui.lessons import desk, moves, shelf
from pages.ui.server import stores
from pages.ui.server import visitor as visitors
from tests.pages.conftest import press, pressable, query, texts
from tests.pages.trained import give, trained, visitor

STEPS = Recipe(optimizer="sgd", hidden_sizes=(8,), learning_rate=0.5, epochs=2)
LESSON = """
title = "Steps *and* <b>more</b>"
belief = "Bigger is [better](http://x.example)."
minutes = 5

[card.colour]
kind = "predict"
text = "What is a pixel?"
ask = "choice"
options = ["A gray level", "A color"]
answer = 1
hints = ["Look at Data.", "It is one number."]
so = "A number."

[card.guess]
kind = "predict"
page = "train"
text = "How many?"
ask = "number"
run = "train"
measure = "validation_accuracy"
within = 5

[card.curve]
kind = "predict"
page = "train"
text = "Draw it."
ask = "sketch"
run = "train"
measure = "validation_accuracy"
at = [1, 2]
within = 5

[card.train]
kind = "run"
page = "train"
lights = ["start", "learning_rate"]
text = "Press **Start**."
settings = { optimizer = "sgd", hidden_sizes = [8], learning_rate = 0.5, epochs = 2 }
show = ["learning_rate", "epochs"]

[card.why]
kind = "explain"
text = "Why?"
truth = "Many think so, but no."

[card.mine]
kind = "check"
page = "train"
text = "Show it."
where = { hidden_sizes = [8] }
measure = "validation_accuracy"
at_least = 20

[card.later]
kind = "again"
text = "Again?"
ask = "order"
options = ["b", "a"]
answer = [2, 1]
days = 2
"""
GERMAN = 'title = "Schritte"\n[card.guess]\ntext = "Wie viele?"\n'


@pytest.fixture(autouse=True)
def lessons(own_archive, tmp_path, monkeypatch):
    """One lesson of a teacher, in a folder of its own, and a file with a mistake."""
    stores.lessons.clear()
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "steps.toml").write_text(LESSON)
    (folder / "steps.de.toml").write_text(GERMAN)
    (folder / "broken.toml").write_text('title = "x"\nbelief = "<img src=x>"\nminutes = "5"\n')
    monkeypatch.setenv("ANN_LESSONS", str(folder))
    yield folder
    stores.lessons.clear()


def begin(app, name="steps"):
    return press(app, f"lessons.begin.{name}")


def on_page(app, page):
    app.switch_page(f"pages/{page}/page.py")
    return app.run()


def at(app) -> Progress:
    return app.session_state["lab"].kept[desk.Desk].progress["steps"]


def card_texts(app) -> str:
    return texts(app.markdown) + texts(app.caption) + texts(app.get("html"))


def to_card(app, name):
    """Open a card of the lesson, as its buttons would."""
    at(app).at = name
    return app.run()


def test_the_page_lists_lessons_and_names_a_broken_file_with_its_line_and_field(visit):
    app = visit("lessons")
    assert not app.exception
    shown = texts(app.markdown) + texts(app.caption)
    assert r"Steps *and* \<b\>more\</b\>" in shown and "5 min" in shown
    assert r"\[better\]" in shown, "a link from a file stays text"
    assert "broken.toml, line 3: minutes" in texts(app.warning).replace("\\", "")


def test_a_lesson_goes_from_forecast_to_run_to_result(visit, end):
    app = end(begin(visit("lessons")))
    assert "What is a pixel?" in card_texts(app) and app.button(key="lesson.give").disabled
    app.radio(key="lesson.steps.colour").set_value(1).run()
    press(app, "lesson.give")
    assert "Right." in card_texts(app) and "A number." in card_texts(app)
    press(app, "lesson.next")
    app = on_page(app, "train")
    assert app.session_state["lab"].recipe == STEPS, "the sliders show what will be trained"
    assert not pressable(app, "train") & {"start", "step", "epoch"}, "Start waits"
    app.number_input(key="lesson.steps.guess").set_value(90).run()
    press(app, "lesson.give")
    assert not pressable(app, "train") & {"start", "step", "epoch"}, "there is one more"
    app.slider(key="lesson.steps.curve.1").set_value(80.0).run()
    press(app, "lesson.give")
    assert "start" in pressable(app, "train") and at(app).at == "train"
    assert {"learning_rate", "epochs"} == {
        str(one.key) for one in app.select_slider if "." not in str(one.key)
    }, "the other sliders are hidden"
    app = give(app, trained(STEPS))
    settled = at(app).settled["guess"]
    real = 100 * trained(STEPS).run().history.epochs["validation_accuracy"][-1]
    assert settled.result == pytest.approx(real) and settled.gap == pytest.approx(90 - real)
    assert f"off by {90 - real:.1f} points" in card_texts(app)
    sketch = at(app).settled["curve"]
    assert sketch.forecast == (50.0, 80.0) and len(sketch.result) == 2


def test_skip_is_counted_and_lets_start_go(visit):
    app = to_card(begin(visit("lessons")), "guess")
    press(app, "lesson.skip")
    press(app, "lesson.skip")
    app = on_page(app, "train")
    assert at(app).skipped == ["guess", "curve"] and at(app).at == "train"
    assert "start" in pressable(app, "train")


def test_hints_come_in_two_strengths(visit):
    app = begin(visit("lessons"))
    assert not app.info
    press(app, "lesson.hint")
    assert texts(app.info) == "Look at Data." and app.button(key="lesson.hint")
    press(app, "lesson.hint")
    assert "It is one number." in texts(app.info)
    assert "lesson.hint" not in {str(button.key) for button in app.button}
    assert at(app).hints == {"colour": 2}


def test_an_explanation_waits_for_the_learners_own_sentence(visit):
    app = to_card(begin(visit("lessons")), "why")
    assert "Many think so" not in card_texts(app) and app.button(key="lesson.say").disabled
    app.text_area(key="lesson.steps.why").set_value("<i>Because</i> *it* jumps").run()
    press(app, "lesson.say")
    assert "Many think so" in card_texts(app) and r"\<i\>Because" in card_texts(app)


def test_a_check_looks_at_own_runs(visit, end):
    app = end(to_card(begin(visit("lessons")), "mine"))
    assert "None of your runs" in card_texts(app)
    app = give(app, trained(STEPS))
    assert at(app).passed == ["mine"] and "Done: " in texts(app.success)


def test_a_reload_and_a_killed_server_lose_nothing(visit, monkeypatch):
    monkeypatch.setattr(visitors, "new_id", lambda: "v" * 43)  # as its cookie says
    app = begin(visit("lessons"))
    app.radio(key="lesson.steps.colour").set_value(2).run()
    press(app, "lesson.hint")
    stores.lessons.clear()
    again = visit("data")
    assert (
        again.radio(key="lesson.steps.colour").value == 2 and texts(again.info) == "Look at Data."
    )
    assert at(again) == at(app)


def test_the_card_is_on_every_page_until_it_is_closed(visit):
    app = begin(visit("lessons"))
    for page in ("home", "data", "evaluate", "draw", "runs", "race", "sweep", "look"):
        assert "What is a pixel?" in card_texts(on_page(app, page)) and not app.exception
    press(app, "lesson.close")
    assert "What is a pixel?" not in card_texts(app)
    app = begin(on_page(app, "lessons"))
    assert "What is a pixel?" in card_texts(app), "it goes on where it was left"


def test_another_language_needs_files_alone(visit):
    app = visit("lessons")
    app.selectbox(key="lessons.language").set_value("de").run()
    assert "**Schritte**" in texts(app.markdown)
    app = to_card(begin(app), "guess")
    assert "Wie viele?" in card_texts(app)
    app = to_card(app, "curve")
    assert "Draw it." in card_texts(app), "what has no words in it stays in English"


def test_home_says_how_forecasts_go(visit):
    app = begin(visit("lessons"))
    assert "forecasts" not in texts(on_page(app, "home").markdown)
    at(app).settled = {
        "guess": Settled(60.0, 55.0, 5.0, True, True),
        "curve": Settled((1.0, 2.0), (1.0, 4.2), 1.2, False, True),
        "colour": Settled(1.0, 1.0, 0.0, True, False),
    }
    app.run()
    assert "2 of 3 within reach**, off by 3.1 points on average" in texts(app.markdown)
    app = on_page(app, "lessons")
    assert len(app.dataframe[0].value) == 3


def test_a_certificate_can_be_verified_and_not_forged(visit):
    app = begin(visit("lessons"))
    assert certificate.NAME not in {str(box.key) for box in app.text_input}
    at(app).at, at(app).done, at(app).passed = "", time.time(), ["mine"]
    app.run()
    app.text_input(key=certificate.NAME).set_value("Ada *L* <b>").run()
    one = Certificate("Ada *L* <b>", "2026-11-28", ("steps",), 4, 3)
    good = certificates.code(one, stores.secret())
    app.text_input(key=certificate.CODE).set_value(good).run()
    assert r"Ada \*L\* \<b\>" in texts(app.success) and "3 of 4" in texts(app.success)
    for forged in (good[:-1], "x" + good, "é", good.replace(".", "..", 1), "a.b"):
        app.text_input(key=certificate.CODE).set_value(forged).run()
        assert "has not issued" in texts(app.error) and not app.exception, forged


def test_a_certificate_page_escapes_the_name():
    one = Certificate("<script>", "2026-11-28", (), 0, 0)
    assert "<script>" not in certificate._page(one, [])


def test_the_same_idea_comes_back_days_later(visit):
    app = begin(visit("lessons"))
    at(app).at, at(app).done = "", time.time() - moves.DAY
    assert "lessons.again.steps" not in {str(b.key) for b in app.run().button}
    at(app).done = time.time() - 3 * moves.DAY
    app.run()
    press(app, "lessons.again.steps")
    app.multiselect(key="lesson.steps.later").set_value([2, 1]).run()
    press(app, "lesson.give")
    assert at(app).settled["later"].within_reach
    press(app, "lesson.next")
    assert "Lesson done." in card_texts(app)
    assert "lessons.again.steps" not in {str(b.key) for b in app.button}


def test_another_training_does_not_answer_the_question(visit, end):
    app = end(to_card(begin(visit("lessons")), "train"))
    app = on_page(give(app, trained(replace(STEPS, dropout=0.5))), "train")
    assert not at(app).passed
    app.session_state["lab"].recipe = Recipe()
    press(app.run(), "lesson.set_up")
    assert app.session_state["lab"].recipe == STEPS


def test_a_run_from_before_the_lesson_is_no_answer(visit):
    app = to_card(begin(visit("lessons")), "train")
    number = stores.archive().save(visitor(app), trained(STEPS).run())
    at(app).begun = time.time() + 60  # the run is older
    assert not at(app.run()).passed
    at(app).begun = 0.0
    assert at(app.run()).passed == ["train"] and number


def test_no_finding_is_shown_while_a_lessons_failure_is_meant(visit, end):
    app = end(on_page(to_card(begin(visit("lessons")), "train"), "train"))
    app = give(app, trained(STEPS))
    coached = {"coach.train.race", "coach.train.apply"}
    assert not coached & {str(button.key) for button in app.button}
    press(app, "lesson.close")
    assert coached & {str(button.key) for button in app.button}, "it is sick, and now it is told"


def test_a_link_shows_only_some_settings(visit):
    app = visit("train", {"show": "learning_rate,batch_size,nonsense<b>"})
    keys = {str(one.key) for one in app.select_slider}
    assert keys == {"learning_rate", "batch_size"} and "preset" not in {
        str(one.key) for one in app.selectbox
    }
    assert query(app)["show"] == "learning_rate,batch_size"
    assert "is not a setting" in texts(app.warning) and "<b>" not in texts(app.warning)
    press(app, "only_shown.all")
    assert "show" not in query(app) and len(app.select_slider) > 5


def test_a_teachers_change_shows_at_the_next_click(visit, lessons):
    app = visit("lessons")
    (lessons / "steps.toml").write_text(LESSON.replace("Steps", "Strides"))
    assert "Strides" in texts(app.run().markdown)
    (lessons / "steps.toml").unlink()
    assert not app.run().exception and shelf.shelf().lesson("steps") is None


def test_progress_that_cannot_be_saved_does_not_stop_a_lesson(visit, monkeypatch):
    def fail(*args):
        raise desk.ArchiveError("The server's disk is full")

    monkeypatch.setattr(LessonArchive, "save", fail)
    app = begin(visit("lessons"))
    assert "disk is full" in texts(app.warning) and "What is a pixel?" in card_texts(app)
    press(app, "lesson.skip")
    assert at(app).at == "guess" and "disk is full" not in texts(app.warning)
