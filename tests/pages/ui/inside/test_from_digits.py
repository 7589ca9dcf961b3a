"""From digits on other pages to Look: each leads to itself, in the network that is shown."""

import re
from urllib.parse import parse_qs

import pytest

import data
from pages.ui import digits, site
from pages.ui.inside import from_digits
from tests.pages.conftest import press, query, texts
from tests.pages.trained import OTHER, SMALL, give, mine, save_runs, trained

DIGITS = data.load("mnist-5k")
LINKED = re.compile(r'data-look="([^"]+)" src="([^"]+)"')


def linked(app) -> list[tuple[str, str]]:
    """The query and the picture of each digit on the page that leads to Look."""
    found = LINKED.findall("".join(element.proto.body for element in app.get("html")))
    return [(text.replace("&amp;", "&"), picture) for text, picture in found]


def picture_of(code: str, fraction: float = SMALL.validation_fraction) -> str:
    """The picture of the digit with this code."""
    split = DIGITS.split(fraction)
    images = split.validation_images if code[0] == "v" else split.train_images
    return digits.data_uri(images[int(code[1:])])


@pytest.mark.parametrize("page", ["evaluate", "train"])
def test_validation_digits_lead_to_themselves(visit, page):
    app = give(visit(page), trained())
    found = linked(app)
    assert len(found) >= 8
    assert all(picture_of(text.removeprefix("digit=")) == picture for text, picture in found)
    text = next(text for text, _ in found)
    app.query_params.update({name: values[0] for name, values in parse_qs(text).items()})
    app.switch_page(site.path("look")).run()
    assert not app.exception and not app.warning
    assert query(app)["digit"] == text.removeprefix("digit=")


def test_test_digits_lead_nowhere(visit):
    app = give(visit("evaluate"), trained())
    app.segmented_control(key="evaluate.set").set_value("test").run()
    next(button for button in app.button if button.label == "Open the test set").click().run()
    assert "1,000 test digits" in "".join(element.proto.body for element in app.get("html"))
    assert not linked(app) and "look inside the network" not in texts(app.caption)


def test_digits_of_a_data_set_lead_into_the_network_that_learned_from_them(visit):
    app = give(visit("data", {"validation_fraction": "0.3"}), trained())
    found = linked(app)
    assert len(found) == 80 and {text[:7] for text, _ in found} == {"digit=t", "digit=v"}
    assert all(picture_of(text.removeprefix("digit=")) == picture for text, picture in found)


def test_without_a_network_they_lead_to_the_one_that_the_settings_give(visit):
    app = visit("data")
    app.select_slider(key="validation_fraction").set_value(0.3).run()
    for text, picture in linked(app):
        asked = from_digits.read(text)
        assert asked["run"] == "settings" and picture_of(asked["digit"], 0.3) == picture
    app.query_params.update(asked)
    app.switch_page(site.path("look")).run()
    assert not app.exception and "inside.train" in {button.key for button in app.button}
    assert query(app)["digit"] == asked["digit"]


def test_a_mistake_a_training_and_a_saved_run_have_links(visit):
    app = give(visit("evaluate"), trained())
    app.pills(key=next(p.key for p in app.pills if "mistakes.chosen" in str(p.key))).set_value(1)
    links = {link.proto.label: link.proto for link in app.run().get("page_link")}
    assert re.fullmatch(r"digit=v\d+", links["Look inside"].query_string)
    app.switch_page(site.path("train")).run()
    assert "Look inside" in {link.proto.label for link in app.get("page_link")}
    app = save_runs(visit("runs"), OTHER)
    press(app, "runs.look")
    assert app.title[0].value == "Look" and query(app)["run"] == str(mine(app)[0].id)


@pytest.mark.parametrize(
    "sent", [None, 7, ["digit=v1"], "", "v1", "digit=v1&page=data", "digit=v1&" * 20, "run=1"]
)
def test_a_forged_message_goes_nowhere(sent):
    assert from_digits.read(sent) is None
