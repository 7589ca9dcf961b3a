"""A training's link holds its result; anyone who trains by it can check that it is identical."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from ann.recipes.query import from_query
from ann.recipes.signature import Signature
from pages.ui.networks.link import Repeatable
from pages.ui.server import stores
from pages.ui.server.visitor import Visitor
from tests.pages.conftest import press, query, texts, wait_until
from tests.pages.trained import SMALL, job_of, trained

TINY = {"hidden_sizes": "4", "epochs": "1", "batch_size": "256"}


@pytest.fixture
def come(visit, end):
    return lambda page, link=None: end(visit(page, link))


def train(app):
    press(app, "train.start")
    wait_until(app, lambda: job_of(app).status == "finished")
    assert not app.exception
    return app


def links(app):
    """The query of each link that can be copied on a page."""
    codes = [code.value for code in app.code if "/train?" in code.value]
    return [dict(parse_qsl(urlsplit(code).query)) for code in codes]


@pytest.fixture(scope="module")
def results():
    """The link of a training with TINY, filled by the first test that needs it."""
    return {}


@pytest.fixture
def link(come, results):
    if not results:
        results |= links(train(come("train", TINY)))[0]
    return dict(results)


def test_the_address_and_the_link_hold_the_result(come):
    app = train(come("train", TINY))
    (link,) = links(app)
    assert link == TINY | {"dataset": "mnist-5k", "result": query(app)["result"]}
    assert Signature.read(link["result"]) == Repeatable.of(job_of(app).run()).result
    assert not app.success or "bit for bit" not in texts(app.success)
    app.select_slider(key="dropout").set_value(0.5).run()
    assert "result" not in query(app), "it is no longer the result of these settings"


def test_training_by_the_link_shows_that_the_result_is_identical(come, link):
    app = come("train", link)
    assert query(app)["result"] == link["result"]
    train(app)
    assert "The same result as in the link, bit for bit." in texts(app.success)
    assert query(app)["result"] == link["result"]


def forged(text, part, to="0123456789ab"):
    signature = Signature.read(text)
    return str(signature._replace(**{part: to[: len(getattr(signature, part))]}))


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        (
            ["weights"],
            "another kind of processor or number of threads, or somebody has changed the link",
        ),
        (["data", "weights"], "comes from another data set."),
        (["settings", "weights"], "comes from other settings."),
        (["version", "weights"], "another version of the lab or of NumPy"),
    ],
)
def test_another_result_than_the_links_comes_with_the_known_reasons(come, link, parts, why):
    for part in parts:
        link["result"] = forged(link["result"], part)
    app = train(come("train", link))
    assert "not exactly the link's result" in texts(app.warning) and why in texts(app.warning)
    assert "bit for bit" not in texts(app.success)


def test_settings_other_than_the_links_are_named(come, link):
    app = come("train", link)
    app.select_slider(key="dropout").set_value(0.5).run()
    train(app)
    assert "belongs to other settings: dropout 0" in texts(app.caption)
    assert "the link's result" not in texts(app.warning) and "bit for bit" not in texts(app.success)


def test_a_training_that_was_changed_midway_has_no_link_and_cannot_be_compared(come, link):
    app = come("train", link | {"epochs": "2"})
    press(app, "train.step")
    job = job_of(app)
    wait_until(app, lambda: job.status == "paused")
    app.select_slider(key="dropout").set_value(0.5).run()
    press(app, "train.resume")
    wait_until(app, lambda: job.status == "finished")
    assert "You changed dropout midway" in texts(app.info)
    assert "No link can repeat this training: dropout changed midway." in texts(app.markdown)
    assert not links(app) and query(app).get("result") is None


def test_a_training_that_was_stopped_has_a_link_without_a_result(come):
    app = come("train", TINY | {"epochs": "5000"})
    press(app, "train.start")
    press(app, "train.stop")
    wait_until(app, lambda: job_of(app).status == "finished")
    (link,) = links(app)
    assert link == TINY | {"epochs": "5000", "dataset": "mnist-5k"}
    assert "result" not in query(app)


def test_text_that_is_no_result_gives_a_message(come):
    app = come("train", {"result": "<b>*x*"})
    assert not app.exception and "is not the result of a training" in texts(app.warning)
    assert "result" not in query(app)


def keep(app, run):
    app.session_state["lab"].kept[Visitor] = Visitor(43 * "v")
    stores.archive().save(43 * "v", run)
    return app.run()


def test_a_saved_run_has_the_link_of_its_training(come, own_archive):
    app = keep(come("runs"), trained().run())
    (link,) = links(app)
    assert from_query(link)[0] == SMALL and link["dataset"] == "mnist-5k"
    assert link["result"] == str(Repeatable.of(trained().run()).result)


def test_a_saved_run_of_an_earlier_version_has_the_signature_of_that_version(come, own_archive):
    run = trained().run()
    (link,) = links(keep(come("runs"), replace(run, version="an earlier one")))
    earlier, now = Signature.read(link["result"]), Repeatable.of(run).result
    assert earlier.version != now.version and earlier.weights == now.weights


def test_a_damaged_run_still_has_its_settings(come, own_archive):
    app = keep(come("runs"), trained().run())
    with stores.archive()._db.writing() as db:
        db.execute("UPDATE files SET npz = x'00'")
        db.execute("UPDATE runs SET updated = updated + 1")
    app.run()
    assert not app.exception
    (link,) = links(app)
    assert from_query(link)[0] == SMALL and "result" not in link
