"""The board through app.py: each view of a class with real runs, and who sees nothing."""

import json
import random
import sqlite3

import pytest

from ann.classroom.snapshot import Tested as Judged
from ann.keeping.database import owner_of
from ann.keeping.drawings import Medium
from ann.lessons.progress import Progress, Settled
from pages.board import shown, views
from pages.ui.server import classes, stores, workers
from pages.ui.server import visitor as visitors
from tests.pages.board.made import SEEDS, fill, post
from tests.pages.conftest import query, texts

TEACHER = "t" * 43
LESSON, SKETCH = "read-the-picture", "curve"


@pytest.fixture(autouse=True)
def own_file(own_archive, monkeypatch):
    """An archive for this test alone; each new visitor's browser is the teacher's."""
    monkeypatch.setattr(visitors, "new_id", lambda: TEACHER)
    shown.kept.clear()


@pytest.fixture
def room():
    return stores.classrooms().create(TEACHER)


@pytest.fixture
def people(room):
    return fill(stores.classrooms(), room)


def board(visit, room, view="dots"):
    app = visit("board", {"code": room.code, "view": view})
    assert not app.exception
    return app


def again(app):
    """Run the page when a cached snapshot is a second old."""
    classes.snapshots.clear()
    app = app.run()
    assert not app.exception
    return app


def figure(app):
    """The chart of the board; None without one."""
    sent = [json.loads(one.proto.json or "null") for one in app.get("bidi_component")]
    charts = [one["figure"] for one in sent if isinstance(one, dict) and "figure" in one]
    return json.loads(charts[0]) if charts else None


def everything(app) -> str:
    """All that a page says, also in HTML and in charts."""
    drawn = [str(one.proto) for kind in ("html", "bidi_component") for one in app.get(kind)]
    said = [texts(part) for part in (app.markdown, app.info, app.warning, app.caption)]
    return "\n".join([*drawn, *said])


def traces(app) -> dict:
    return {trace["name"]: trace for trace in figure(app)["data"]}


def test_while_nobody_has_trained_the_board_shows_the_way_in(visit, room):
    app = visit("board")
    assert app.segmented_control(key="board.view").value == "join"
    assert room.code in everything(app) and "QR code of" in everything(app)
    stores.classrooms().join(room.id, "1" * 43)
    (member,) = stores.classrooms().snapshot(room.id).members
    assert member.name in everything(again(app))


def test_a_teachers_pages_do_not_wait_behind_the_class_and_a_members_do(visit, room, monkeypatch):
    vouched = []
    monkeypatch.setattr(workers, "vouch", lambda: vouched.append(workers.owner().name))
    board(visit, room)
    assert not visit("classroom").exception
    assert len(vouched) == 2
    monkeypatch.setattr(visitors, "new_id", lambda: "1" * 43)
    stores.classrooms().join(room.id, "1" * 43)
    assert not visit("board", {"code": room.code}).exception
    assert not visit("classroom").exception
    assert len(vouched) == 2


def test_every_run_is_a_dot_and_the_spread_of_luck_is_told(visit, room, people):
    app = visit("board")
    assert query(app)["code"] == room.code and query(app)["view"] == "dots"
    scores = [post(seed).validation_accuracy for seed in SEEDS]
    told = f"3 networks with the same settings, different seeds: {min(scores):.1%} to "
    assert told + f"{max(scores):.1%}" in texts(app.markdown)
    (dots,) = figure(app)["data"]
    assert len(dots["text"]) == 3 and len(set(dots["marker"]["color"])) == 3
    assert len(set(dots["marker"]["symbol"])) == 3


def test_the_confusions_are_those_of_all_members_together(visit, room, people):
    app = board(visit, room, "confusions")
    total = sum(sum(map(sum, post(seed).confusion)) for seed in SEEDS)
    cells = [note["text"].replace(",", "") for note in figure(app)["layout"]["annotations"]]
    assert sum(map(int, cells)) == total


def test_the_digits_that_all_get_wrong_are_shown_as_pictures(visit, room, people):
    text = everything(board(visit, room, "missed"))
    assert text.count("<figure>") == views.missed.MOST and "3 of 3" in text


