"""A race as a link: its choice and its result in the address."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from pages.ui import site
from tests.pages.conftest import press, pressable, query, texts
from tests.pages.race.conftest import TINY, run_to_the_end


def test_the_choice_is_in_the_address(visit):
    app = visit("race", TINY)
    app.selectbox(key="race.field").set_value("hidden_sizes").run()
    app.multiselect(key="race.values.hidden_sizes").set_value(["8", "20-7-5", "none"]).run()
    assert query(app) == TINY | {"field": "hidden_sizes", "values": "8~20-7-5~none"}
    opened = visit("race", query(app))
    assert opened.multiselect(key="race.values.hidden_sizes").value == ["8", "20-7-5", "none"]
    assert not opened.warning


def test_the_choice_leaves_the_address_with_the_page_and_comes_back_with_it(visit):
    app = visit("race", {"field": "dropout", "values": "0.0~0.3"})
    app.query_params.clear()  # as a click on a page's name does
    app.switch_page(site.path("train")).run()
    assert query(app) == {}
    app.query_params.clear()
    app.switch_page(site.path("race")).run()
    assert query(app) == {"field": "dropout", "values": "0.0~0.3"}


def test_the_link_box_hands_out_what_the_address_holds_for_others(visit, at_address, comes_by):
    at_address(port=8501, address=None)
    comes_by("http://127.0.0.1:8501/race?present=on")
    app = visit("race", TINY | {"field": "dropout", "values": "0.0~0.3", "present": "on"})
    assert not app.code
    app.session_state["race.link"] = True
    link = app.run().code[0].value
    assert not app.exception and link.startswith("http://192.168.1.20:8501/race?")
    handed_out = dict(parse_qsl(urlsplit(link).query))
    assert handed_out == TINY | {"field": "dropout", "values": "0.0~0.3", "dataset": "mnist-5k"}
    opened = visit("race", handed_out)
    assert opened.multiselect(key="race.values.dropout").value == ["0.0", "0.3"]


@pytest.mark.parametrize(
    ("forged", "complaint"),
    [
        ({"field": "__class__", "values": "1~2"}, "__class__"),
        ({"field": "momentum", "values": "0.1~0.2"}, "has no effect without optimizer"),
        ({"field": "dropout", "values": "0.1~7~lots~0.2"}, "7 is outside 0 to 0.9"),
        ({"field": "dropout", "values": "0.1~0.2~0.3~0.4~0.5"}, "too many"),
        ({"field": "dropout", "values": "[x](http://evil)"}, "is not a number"),
        ({"against": "numpy-two-layer~nobody"}, "nobody"),
        ({"against": "dropout:7"}, "7 is outside 0 to 0.9"),
        ({"against": "dropout:0.5,x:1~keras-classic"}, "neither a preset nor a list of settings"),
        ({"result": "<b>"}, "is not the result of a race"),
        ({"field": "dropout", "values": "~" * 10_000}, ""),
    ],
    ids=str,
)
def test_a_forged_link_gives_a_message_and_a_race_that_can_start(visit, forged, complaint):
    app = visit("race", forged)
    assert not app.exception
    assert complaint in texts(app.warning).replace("\\", "")
    assert "](http" not in texts(app.warning)
    assert "start" in pressable(app, "race")


def test_settings_that_no_preset_has_can_be_spelled_out_in_a_link(visit):
    link = {"against": "learning_rate:0.01,dropout:0.5~defaults~keras-classic"}
    app = visit("race", TINY | link)
    assert not app.warning[1:] and not app.exception
    assert query(app) == TINY | link
    assert app.multiselect(key="race.against").value == link["against"].split("~")


def test_running_a_link_again_shows_whether_the_result_is_the_same(visit, end):
    app = end(press(visit("race", TINY), "race.start"))
    run_to_the_end(app)
    link = query(app)
    assert "result" in link and not app.success

    again = end(visit("race", link))
    assert query(again) == link
    press(again, "race.start")
    run_to_the_end(again)
    assert "bit for bit" in texts(again.success)

    elsewhere = link["result"][:-1] + ("0" if link["result"][-1] != "0" else "1")
    other = end(press(visit("race", link | {"result": elsewhere}), "race.start"))
    run_to_the_end(other)
    assert "another kind of processor" in texts(other.warning)
    other.multiselect(key="race.values.learning_rate").set_value(["0.1", "0.2"]).run()
    assert not other.warning and "result" not in query(other)


def test_a_race_on_other_digits_than_the_chosen_ones_is_a_previous_race(visit, end):
    app = end(press(visit("race", TINY), "race.start"))
    run_to_the_end(app)
    link = query(app)
    app.session_state["lab"].dataset = "mnist-uci"
    app.run()
    assert "result" not in query(app), "this link would race on the other digits"
    assert "Your previous race is shown below" in texts(app.caption)
    app.session_state["lab"].dataset = "mnist-5k"
    assert query(app.run()) == link
