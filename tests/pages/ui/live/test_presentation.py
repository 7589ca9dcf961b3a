"""Presentation mode: charts are larger, and it stays on from page to page."""

import json

from tests.pages.conftest import query

KEY = "presentation"


def first_chart(app):
    return json.loads(app.get("bidi_component")[0].proto.json)


def size(app):
    sent = first_chart(app)
    return sent["scale"], sent["height"]


def test_the_switch_enlarges_charts_and_stands_in_the_address(visit):
    app = visit("train")
    usual_scale, usual_height = size(app)
    assert usual_scale == 1 and "present" not in query(app)
    app.toggle(key=KEY).set_value(True).run()
    scale, height = size(app)
    assert 12 * scale >= 24 and height > usual_height
    assert query(app)["present"] == "on"
    app.toggle(key=KEY).set_value(False).run()
    assert size(app) == (usual_scale, usual_height) and "present" not in query(app)


def test_a_link_opens_in_presentation_mode_and_it_stays_on_other_pages(visit):
    app = visit("train", {"present": "on"})
    assert size(app)[0] == 2
    for page in ("race", "train"):
        app.switch_page(f"pages/{page}/page.py").run()
        assert app.toggle(key=KEY).value is True and not app.exception
    assert size(app)[0] == 2


def test_any_other_value_in_a_link_is_the_usual_size(visit):
    app = visit("train", {"present": "<b>"})
    assert size(app)[0] == 1 and not app.exception
