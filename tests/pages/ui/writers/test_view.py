"""Whom can the network not read? The part of a page that a class shows, without a class."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import data
from ann.keeping.drawings import fingerprint
from ann.running.chunk import open_split
from data import cache, made
from data.writing.writers import Writer
from pages.ui.writers import current, view
from pages.ui.writers.current import Current
from tests.pages.canvas import html
from tests.pages.conftest import press, texts, wait_until

SHOWN = {"writers": [], "named": False}


def writer(name, first, turned=False):
    """Forty digits of MNIST; those of a writer who writes them upside down are `turned`."""
    digits = data.load("mnist-5k")
    images, labels = digits.images[first : first + 40], digits.labels[first : first + 40]
    if turned:
        images = images[:, ::-1]
    return Writer(name, images.copy(), labels.copy(), np.arange(40) % 2 == 1)


@pytest.fixture(scope="module")
def writers():
    turned = writer("Upside Owl", 0, turned=True)
    return [writer("Calm Otter", 100), turned, writer("Keen Finch", 200), writer("", 300)]


@pytest.fixture
def part(monkeypatch):
    """The part alone, as a page of its own."""
    quick = current.recipe
    monkeypatch.setattr(current, "IMAGES", 4_000)
    monkeypatch.setattr(current, "EPOCHS", (1, 25))
    assert quick(40).epochs == 25

    def script():
        from pages.ui import frame
        from pages.ui.writers import view
        from tests.pages.ui.writers.test_view import SHOWN

        frame.open_page("Writers")
        view.show(SHOWN["writers"], named=SHOWN["named"])

    def show(writers, named=False):
        SHOWN.update(writers=writers, named=named)
        return AppTest.from_function(script, default_timeout=60).run()

    return show


def state_of(app) -> Current:
    return app.session_state["lab"].kept[Current]


def trained(app):
    press(app, "writers.train")
    return wait_until(app, lambda: state_of(app).group.status == "finished")


def test_one_writer_is_too_few(part, writers):
    app = part(writers[:1])
    assert "at least two writers" in texts(app.info) and not app.button


def test_the_writer_who_writes_like_nobody_else_is_read_worst_and_nobody_is_named(part, writers):
    before = own_sets()
    app = trained(part(writers))
    assert not app.exception
    group = state_of(app).group
    assert view.ranked(group, writers)[0] == 1
    told = texts(app.markdown)
    assert "Worst read**: writer 1," in told and "of 40 digits" in told
    assert "4 of 4 writers tested" in app.get("progress")[0].proto.text
    everything = told + html(app) + texts(app.caption)
    assert not any(writer.name in everything for writer in writers if writer.name)
    assert own_sets() <= before, "what was made for the trainings is gone"


def own_sets():
    return set(cache.keys(made.PREFIX))


def test_with_names_the_worst_read_is_named(part, writers):
    app = trained(part(writers, named=True))
    assert "Worst read**: writer Upside Owl," in texts(app.markdown)


def test_the_network_has_seen_neither_the_writer_nor_what_anybody_keeps_aside(
    part, writers, monkeypatch
):
    seen = []
    make = current.datasets.maker

    def maker():
        inner = make()

        def one(purpose, split, names):
            stored = inner(purpose, split, names)
            digits = stored.digits
            worker = open_split(current.datasets.source(digits, stored.n_train))
            seen.append((int(purpose.rpartition("-")[2]), marks(worker.train_x)))
            return stored

        return one

    monkeypatch.setattr(current.datasets, "maker", maker)
    app = part(writers)
    app.toggle(key="writers.base").set_value(True).run()
    trained(app)
    assert len(seen) == 4
    aside = set().union(*(marks(one.half(aside=True)[0]) for one in writers))
    for number, trains in seen:
        assert not trains & aside
        assert not trains & marks(writers[number].images)
        assert len(trains) > 3_000


def marks(images):
    return {fingerprint(np.ascontiguousarray(image).tobytes()) for image in images}


def test_it_can_be_stopped_and_says_when_the_digits_have_changed(part, writers, monkeypatch):
    monkeypatch.setattr(current, "EPOCHS", (100, 100))
    app = press(part(writers), "writers.train")
    press(app, "writers.stop")
    assert state_of(app).group.status == "finished"
    SHOWN["writers"] = writers[:3]
    app.run()
    assert "The digits have changed" in texts(app.caption)
    assert not app.exception


def test_writers_are_made_of_drawings_and_those_without_digits_are_left_out(part):
    picture = bytes([0] * 783 + [9])
    found = view.of_drawings([("b", 3, picture, True), ("a", 1, picture, False)])
    assert [one.name for one in found] == ["a", "b"]
    assert found[1].labels.tolist() == [3] and found[1].aside.tolist() == [True]
    assert found[0].images.shape == (1, 784)
    nobody = Writer("c", found[0].images[:0], found[0].labels[:0], found[0].aside[:0])
    assert "at least two" in texts(part([found[0], nobody]).info)
    assert view.of_drawings([]) == []
