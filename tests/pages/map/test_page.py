"""Map: points of all layers, t-SNE in pieces that can be stopped, and a click that chooses."""

from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.inside import passes, projection
from pages.map import growing, picture, points
from pages.ui.inside import computed
from pages.ui.inside.drawing import Latest
from pages.ui.inside.place import Place
from pages.ui.inside.subject import Digit, Shown, Subject
from tests.pages.conftest import press, texts
from tests.pages.trained import SMALL, give, trained
from tests.waiting import wait_until

SPLIT = data.load("mnist-5k").split(SMALL.validation_fraction)
KINDS = {
    "small": SMALL,
    "no hidden layer": replace(SMALL, hidden_sizes=()),
    "20 layers": replace(SMALL, hidden_sizes=(12,) * 20, batch_norm=True, epochs=1),
    "no validation": replace(SMALL, validation_fraction=0.0),
}


@pytest.fixture(autouse=True)
def nothing_kept():
    computed.kept.clear()
    yield
    computed.kept.clear()


@pytest.fixture
def few(monkeypatch):
    """A map of few digits, so that t-SNE takes moments."""
    monkeypatch.setattr(points, "MOST", 60)


def shown_of(recipe=SMALL):
    run = trained(recipe).run()
    subject = Subject(run, data.load("mnist-5k"), None, None, f"weights {recipe}")
    return Shown(subject, Digit("v0", np.array(SPLIT.validation_images[0]), 0))


def growth(app) -> growing.Growth:
    return app.session_state["lab"].kept[growing.Growth]


def grown(app):
    """The page once the map of its layer is done."""

    def future():
        return growth(app).future

    for _ in range(100):
        if not app.get("progress"):
            return app
        if future():
            wait_until(lambda: future() is None or future().done())
        app.run()
    raise AssertionError("it never ends")


def by_pca(app):
    app.segmented_control(key="map.method").set_value("PCA").run()
    return app


@pytest.mark.parametrize("kind", KINDS)
def test_pca_shows_each_layer_at_once_and_how_many_neighbors_share_a_class(visit, few, kind):
    app = by_pca(give(visit("map"), trained(KINDS[kind])))
    assert not app.exception
    run = trained(KINDS[kind]).run()
    split = data.load("mnist-5k").split(run.recipe.validation_fraction)
    part = split if len(split.validation_labels) else None
    images = np.asarray((part.validation_images if part else split.train_images)[:60])
    labels = (part.validation_labels if part else split.train_labels)[:60]
    layers = [images, *passes.representations(run, images)]
    assert len(app.dataframe[0].value) == len(layers) == len(run.recipe.hidden_sizes) + 2
    for k in {0, 1, len(layers) - 1}:
        app.select_slider(key="map.layer").set_value(k).run()
        share = projection.shared_class(projection.pca(layers[k])[0], labels).mean()
        assert f"on this map, **{share:.0%}** share its class" in texts(app.markdown)


def test_tsne_grows_in_a_worker_and_then_all_layers_follow(visit, few):
    app = grown(give(visit("map"), trained()))
    assert not app.exception
    table = app.dataframe[0].value
    assert table["t-SNE"].notna().all(), "once one is there, the others follow"
    images = np.asarray(SPLIT.validation_images[:60])
    places = projection.advance(projection.start(images)).places
    share = projection.shared_class(places, SPLIT.validation_labels[:60]).mean()
    assert table["t-SNE"][0] == pytest.approx(100 * share)
    again = give(visit("map"), trained())
    assert not again.get("progress"), "it is kept with the weights"


class TenSteps:
    """Stands for the workers: each chunk is ten steps, and done at once."""

    def submit(self, function, tsne, samples):
        assert function is growing.chunk
        future = Future()
        future.set_result(projection.advance(tsne or projection.start(samples), steps=10))
        return future


def test_tsne_can_be_stopped_and_continued(visit, few, monkeypatch):
    monkeypatch.setattr(growing.workers, "shares", lambda: (TenSteps(), None))
    app = give(visit("map"), trained()).run()
    assert 0 < growth(app).step < 100
    step = growth(press(app, "map.stop")).step  # what was under way still arrives
    for _ in range(3):
        assert growth(app.run()).step == step and growth(app).future is None
    assert "stopped" in app.get("progress")[0].proto.text
    press(app, "map.continue")
    assert growth(app.run()).step > step


def test_another_layer_gives_up_the_map_that_still_grows(visit, few):
    app = give(visit("map"), trained())
    first = growth(app)
    app.select_slider(key="map.layer").set_value(1).run()
    assert first.stopped and growth(app) is not first


def test_what_fails_is_told(visit, few):
    app = give(visit("map"), trained())
    one = growth(app)
    wait_until(lambda: one.future is None or one.future.done())
    failed = Future()
    failed.set_exception(ValueError("no *room*"))
    one.future = failed
    app.run()
    assert "no \\*room\\*" in texts(app.warning) and growth(app).stopped


def test_a_drawing_is_among_the_points_and_is_not_counted(visit, few):
    app = visit("map")
    drawn = np.array(SPLIT.validation_images[7])
    app.session_state["lab"].kept[Latest] = Latest(drawn)
    app = by_pca(give(app, trained()))
    assert not app.exception
    app.session_state["lab"].kept[Place].code = "drawing"
    app.run()
    assert "Nearest to the chosen one on the map" in texts(app.markdown)


@pytest.mark.parametrize(
    "point", [None, [], ["x", 1], [True, False, 1], {"x": 1}, [float("nan"), 0.0]]
)
def test_a_forged_click_is_ignored(monkeypatch, point):
    here = Place(code="v5")
    monkeypatch.setattr(picture.place, "place", lambda: here)
    found = points.of(shown_of())
    picture._take_click(found, np.zeros((len(found.codes), 2)), point)
    assert here.code == "v5"


def test_a_click_chooses_the_digit_at_the_point(monkeypatch):
    here = Place(code="v5")
    monkeypatch.setattr(picture.place, "place", lambda: here)
    found = points.of(shown_of())
    places = np.random.default_rng(0).normal(size=(len(found.codes), 2)).astype(np.float32)
    picture._take_click(found, places, [float(places[17, 0]), float(places[17, 1])])
    assert here.code == "v17"


def test_a_digit_that_is_not_on_the_map_is_told(visit, few):
    app = by_pca(give(visit("map", {"digit": "v300"}), trained()))
    assert "not on the map, which shows 60" in texts(app.caption)


def test_wrong_answers_are_ringed_and_texts_give_label_and_answer():
    shown = shown_of()
    found = points.of(shown)
    p = shown.subject.run.predict_proba(np.asarray(SPLIT.validation_images[:600]))
    assert np.array_equal(found.wrong, p.argmax(1) != SPLIT.validation_labels[:600])
    said = points.texts(found, shown.subject)[0]
    assert said.startswith(f"validation digit 0, labeled {SPLIT.validation_labels[0]}<br>answer ")