def test_digits_that_a_member_brought_are_shown_to_nobody_else(visit, room, people, monkeypatch):
    monkeypatch.setattr("pages.ui.server.datasets.find_shared", lambda fingerprint: None)
    text = everything(board(visit, room, "missed"))
    assert "<figure>" not in text and "data set is not shared" in text


def test_the_test_set_is_sealed_until_the_teacher_opens_it(visit, room, people):
    archive = stores.classrooms()
    for one, seed in zip(people, SEEDS, strict=True):
        archive.post_tested(room.id, Judged(one.member.id, seed, 0.5, 1000))
    app = board(visit, room, "test")
    assert "sealed" in texts(app.markdown) and figure(app) is None
    archive.change(room.id, test_opened=1.0)
    app = again(app)
    assert "points" in texts(app.markdown) and len(traces(app)["networks"]["y"]) == 3


def test_ranking_is_off_unless_the_teacher_switches_it_on(visit, room, people):
    app = board(visit, room, "ranking")
    assert app.segmented_control(key="board.view").value == "dots"
    assert "Ranking" not in app.segmented_control(key="board.view").options
    stores.classrooms().change(room.id, ranking=True)
    app = again(app)
    assert "Ranking" in app.segmented_control(key="board.view").options
    app.segmented_control(key="board.view").set_value("ranking").run()
    best = max(SEEDS, key=lambda seed: post(seed).validation_accuracy)
    text = everything(app).rpartition("ranking")[2]
    first = people[SEEDS.index(best)].member.name
    assert text.index(first) == min(text.index(one.member.name) for one in people)


def forecast(people, room, results: bool):
    """Everybody has drawn a curve; with `results`, all but the first have trained, too."""
    for k, one in enumerate(people):
        values, came = (20.0 + k, 40.0, 60.0), (80.0 + k, 90.0, 93.0)
        progress = Progress(begun=1.0, forecasts={SKETCH: values})
        if results and k:
            progress = Progress(begun=1.0, settled={SKETCH: Settled(values, came, 9, False, True)})
        stores.lessons().save(one.visitor, LESSON, progress.to_json())
    stores.classrooms().change(room.id, forecast_lesson=LESSON, forecast_card=SKETCH)


def test_results_stay_hidden_until_they_are_revealed(visit, room, people):
    forecast(people, room, results=True)
    app = board(visit, room, "forecasts")
    assert "3 of 3 members have answered" in texts(app.markdown)
    assert set(traces(app)) == {"each forecast", "median forecast"}
    assert traces(app)["median forecast"]["y"] == [21.0, 40.0, 60.0]
    assert "93" not in json.dumps(figure(app)["data"])
    stores.classrooms().change(room.id, revealed=True)
    app = again(app)
    assert traces(app)["median result"]["y"] == [81.5, 90.0, 93.0]
    assert "Within reach: 0 of 2" in texts(app.markdown)


def test_the_wall_shows_only_what_writer_and_teacher_both_share(visit, room, people):
    drawings, (writer, shy, _) = stores.drawings(), people
    for k, one in enumerate((writer, shy)):
        ink = [(digit, bytes([9 * k, 255] * 392)[digit:] + bytes(digit)) for digit in range(3)]
        drawings.add(one.visitor, ink, Medium.CANVAS)
    drawings.share(writer.visitor, True)
    seen = [drawings.all(one.visitor)[0].id for one in (writer, shy)]
    drawings.approve(seen, True, [owner_of(one.visitor) for one in people])
    assert "Wall" not in board(visit, room, "wall").segmented_control(key="board.view").options
    stores.classrooms().change(room.id, wall=True)
    classes.snapshots.clear()
    app = board(visit, room, "wall")
    assert "1 digit by 1 writer" in texts(app.markdown)
    stores.classrooms().remove_member(room.id, writer.member.id)
    assert "Nothing is on the wall" in texts(again(app).markdown)


