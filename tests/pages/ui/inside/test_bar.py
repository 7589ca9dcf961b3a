"""The bar of the pages of Inside: which network and which digit it chooses, and its address."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.recipe import Recipe
from ann.running.find_data import Source
from ann.running.job import Job
from ann.running.pool import Pool
from ann.state import Split, start
from ann.train import train
from pages.ui import site
from pages.ui.inside.drawing import Latest
from pages.ui.inside.place import Place
from pages.ui.server import stores
from tests.pages.conftest import press, query, texts
from tests.pages.trained import (
    OTHER,
    SMALL,
    give,
    mine,
    save_runs,
    still_training,
    trained,
    visitor,
)

SPLIT = data.load("mnist-5k").split(SMALL.validation_fraction)


@pytest.fixture
def look(visit):
    """The page Look with a small current network."""
    return give(visit("look"), trained())


def code(app) -> str:
    return query(app)["digit"]


def number(app):
    """The box with the digit's number."""
    return next(box for box in app.number_input if str(box.key).startswith("inside.number"))


def place(app) -> Place:
    return app.session_state["lab"].kept[Place]


def arrive(app, **parameters):
    """Come to Look by a link within the lab."""
    app.switch_page(site.path("train")).run()
    app.query_params.update(parameters)
    return app.switch_page(site.path("look")).run()


def test_it_begins_with_the_first_validation_digit(look):
    assert not look.exception and not look.warning
    assert code(look) == "v0" and "after epoch **2** of 2" in texts(look.caption)


def test_next_previous_number_and_part_choose_the_digit(look):
    assert code(press(look, "inside.next")) == "v1"
    assert code(press(press(look, "inside.previous"), "inside.previous")) == "v599"
    assert code(press(look, "inside.next")) == "v0"
    number(look).set_value(123).run()
    assert code(look) == "v123"
    select(look, part="t")
    assert code(look) == "t0"


def test_a_link_brings_its_digit(visit):
    app = give(visit("look", {"digit": "t5"}), trained())
    assert code(app) == "t5" and number(app).value == 5
    html = "".join(element.proto.body for element in app.get("html"))
    assert f'title="Training digit 5, labeled {SPLIT.train_labels[5]}"' in html


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("v600", "v0 to v599"),
        ("t3400", "t0 to t3399"),
        ("x1", "allowed are v0"),
        ("v-1", "allowed are v0"),
        ("<b>*" * 3000, "allowed are v0"),
        ("٣", "allowed are v0"),
        ("drawing", "no drawing yet"),
    ],
)
def test_a_digit_that_is_none_is_named_with_what_is_allowed(visit, sent, says):
    app = give(visit("look", {"digit": sent}), trained())
    assert not app.exception
    warning = texts(app.warning)
    assert says in warning and len(warning) < 300 and "<b>" not in warning
    assert code(app) == "v0"
    assert not app.run().warning, "said once"


def test_the_drawing_can_be_looked_at_from_any_page(look):
    picture = np.zeros(784, np.uint8)
    look.session_state["lab"].kept[Latest] = Latest(picture)
    select(look, part="drawing")
    assert code(look) == "drawing"


def test_without_validation_digits_training_digits_are_shown(visit):
    app = give(visit("look", {"digit": "v3"}), trained(replace(SMALL, validation_fraction=0.0)))
    assert not app.exception and "validation fraction is 0" in texts(app.warning)
    assert code(app) == "t0"


def test_a_saved_run_stands_in_the_address_by_its_number(visit):
    app = save_runs(visit("look"), SMALL, OTHER)
    newest, oldest = (one.id for one in mine(app))
    arrive(app, run=str(oldest), digit="v7")
    assert not app.exception and not app.warning
    assert (query(app)["run"], code(app)) == (str(oldest), "v7")
    app.selectbox(key="opened.choice").set_value(newest).run()
    assert (query(app)["run"], code(app)) == (str(newest), "v7")


@pytest.mark.parametrize("sent", ["0", "-1", "99999999", "1e3", "abc", "7" * 5000, "<script>"])
def test_a_run_that_is_none_of_the_visitors_is_refused_with_a_message(visit, sent):
    app = save_runs(give(visit("look"), trained()), OTHER)
    (number,) = (one.id for one in mine(app))
    arrive(app, run=sent)
    assert not app.exception
    warning = texts(app.warning)
    assert "none of your saved runs" in warning and str(number) in warning and len(warning) < 300
    assert "after epoch **2** of 2" in texts(app.caption)


def test_another_visitors_run_is_refused(visit):
    owner = save_runs(visit("look"), SMALL)
    (number,) = (one.id for one in mine(owner))
    app = visit("look", {"run": str(number)})
    assert visitor(app) != visitor(owner)
    assert "none of your saved runs" in texts(app.warning) and "run" not in query(app)


def test_the_copy_stays_while_the_network_trains_until_refresh(visit):
    app = give(visit("look"), still_training())
    assert not app.exception
    assert [b.key for b in app.button if b.key == "inside.refresh"]
    press(app, "inside.refresh")
    assert not app.exception


