"""A link to hand out: what it contains, and what happens where it is opened."""

from urllib.parse import parse_qsl, urlparse

import pytest

from pages.ui.networks import opened
from tests.pages.conftest import press, query, texts, wait_until
from tests.pages.trained import OTHER, SMALL, give, job_of, mine, save_runs, trained


def link_of(app) -> dict[str, str]:
    """The query of the link that the box shows."""
    app.session_state["inside.link"] = True
    app.run()
    assert not app.exception
    return dict(parse_qsl(urlparse(app.code[0].value).query))


def keys(app) -> set[str]:
    return {str(button.key) for button in app.button}


@pytest.fixture
def linked(visit) -> dict[str, str]:
    """The link of a page that shows validation digit 7 in a small network."""
    return link_of(give(visit("look", {"digit": "v7"}), trained()))


def test_it_names_settings_data_set_digit_and_result_but_no_run(visit):
    app = save_runs(visit("look"), OTHER)
    app.query_params.update({"run": str(mine(app)[0].id), "digit": "v7"})
    app.switch_page("pages/train/page.py").run()
    app.switch_page("pages/look/page.py").run()
    found = link_of(app)
    assert (found["run"], found["digit"], found["dataset"]) == ("settings", "v7", "mnist-5k")
    assert (found["hidden_sizes"], found["dropout"], found["epochs"]) == ("32", "0.5", "2")
    assert found["result"]


def test_who_has_no_such_network_is_offered_to_train_it(visit, linked, own_archive, end):
    app = end(visit("look", linked))
    assert not app.exception and "inside.train" in keys(app)
    assert "about" in app.button(key="inside.train").label
    assert (query(app)["run"], query(app)["digit"]) == ("settings", "v7")
    press(app, "inside.train")
    wait_until(app, lambda: job_of(app).status != "running").run()
    assert not app.exception and not app.warning
    assert query(app)["digit"] == "v7" and query(app).get("run") != "settings"
    assert "same result as in the link, bit for bit" in texts(app.success)
    assert "inside.train" not in keys(app)


def test_who_has_a_saved_run_of_these_settings_gets_it_at_once(visit, linked, own_archive):
    app = save_runs(visit("train"), OTHER, SMALL, OTHER)
    number = mine(app)[1].id
    app.query_params.clear()
    app.query_params.update(linked)
    app.switch_page("pages/look/page.py").run()
    assert not app.exception and "inside.train" not in keys(app)
    assert query(app)["run"] == str(number)
    assert "bit for bit" in texts(app.success)
    assert "data" not in query(app)


def test_who_trains_it_already_gets_the_current_training(visit, linked):
    app = give(visit("train"), trained())
    app.query_params.update(linked)
    app.switch_page("pages/look/page.py").run()
    assert not app.exception and "inside.train" not in keys(app)
    assert query(app)["digit"] == "v7"


def test_who_has_another_network_may_stay_with_it(visit, linked, own_archive):
    app = give(visit("train"), trained(OTHER))
    app.query_params.update(linked)
    app.switch_page("pages/look/page.py").run()
    assert {"inside.train", "inside.leave"} <= keys(app)
    press(app, "inside.leave")
    assert not app.exception and not app.success
    assert "inside.train" not in keys(app) and query(app).get("run") != "settings"


def test_choosing_another_network_ends_the_offer(visit, linked, own_archive):
    app = save_runs(visit("train"), OTHER)
    app.query_params.update(linked)
    app.switch_page("pages/look/page.py").run()
    assert "inside.train" in keys(app)
    app.selectbox(key="opened.choice").set_value(mine(app)[0].id).run()
    assert not app.exception and "inside.train" not in keys(app)
    assert query(app)["run"] == str(mine(app)[0].id)


def test_a_training_that_was_changed_midway_has_no_link(visit):
    run = trained().run()
    run.history = run.history.copy()
    run.history.add_change(5, 0.1, "learning_rate", 0.001, 0.01)
    app = visit("look")
    app.session_state["lab"].kept[opened.OpenedRun] = opened.OpenedRun(
        opened.Opened(run, "changed", 1)
    )
    app.session_state["inside.link"] = True
    app.run()
    assert not app.exception and not app.code
    assert "changed midway" in texts(app.markdown)


def test_a_link_whose_data_set_is_not_here_offers_nothing_else_in_its_place(visit, linked):
    app = visit("look", linked | {"dataset": "no-such-set", "data": "0" * 16})
    assert not app.exception and "inside.train" not in keys(app)
    assert "no-such-set is not on this machine" in texts(app.warning)
    assert "trained on other data" in texts(app.warning)


@pytest.mark.parametrize("result", ["", "x" * 5000, "<b>", "0" * 16])
def test_a_forged_result_is_refused_with_a_message(visit, linked, result):
    app = visit("look", linked | {"result": result})
    assert not app.exception and "inside.train" in keys(app)
    assert "<b>" not in texts(app.warning) and len(texts(app.warning)) < 400
