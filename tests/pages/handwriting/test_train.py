"""Training with and without one's own digits, with real workers."""

import re
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.keeping.drawings import Medium, fingerprint
from ann.running.chunk import open_split
from data import cache, made
from pages.handwriting import teaching
from pages.handwriting.teaching import Teaching
from pages.ui.server import stores
from tests.pages.canvas import html
from tests.pages.conftest import press, pressable, texts, wait_until
from tests.pages.handwriting.conftest import write, written
from tests.pages.trained import visitor


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A recipe that is done in moments."""
    usual = teaching.recipe
    few = dict(hidden_sizes=(16,), epochs=2)
    monkeypatch.setattr(teaching, "recipe", lambda digits: replace(usual(digits), **few))


@pytest.fixture
def train(hand):
    """The step Train, four of each digit written; what was made for it is deleted."""
    write(hand)
    yield hand.segmented_control(key="hand.step").set_value("Train").run()
    state_of(hand).group and state_of(hand).group.finish()
    for purpose in ("base", "yours", "few"):
        made.forget(visitor(hand), f"handwriting-{purpose}")


def state_of(app) -> Teaching:
    return app.session_state["lab"].kept.get(Teaching, Teaching())


def lanes(app):
    return state_of(app).lanes


def ended(app):
    return wait_until(app, lambda: state_of(app).group.status == "finished")


def marks(images):
    return {fingerprint(np.ascontiguousarray(image).tobytes()) for image in images}


def test_without_drawings_it_says_what_to_do(hand):
    hand.segmented_control(key="hand.step").set_value("Train").run()
    assert "Write some digits first" in texts(hand.info)
    assert not pressable(hand, "hand")


def test_the_drawings_kept_aside_are_in_no_array_that_a_worker_gets(train):
    train.selectbox(key="hand.few").set_value("9").run()
    press(train, "hand.train")
    aside = marks(np.frombuffer(one.picture, np.uint8) for one in written(train) if one.aside)
    trains = marks(np.frombuffer(one.picture, np.uint8) for one in written(train) if not one.aside)
    assert len(aside) == len(trains) == 20 and len(lanes(train)) == 3
    seen = [marks(open_split(lane.job.source).train_x) for lane in lanes(train)]
    assert not any(aside & one for one in seen)
    assert [trains <= one for one in seen] == [False, True, False]
    ended(train)


def test_a_picture_kept_aside_is_taken_out_of_the_base_as_well(hand):
    digits = data.load("mnist-5k")
    known = [(int(digits.labels[k]), digits.images[k].tobytes()) for k in range(40)]
    stores.drawings().add(visitor(hand), known, Medium.SHEET)
    hand.segmented_control(key="hand.step").set_value("Train").run()
    press(hand, "hand.train")
    aside = marks(np.frombuffer(one.picture, np.uint8) for one in written(hand) if one.aside)
    assert aside and aside <= marks(digits.images)
    assert not any(aside & marks(open_split(lane.job.source).train_x) for lane in lanes(hand))
    ended(hand)
    for purpose in ("base", "yours"):
        made.forget(visitor(hand), f"handwriting-{purpose}")


def test_both_networks_differ_in_nothing_but_their_training_digits(train):
    press(train, "hand.train")
    base, yours = lanes(train)
    assert base.recipe == yours.recipe
    a, b = (open_split(lane.job.source) for lane in (base, yours))
    assert (a.validation_x == b.validation_x).all() and (a.validation_y == b.validation_y).all()
    ended(train)


def test_the_result_shows_both_on_the_drawings_kept_aside_and_on_validation(train):
    press(train, "hand.train")
    ended(train)
    assert not train.exception
    found = re.findall(r"\*\*(On .+)\*\*: Base \+ yours against Base: ", texts(train.markdown))
    assert found == ["On your 20 drawings kept aside", "On 400 validation digits"]
    assert html(train).count("<figure") == 20
    assert "Networks: Base and Base + yours." in texts(train.caption)


def test_a_third_network_learns_only_ten_examples_of_one_digit(train):
    train.selectbox(key="hand.few").set_value("9").run()
    press(train, "hand.train")
    few = open_split(lanes(train)[2].job.source).train_y
    assert (few == 9).sum() == 10 and (few == 4).sum() > 100
    ended(train)
    assert "Recall on the validation digits" in texts(train.caption)


def test_only_the_chosen_digits_are_added(train):
    next(p for p in train.pills if p.key == "hand.only").set_value([9]).run()
    press(train, "hand.train")
    new = marks(open_split(lanes(train)[1].job.source).train_x) - marks(
        open_split(lanes(train)[0].job.source).train_x
    )
    trains = [one for one in written(train) if one.label == 9 and not one.aside]
    assert new == {fingerprint(one.picture) for one in trains}
    ended(train)


def test_it_can_be_paused_resumed_and_stopped(train, monkeypatch):
    short = teaching.recipe
    monkeypatch.setattr(teaching, "recipe", lambda d: replace(short(d), epochs=5_000))
    press(train, "hand.train")
    assert pressable(train, "hand") >= {"train", "pause", "stop"}
    press(train, "hand.pause")
    assert {lane.job.status for lane in lanes(train)} == {"paused"}
    press(train, "hand.resume")
    assert {lane.job.status for lane in lanes(train)} == {"running"}
    press(train, "hand.stop")
    assert {lane.job.status for lane in lanes(train)} == {"finished"}


def test_a_new_training_replaces_the_sets_of_the_one_before(train):
    press(train, "hand.train")
    ended(train)
    first = lanes(train)[1].job.source
    write(train, each=1, first=10)
    assert "Your drawings have changed" in texts(train.caption)
    press(train, "hand.train")
    ended(train)
    assert lanes(train)[1].job.source.fingerprint != first.fingerprint
    assert not (cache.FOLDER / first.fingerprint).exists()


def test_where_there_is_no_room_for_the_set_a_message_says_so(train, monkeypatch):
    monkeypatch.setattr("pages.ui.server.limits.MAX_ALL_MADE_MB", 0)
    press(train, "hand.train")
    assert "the limit is 0 MB" in texts(train.error) and not lanes(train)
    assert not train.exception


def test_with_a_data_set_of_other_things_the_embedded_digits_are_the_base(train):
    train.session_state["lab"].dataset = "mnist-uci"
    train.run()
    assert "MNIST and UCI" in texts(train.markdown)
    train.session_state["lab"].dataset = None
    train.run()
    assert "MNIST, 5,000 digits" in texts(train.markdown)