def test_the_digit_stays_from_page_to_page(look):
    press(press(look, "inside.next"), "inside.next")
    for page in ("train", "look"):
        look.query_params.clear()  # as a click on a page's name does
        look.switch_page(site.path(page)).run()
    assert code(look) == "v2"


def test_the_page_starts_from_the_mistakes_of_this_network(look):
    run = trained().run()
    wrong = np.flatnonzero(run.predict_proba(SPLIT[2]).argmax(1) != SPLIT[3])
    assert code(press(look, "inside.mistake")) == f"v{wrong[wrong > 0][0]}"
    assert code(press(look, "inside.mistake")) == f"v{wrong[wrong > 0][1]}"


def select(app, **controls):
    """Open the box of digits, and set its controls in this order."""
    app.session_state["inside.choose"] = True
    for name, value in controls.items():
        by_key = {c.key: c for c in [*app.run().segmented_control, *app.selectbox]}
        by_key[f"inside.{name}"].set_value(value)
        app.session_state["inside.choose"] = True
        app.run()
    assert not app.exception
    return app


def test_next_stays_among_the_selected_digits(look):
    run = trained().run()
    said, labels = run.predict_proba(SPLIT[2]).argmax(1), SPLIT[3]
    select(look, kind="class")
    assert code(look) == "v0", "it is of the class that is selected"
    select(look, **{"class": 4})
    fours = np.flatnonzero(labels == 4)
    assert code(look) == f"v{fours[0]}"
    assert code(press(look, "inside.next")) == f"v{fours[1]}"
    select(look, kind="mistakes")
    wrong = np.flatnonzero(said != labels)
    assert int(code(look)[1:]) in wrong
    assert f"of {len(wrong)} mistakes" in texts(look.markdown)


def test_one_confusion_is_offered_with_its_count_the_most_frequent_first(look):
    run = trained().run()
    said, labels = run.predict_proba(SPLIT[2]).argmax(1), SPLIT[3]
    select(look, kind="confusion")
    (box,) = [b for b in look.selectbox if b.key == "inside.confusion"]
    counts = [int(option.split(": ")[1]) for option in box.options]
    assert counts == sorted(counts, reverse=True) and sum(counts) == (said != labels).sum()
    index = int(code(look)[1:])
    assert box.options[0].startswith(f"{labels[index]} taken for {said[index]}")


def small_images() -> tuple[data.Dataset, Job]:
    """A data set of 8x8 images with other classes than digits, and a network that has begun."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (200, 64)).astype(np.uint8)
    labels = np.arange(200, dtype=np.uint8) % 3
    known = data.load("mnist-5k")
    names = ("T-shirt/top", "<b>Bag</b>", "*Coat*")
    digits = data.Dataset(
        "small", "Small", images, labels, images, labels, names, "5" * 16, "", known.folder
    )
    recipe = Recipe(hidden_sizes=(5,), epochs=1)
    split = Split(*digits.split(recipe.validation_fraction))
    state = start(recipe, split, n_classes=3)
    list(train(state, split))
    source = Source(str(known.folder), digits.fingerprint, len(split.train_x))
    return digits, Job(Pool(lambda: ThreadPoolExecutor(1)), state, source)


def test_images_of_another_size_and_other_classes_are_shown(visit):
    digits, job = small_images()
    app = give(visit("look", {"digit": "v1"}), job, digits)
    assert not app.exception
    title = texts(app.markdown)
    assert "Validation image 1, labeled" in title and "<b>Bag" not in title
    assert code(press(app, "inside.mistake")).startswith("v")
    select(app, kind="class")
    assert "digit" not in texts(app.caption)


def test_a_drawing_of_another_size_than_the_network_takes_is_refused(visit):
    digits, job = small_images()
    app = visit("look", {"digit": "drawing"})
    app.session_state["lab"].kept[Latest] = Latest(np.zeros(784, np.uint8))
    give(app, job, digits)
    assert not app.exception and code(app) == "v0"


def test_a_number_that_a_browser_sends_late_does_not_undo_a_click(look):
    """A box that the visitor leaves sends what it showed before the page was drawn again."""
    late = number(look).set_value(0)
    press(look, "inside.next")
    assert code(look) == "v1" and number(look).key != late.key
    number(look).set_value(5).run()
    key = number(look).key
    number(look).set_value(6).run()
    assert number(look).key == key, "typing goes on in the same box"
    assert code(press(look, "inside.next")) == "v7"


def test_a_run_whose_data_set_is_not_here_has_no_digits_to_show(visit):
    app = visit("runs")
    stores.archive().save(visitor(app), replace(trained().run(), fingerprint="not-here"))
    (number,) = (one.id for one in mine(app))
    arrive(app, run=str(number))
    assert not app.exception and "not on this machine" in texts(app.error)


def test_a_diverged_network_is_shown_with_a_warning(visit):
    diverging = replace(SMALL, optimizer="sgd", learning_rate=10, l2=1.0, batch_size=1)
    app = give(visit("look"), trained(diverging))
    assert not app.exception and "diverged" in texts(app.warning)
    assert code(app) == "v0"