def test_a_removed_member_and_a_removed_run_are_shown_no_more(visit, room, people):
    app = board(visit, room)
    archive, gone = stores.classrooms(), people[0].member
    assert len(figure(app)["data"][0]["text"]) == 3 and gone.name in everything(app)
    archive.remove_member(room.id, gone.id)
    app = again(app)
    assert len(figure(app)["data"][0]["text"]) == 2 and gone.name not in everything(app)
    archive.remove_post(room.id, archive.snapshot(room.id).runs[0].id)
    assert len(figure(again(app))["data"][0]["text"]) == 1


@pytest.mark.parametrize("code", ["?", "KQ7TB", "<b>", "\0", "A" * 5000, "1 OR 1=1"])
def test_a_forged_code_shows_nothing(visit, room, people, code):
    app = visit("board", {"code": code, "view": "dots"})
    assert not app.exception and figure(app) is None
    assert people[0].member.name not in everything(app) and room.code not in everything(app)


def test_a_right_code_shows_nothing_to_somebody_who_is_not_in_the_class(
    visit, room, people, monkeypatch
):
    monkeypatch.setattr(visitors, "new_id", lambda: "s" * 43)
    app = visit("board", {"code": room.code})
    assert not app.exception and figure(app) is None
    assert not any(one.member.name in everything(app) for one in people)
    assert "belongs to a class" in texts(app.info)
    assert [box.label for box in app.text_input] == ["Class code"]


def test_a_class_that_has_ended_says_so_and_can_still_be_looked_at(visit, room, people):
    stores.classrooms().end(room.id)
    app = board(visit, room)
    assert "has ended" in texts(app.info) and figure(app)


def test_a_class_that_is_deleted_meanwhile_says_so(visit, room, people):
    app = board(visit, room)
    stores.classrooms().delete(room.id)
    app = again(app)
    assert "deleted" in texts(app.info) and figure(app) is None


def test_ten_thousand_hostile_posts_show_nothing_and_raise_nothing(visit, room, people):
    hurt(room, people, 10_000)
    for name in views.VIEWS:
        app = board(visit, room, name)
        assert "alert(" not in everything(app), name
    (dots,) = figure(board(visit, room))["data"]
    assert len(dots["text"]) == 3


def hurt(room, people, n: int) -> None:
    """Write posts into the file that no server of ours would write."""
    rng, good = random.Random(1), json.loads(post(1).to_json())
    evil = "<script>alert(1)</script>"
    values = [None, True, -1, 1e300, float("inf"), evil, [], [[1]], {}, "x" * 1000]

    def body() -> str:
        found = dict(good, validation_accuracy=rng.choice([7.0, -1.0, None]))
        for key in rng.sample(sorted(found), rng.randint(1, 4)):
            found[key] = rng.choice(values)
        found |= {"validation_accuracy": None, "confusion": [], "wrong": evil}
        text = json.dumps(found)
        return text if rng.random() < 0.7 else text[: rng.randrange(len(text))]

    rows = [
        (room.id, people[k % 3].member.id, rng.choice(["run", "test"]), 1000 + k, 0.0, body())
        for k in range(n)
    ]
    with sqlite3.connect(stores.path()) as db:
        db.executemany("INSERT INTO posts VALUES (NULL, ?, ?, ?, ?, ?, 0, ?)", rows)
        db.execute("UPDATE classes SET version = version + 1")
    db.close()


def test_a_board_is_made_once_for_all_who_look(visit, room, people, monkeypatch):
    made = []
    dots = views.VIEWS["dots"]
    counted = dots._replace(make=lambda snapshot: made.append(1) or dots.make(snapshot))
    monkeypatch.setitem(views.VIEWS, "dots", counted)
    for _ in range(3):
        board(visit, room)
    assert len(made) == 1


def test_the_board_turns_to_its_next_view_by_itself_if_it_is_told_to(visit, room, people):
    app = visit("board", {"code": room.code, "view": "dots", "rotate": "on"})
    assert app.toggle(key="board.rotates").value is True
    mine = app.session_state["lab"].kept[views.Open]
    mine.turned -= views.SECONDS
    app.run()  # a run of the whole page looks at the time, too
    assert not app.exception and query(app)["rotate"] == "on"
    assert app.segmented_control(key="board.view").value == "confusions"
