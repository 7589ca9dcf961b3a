"""The newest run of a browser comes back where a network is shown, and the address comes first."""

import time

import pytest

from ann.recipes.query import to_query
from pages.ui import site
from pages.ui.networks import resume
from pages.ui.networks.link import Repeatable
from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import press, query, texts
from tests.pages.trained import OTHER, SMALL, Silent, give, job_of, new_job, trained
from tests.pages.ui.networks.test_resume import (  # noqa: F401, a fixture
    ANNA,
    begun,
    check_that_it_continues_to_the_end,
    come,
    interrupted,
    offers,
)

pytestmark = pytest.mark.usefixtures("own_archive")
NO_NETWORK = ("Nothing has been learned yet", "no network to evaluate", "no trained network yet")
PAGES = ("train", "evaluate", "draw")


def saved(*recipes):
    for recipe in recipes:
        stores.archive().save(ANNA, trained(recipe).run())
    return stores.archive().list(ANNA)[0]


def shows_no_network(app):
    return any(text in texts(app.markdown) for text in NO_NETWORK)


@pytest.mark.parametrize("page", PAGES)
def test_the_newest_run_is_there_and_a_line_says_so(come, page):  # noqa: F811
    newest = saved(SMALL, OTHER)
    app = come(page)
    assert not app.exception and not shows_no_network(app)
    job = job_of(app)
    assert (job.status, job.view().recipe) == ("finished", OTHER)
    (line,) = (c.value for c in app.caption if "Your newest run" in c.value)
    accuracy = trained(OTHER).run().history.epochs["validation_accuracy"][-1]
    assert newest.name in line and f"{accuracy:.1%}" in line and "moments ago" in line
    assert (
        app.session_state["lab"].recipe == OTHER and query(app).items() >= to_query(OTHER).items()
    )
    press(app, "newest.new")
    assert app.title[0].value == "Train" and job_of(app) is None
    assert "Nothing has been learned yet" in texts(app.markdown)
    assert len(stores.archive().list(ANNA)) == 2, "both stay saved"


def test_it_looks_as_it_did_before(come, visit, end):  # noqa: F811
    before = give(end(visit("train", to_query(SMALL))), trained(SMALL))
    saved(SMALL)
    app = come("train", to_query(SMALL))
    assert [m.value for m in app.metric] == [m.value for m in before.metric]
    assert texts(app.success) == texts(before.success) and texts(app.success)
    assert job_of(app).run().version == trained(SMALL).run().version
    assert query(app)["result"] == str(Repeatable.of(trained(SMALL).run()).result)
    assert "same result" not in texts(app.success)


def test_looking_at_it_changes_nothing_that_is_saved(come):  # noqa: F811
    before = saved(SMALL)
    for page in PAGES:
        app = come(page)
        assert not app.exception
    time.sleep(0.8)  # two looks of the autosave
    assert stores.archive().list(ANNA) == (before,)


def test_a_link_with_other_settings_comes_first_and_the_run_is_offered(come):  # noqa: F811
    saved(SMALL)
    link = to_query(OTHER)
    app = come("train", link)
    assert job_of(app) is None and app.session_state["lab"].recipe == OTHER
    assert query(app).items() >= link.items() and "Nothing has been learned" in texts(app.markdown)
    press(app, "newest.open")
    assert job_of(app).view().recipe == SMALL == app.session_state["lab"].recipe


def test_a_link_with_somebody_else_s_result_comes_first(visit, end):
    saved(SMALL)
    result = str(Repeatable.of(trained(SMALL).run()).result)
    for text, is_own in ((result, True), (result.translate(str.maketrans("01", "10")), False)):
        app = end(visit("train", {**to_query(SMALL), "dataset": "mnist-5k", "result": text}))
        app.session_state["lab"].kept[Visitor] = Visitor(ANNA)
        app.session_state["lab"].page = None  # as on a first visit
        app.query_params["result"] = text
        assert (job_of(app.run()) is not None) == is_own, text


def test_a_link_does_not_keep_evaluate_from_showing_it(come):  # noqa: F811
    saved(SMALL)
    app = come("evaluate", {"dropout": "0.6"})
    assert job_of(app).view().recipe == SMALL
    assert app.session_state["lab"].recipe.dropout == 0.6, "the sliders are the link's"


def test_an_interrupted_training_continues_by_itself(come):  # noqa: F811
    number = interrupted()
    app = come("train")
    assert not offers(app) and "continues: it was interrupted moments ago" in texts(app.caption)
    check_that_it_continues_to_the_end(app, number)


@pytest.mark.parametrize("how", ["paused", "long ago"])
def test_what_was_paused_or_interrupted_long_ago_waits(come, monkeypatch, how):  # noqa: F811
    number = interrupted("paused" if how == "paused" else "interrupted")
    if how == "long ago":
        monkeypatch.setattr(resume.time, "time", lambda now=time.time: now() + 3700)
    app = come("train")
    assert job_of(app).status == "paused" and "Your newest run is open" in texts(app.caption)
    press(app, "train.resume")
    check_that_it_continues_to_the_end(app, number)


def test_a_run_in_another_tab_is_left_there_until_it_is_asked_for(come):  # noqa: F811
    number = interrupted("running")
    state, history = begun(80)
    other = new_job(SMALL, Silent, state=state, history=history)
    other.resume()
    stores.run_autosave().watch(ANNA, other, number)
    for page in PAGES:
        app = come(page)
        assert job_of(app) is None and "is training in another tab" in texts(app.info)
        assert page == "train" or "No network is open in this tab" in texts(app.markdown)
    press(app, "newest.here")
    assert other.status == "finished" and "another page" in other.message
    check_that_it_continues_to_the_end(app, number)


def test_a_run_whose_data_set_is_gone_is_opened_for_drawing(come):  # noqa: F811
    run = trained(SMALL).run()
    stores.archive().save(ANNA, type(run)(**{**vars(run), "fingerprint": "elsewhere"}))
    for page in PAGES:
        app = come(page)
        assert not app.exception and job_of(app) is None
    assert "not on this machine" in texts(app.info)


def test_a_forged_file_cannot_break_the_page(come):  # noqa: F811
    run = trained(SMALL).run()
    run.history.wrong, run.history.mistaken_for = [10**6, 3], [4, 99]
    stores.archive().save(ANNA, run)
    app = come("train")
    assert not app.exception and job_of(app).status == "finished"


def test_a_page_in_the_same_tab_does_not_bring_back_what_was_reset(come):  # noqa: F811
    saved(SMALL)
    app = press(come("train"), "train.reset")
    for page in PAGES:
        app.switch_page(site.path(page)).run()
        assert job_of(app) is None and not app.exception
    assert app.button(key="newest.open"), "but it is a click away"
