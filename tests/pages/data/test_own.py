"""A learner brings her own digits: they are checked, used on all pages, and hers alone."""

import io
import zipfile

import numpy as np
import pytest

import data
from data import cache
from data.finding import places
from data.known import embedded
from pages.ui.networks.current import CurrentTraining
from pages.ui.server import datasets, limits
from pages.ui.server.visitor import Visitor
from tests.data import layouts
from tests.pages.conftest import press, texts
from tests.pages.trained import give, still_training, trained
from tests.waiting import wait_until

ANNA, BEN = "a" * 43, "b" * 43


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache and a data folder that no test shares with the user."""
    monkeypatch.setattr(places, "HERE", tmp_path)
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "cache")
    for one in (datasets.opened, datasets.opened_own):
        one.clear()
    yield
    for one in (datasets.opened, datasets.opened_own):
        one.clear()


@pytest.fixture
def visit_as(visit):
    """`visit_as(ANNA, "data")` is a page as this visitor sees it."""

    def begin(who, page="data", query=None):
        app = visit(page)
        app.session_state["lab"].kept[Visitor] = Visitor(who)
        if query:
            app = visit(page)  # a new tab of the same visitor, which comes by a link
            app.session_state["lab"].kept[Visitor] = Visitor(who)
            app.session_state["lab"].page = None
            app.query_params.update(query)
        return app.run()

    return begin


def some():
    a = embedded.read()
    return a.train_images[::13], a.train_labels[::13]


def a_table():
    return ("mine.csv", layouts.table(*some()).encode(), "text/csv")


def a_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (image, label) in enumerate(zip(*some(), strict=True)):
            archive.writestr(f"{'ab'[label % 2]}/{number}.png", layouts.picture(image))
    return ("letters.zip", out.getvalue(), "application/zip")


def bring(app, *files):
    app.session_state["own.box"] = True
    app.run()
    app.file_uploader[0].set_value(list(files)).run()
    return press(app, "own.bring")


def chosen(app):
    return app.session_state["lab"].dataset


def test_a_table_is_checked_and_trained_on(visit_as):
    app = bring(visit_as(ANNA), a_table())
    assert not app.exception and not app.error
    assert "checked, and in use on all pages" in texts(app.success)
    assert chosen(app) == app.selectbox(key="dataset").value == "my:mine"
    assert "46 of the 308 images" in texts(app.info), "a note says how the test set was made"
    assert app.query_params["dataset"] in ("my:mine", ["my:mine"])
    app.switch_page("pages/train/page.py").run()
    press(app, "train.start")
    training = app.session_state["lab"].kept[CurrentTraining]
    assert training.dataset.name == "my:mine"
    wait_until(lambda: training.job.status != "running", seconds=60)
    assert training.job.status == "finished", training.job.view().message
    assert training.job.view().state.recipe.epochs == len(training.job.view().history.epochs)


def test_pictures_come_in_a_zip_and_have_the_classes_of_their_folders(visit_as):
    app = bring(visit_as(ANNA), a_zip())
    assert not app.exception and not app.error and chosen(app) == "my:letters"
    assert "Classes" in [metric.label for metric in app.metric]
    assert next(m.value for m in app.metric if m.label == "Classes") == "2"


def test_doubts_are_mended_in_a_copy_that_is_hers_too(visit_as):
    images, labels = some()
    file = ("dark.csv", layouts.table(255 - images, labels).encode(), "text/csv")
    app = bring(visit_as(ANNA), file)
    assert "dark on light" in texts(app.warning)
    press(app, "remedy.doubt.0")
    assert chosen(app) == "my:dark~inverted" and not app.warning
    assert not any("dark" in info.name for info in data.available())


def test_another_visitor_cannot_see_open_or_find_it(visit_as):
    app = bring(visit_as(ANNA), a_table())
    assert "my:mine" in str(app.query_params)
    fingerprint = data.cache.describe(data.cache.keys("brought-")[0])["fingerprint"]
    other = visit_as(BEN)
    assert not any("mine" in option for option in other.selectbox(key="dataset").options)
    other = visit_as(BEN, query={"dataset": "my:mine"})
    assert not other.exception and chosen(other) is None
    assert "is not yours" in texts(other.warning)
    other.session_state["lab"].dataset = "my:mine"
    other.run().run()  # the message is shown at the top of the page that follows
    assert "you have no data set of this name" in texts(other.warning)
    assert chosen(other) == data.DEFAULT
    again = visit_as(ANNA, query={"dataset": "my:mine"})
    assert chosen(again) == "my:mine" and not again.warning
    assert fingerprint not in [info.fingerprint for info in data.available()]


def test_what_cannot_be_read_is_said_where_it_was_brought_and_the_limits_too(visit_as, monkeypatch):
    app = visit_as(ANNA)
    bring(app, ("page.csv", b"<!doctype html><html></html>", "text/csv"))
    assert "a web page stands in its place" in texts(app.error) and not app.exception
    assert chosen(app) is None and "ann-brought" not in texts(app.error)
    monkeypatch.setattr(limits, "MAX_BROUGHT_MB_PER_HOUR", 0)
    bring(app, a_table())
    assert "From your network address" in texts(app.error)
    monkeypatch.setattr(limits, "MAX_BROUGHT_MB_PER_HOUR", 1_000)
    monkeypatch.setattr(limits, "MAX_BROUGHT_IMAGES", 200)
    bring(app, a_table())
    assert "allowed are at most 200" in texts(app.error)
    monkeypatch.setattr(limits, "MAX_BROUGHT_IMAGES", 100_000)
    monkeypatch.setattr(limits, "MAX_BROUGHT_SETS", 1)
    press(app, "own.bring")
    assert chosen(app) == "my:mine" and not app.error
    bring(app, a_zip())
    assert "Delete one first" in texts(app.error)


def test_it_is_deleted_after_a_question_and_not_while_it_is_trained_on(visit_as):
    app = bring(visit_as(ANNA), a_table())
    give(app, still_training(), datasets.opened_own(ANNA, "my:mine").digits)
    assert app.button(key="own.delete").disabled
    give(app, trained())
    assert app.button(key="own.delete").label == "Delete"
    press(app, "own.delete")
    assert not app.exception and chosen(app) is None and not cache.keys("brought-")
    assert "deleted" in texts(app.success)
    assert not [b for b in app.button if b.key == "own.delete"], "not for shared sets"


def test_files_that_belong_together_are_brought_together(visit_as):
    images, labels = some()
    parts = (images.reshape(-1, 28, 28), labels)
    names = layouts.MNIST[:2]
    one, two = (
        (n, layouts.idx(np.asarray(p)), "application/octet-stream")
        for n, p in zip(names, parts, strict=True)
    )
    app = bring(visit_as(ANNA), one)
    assert "missing" in texts(app.error) and app.file_uploader[0].value, "the file stays"
    bring(app, one, two)
    assert chosen(app) == "my:my-digits" and not app.error
