"""A sweep as a link: its choice and its result in the address."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from pages.ui import site
from tests.pages.conftest import press, query, texts
from tests.pages.sweep.conftest import TINY, buttons, run_to_the_end, sweep


def test_the_choice_is_in_the_address_and_comes_back_with_the_page(visit):
    app = visit("sweep", TINY)
    app.multiselect(key="sweep.fields").set_value(["hidden_sizes", "l2"]).run()
    app.multiselect(key="sweep.values.hidden_sizes").set_value(["8", "20-7-5", "none"])
    app.multiselect(key="sweep.values.l2").set_value(["0.0", "0.001"])
    app.segmented_control(key="sweep.method").set_value("random")
    app.slider(key="sweep.seeds").set_value(3)
    app.toggle(key="sweep.halving").set_value(True).run()
    wanted = {"search": "hidden_sizes~8~20-7-5~none~~l2~0.0~0.001"}
    wanted |= TINY | {"trials": "24", "seeds": "3", "halving": "true"}
    assert query(app) == wanted
    app.query_params.clear()  # as a click on a page's name does
    app.switch_page(site.path("data")).run()
    assert query(app) == TINY
    app.query_params.clear()
    app.switch_page(site.path("sweep")).run()
    assert query(app) == wanted
    opened = visit("sweep", wanted)
    assert query(opened) == wanted and not opened.warning
    assert opened.multiselect(key="sweep.values.hidden_sizes").value == ["8", "20-7-5", "none"]


def test_the_link_box_hands_out_what_the_address_holds_for_others(visit, at_address, comes_by):
    at_address(port=8501, address=None)
    comes_by("http://127.0.0.1:8501/sweep")
    app = visit("sweep", TINY | {"search": "l2~0.0~0.001", "seeds": "2"})
    app.session_state["sweep.link"] = True
    link = app.run().code[0].value
    assert not app.exception and link.startswith("http://192.168.1.20:8501/sweep?")
    handed_out = dict(parse_qsl(urlsplit(link).query))
    assert handed_out == query(app) | {"dataset": "mnist-5k"} and handed_out["seeds"] == "2"


@pytest.mark.parametrize(
    ("forged", "complaint"),
    [
        ({"search": "seed~1~2"}, "search: 'seed' can't be searched"),
        ({"search": "[x](http://evil)~1"}, "can't be searched"),
        ({"search": "dropout~7~0.5"}, "dropout: 7 is outside 0 to 0.9"),
        ({"search": "dropout~~" * 3000}, "search: has 27,000 characters; the limit is 2,000"),
        ({"trials": "1e9"}, "trials: '1e9' is outside 1 to 200"),
        ({"seeds": "0"}, "seeds: '0' is outside 1 to 5"),
        ({"result": "<b>"}, "is not the result of a sweep"),
        ({"halving": "perhaps"}, "halving: is neither true nor false"),
    ],
)
def test_a_forged_link_gives_a_message_and_a_sweep_that_can_start(visit, forged, complaint):
    app = visit("sweep", forged)
    assert not app.exception
    said = texts(app.warning).replace("\\", "")
    assert complaint in said and "[x](http" not in texts(app.warning)
    assert buttons(app) == {"start"}


def test_running_a_link_again_shows_whether_the_result_is_the_same(visit, end):
    few = {"search": "learning_rate~0.0001~0.01"}
    app = end(press(visit("sweep", TINY | few), "sweep.start"))
    run_to_the_end(app)
    link = query(app)
    assert "result" in link and not app.success
    again = end(press(visit("sweep", link), "sweep.start"))
    run_to_the_end(again)
    assert "bit for bit" in texts(again.success)
    elsewhere = link["result"][:-1] + ("0" if link["result"][-1] != "0" else "1")
    other = end(press(visit("sweep", link | {"result": elsewhere}), "sweep.start"))
    run_to_the_end(other)
    assert "not exactly the link's result" in texts(other.warning)
    assert sweep(other).status == "finished" and not other.exception


def test_the_result_on_other_digits_than_the_chosen_ones_is_not_in_the_link(visit, end):
    app = end(press(visit("sweep", TINY | {"search": "learning_rate~0.0001~0.01"}), "sweep.start"))
    run_to_the_end(app)
    link = query(app)
    app.session_state["lab"].dataset = "mnist-uci"
    app.run()
    assert "result" not in query(app), "this link would search on the other digits"
    app.session_state["lab"].dataset = "mnist-5k"
    assert "result" in link and query(app.run()) == link
