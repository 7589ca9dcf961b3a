"""The page Look: which unit and which sums it shows, and changes on a copy."""

import json
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.inside import units
from ann.inside.look import look
from ann.inside.units import Edit
from pages.look.edits import Edits
from pages.ui import site
from tests.pages.conftest import press, query, texts
from tests.pages.look.test_sums import number, total
from tests.pages.trained import OTHER, SMALL, give, trained

SPLIT = data.load("mnist-5k").split(SMALL.validation_fraction)
IMAGES, LABELS = np.asarray(SPLIT.validation_images), np.asarray(SPLIT.validation_labels)


@pytest.fixture
def app(visit):
    """The page with a small network, which gets a third of the digits wrong or so."""
    return give(visit("look"), trained())


def components(app):
    return [json.loads(one.proto.json) for one in app.get("bidi_component")]


def picture(app):
    """What the network's picture is drawn from."""
    return next(one for one in components(app) if "mosaics" in one)


def go(app, **parameters):
    """Come to Look by a link within the lab."""
    app.switch_page(site.path("train")).run()
    app.query_params.update(parameters)
    return app.switch_page(site.path("look")).run()


def opened(app):
    """The box in which units are changed is open in the next run: AppTest cannot open it."""
    app.session_state["look.change"] = True
    return app


def choose(app, number):
    """Choose a unit of the first layer, with the box open."""
    opened(app).number_input(key="look.unit").set_value(number).run()
    return opened(app).run()


def mistake() -> int:
    """A validation digit that the network gets wrong."""
    answers = trained().run().predict_proba(IMAGES).argmax(axis=1)
    return int(np.flatnonzero(answers != LABELS)[0])


def test_it_shows_the_layers_of_the_network_for_the_digit(app):
    assert not app.exception and not app.error
    shown, run = picture(app), trained().run()
    seen = look(run, IMAGES[0])
    (mosaic,) = shown["mosaics"]
    assert mosaic["units"] == list(range(32)) and mosaic["detail"] == "32 units, ReLU"
    brightest = int(np.argmax(mosaic["grays"]))
    assert seen.layers[0].a[brightest] == seen.layers[0].a.max()
    assert [row["width"] for row in shown["output"]["rows"]] == [
        round(100 * float(p), 1) for p in run.predict_proba(IMAGES[:1])[0]
    ]
    for part in (shown["sum"], shown["why"]):
        parts, last = total(part["rows"])
        assert parts == last


def test_it_asks_why_a_wrong_answer_and_not_the_true_class(visit):
    wrong = mistake()
    app = give(visit("look", {"digit": f"v{wrong}"}), trained())
    seen = look(trained().run(), IMAGES[wrong])
    answer, true = seen.answer, LABELS[wrong]
    assert picture(app)["why"]["title"] == f"Why {answer} and not {true}?"
    assert f"but the true class is **{true}**" in texts(app.markdown)
    difference = number(picture(app)["why"]["rows"][-1]["cells"][-1])
    assert difference == pytest.approx(float(seen.logits[answer] - seen.logits[true]), abs=0.02)
    strongest = look(trained().run(), IMAGES[wrong], answer, true).layers[0].contributions
    assert picture(app)["chosen"] == f"1-{abs(strongest).argmax()}"


def test_the_unit_stands_in_the_address_and_comes_from_it(visit):
    app = give(visit("look", {"digit": "v3", "unit": "1-17"}), trained())
    assert picture(app)["chosen"] == "1-17" and query(app)["unit"] == "1-17"
    app.number_input(key="look.unit").set_value(5).run()
    assert picture(app)["chosen"] == query(app)["unit"] == "1-5"
    app.selectbox(key="look.layer").set_value(2).run()
    assert picture(app)["chosen"] == query(app)["unit"] == "2-5"
    assert picture(app)["sum"]["title"] == "Output 5: inputs × weights"
    press(app, "inside.next")
    assert picture(app)["chosen"] == "2-5" and not app.exception


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("1-32", "32 is outside 0 to 31 in layer 1"),
        ("3-0", "3 is outside 1 to 2"),
        ("0-0", "0 is outside 1 to 2"),
        ("1", "allowed are a layer and a number"),
        ("<b>*" * 3000, "allowed are a layer and a number"),
        ("١-١", "allowed are a layer and a number"),
    ],
)
def test_a_unit_that_is_not_there_is_refused_with_what_is_allowed(visit, sent, says):
    app = give(visit("look"), trained())
    go(app, unit=sent)
    assert says in texts(app.warning) and not app.exception
    assert all(len(w.value) < 400 for w in app.warning)
    assert picture(app)["chosen"].startswith("1-")


def test_cells_can_be_ordered_by_contribution_to_what_is_explained(app):
    app.segmented_control(key="look.order").set_value("contribution").run()
    seen = look(trained().run(), IMAGES[0])
    second = next(int(c) for c in np.argsort(-seen.logits) if c != seen.answer)
    expected = look(trained().run(), IMAGES[0], seen.answer, second).layers[0].contributions
    assert (np.diff(expected[picture(app)["mosaics"][0]["units"]]) <= 0).all()
    app.selectbox(key="look.target").set_value(3).run()
    app.selectbox(key="look.against").set_value(-2).run()
    assert picture(app)["why"]["title"] == "Why 3?"
    expected = look(trained().run(), IMAGES[0], 3).layers[0].contributions
    assert (np.diff(expected[picture(app)["mosaics"][0]["units"]]) <= 0).all()


def test_ten_terms_are_shown_on_demand(app):
    assert len(picture(app)["sum"]["lines"]) == 5
    app.toggle(key="look.terms").set_value(True).run()
    assert len(picture(app)["sum"]["lines"]) == 10


def test_a_first_layer_unit_has_three_pictures_the_change_first(app):
    app.number_input(key="look.unit").set_value(4).run()
    html = picture(app)["pictures"]
    change, weights, evidence = (
        html.index(text)
        for text in ("What training changed: W − W₀", "Weights: W", "Evidence here: W · pixel")
    )
    assert change < weights < evidence and html.count("url(#hatch)") == 3
    assert "as long as the random start" in html and "dark in all training digits" in html
    assert "Of all weights, training changed the one from" in picture(app)["changed"]


def test_the_card_tells_what_the_unit_does_over_the_validation_digits(app):
    app.number_input(key="look.unit").set_value(4).run()
    own = units.activations(trained().run(), IMAGES, 1)[:, 4]
    share = f"For {np.mean(own == 0):.0%} of the 600 digits, its activation is 0"
    assert share in texts(app.markdown)
    html = "".join(element.proto.body for element in app.get("html"))
    for c in range(10):
        assert f"<td>{own[c == LABELS].mean():.3g}</td>" in html
    shown = next(one for one in components(app) if one.get("label") == "The most exciting")
    assert [one["code"] for one in shown["pictures"]] == [
        f"v{i}" for i in np.argsort(-own, kind="stable")[:9]
    ]


def test_a_unit_is_switched_off_on_a_copy_and_the_digits_it_costs_are_shown(app):
    job = trained()
    before = job.run().theta.copy()
    choose(app, 4)
    opened(app).toggle(key="look.off.1-4.0").set_value(True).run()
    assert not app.exception
    run = job.run()
    effect = units.effect(run, units.edited(run, [Edit("off", 1, (4,))]), IMAGES, LABELS)
    text = f"{len(effect.lost)} lost, {len(effect.won)} won of 600 validation digits"
    assert text in texts(app.markdown) and "unit 1-4 off" in texts(app.info)
    for name, places in (("Lost", effect.lost), ("Won", effect.won)):
        shown = [one for one in components(app) if one.get("label") == name]
        assert [p["code"] for one in shown for p in one["pictures"]] == [f"v{i}" for i in places]
    assert np.array_equal(job.run().theta, before)
    press(opened(app), "look.drop")
    assert not app.info and not app.toggle(key="look.off.1-4.1").value


def test_bias_weights_and_whole_layers_can_be_changed_too(app):
    choose(app, 4)
    opened(app).slider(key="look.shift.1-4.0").set_value(2.0).run()
    opened(app).slider(key="look.scale.1-4.0").set_value(0.5).run()
    press(opened(app), "look.half.1")
    said = texts(app.info)
    assert "unit 1-4 bias +2.0 and weights × 0.5" in said and "only 16 units of layer 1 on" in said
    run = trained().run()
    values = units.activations(run, IMAGES, 1)
    edits = [
        units.all_but(run, 1, units.rank(run, values, 1)[:16]),
        Edit("shift", 1, (4,), 2.0),
        Edit("scale", 1, (4,), 0.5),
    ]
    seen = look(units.edited(run, edits), IMAGES[0])
    shown = [row["width"] for row in picture(app)["output"]["rows"]]
    assert shown == [round(100 * float(p), 1) for p in seen.probabilities]
    assert picture(app)["sum"]["title"] == "Unit 1-4: inputs × weights" and not app.exception


def test_leaving_drops_the_changes_and_says_so(app):
    choose(app, 4)
    opened(app).toggle(key="look.off.1-4.0").set_value(True).run()
    assert "Leaving this page drops" in texts(app.info)
    app.switch_page(site.path("evaluate")).run()
    assert "were dropped when you left Look" in texts(app.info)
    app.switch_page(site.path("look")).run()
    assert not app.session_state["lab"].kept[Edits] and not app.exception
    assert not app.info


def test_another_network_drops_the_changes_and_keeps_a_unit_that_it_has(app):
    choose(app, 4)
    opened(app).toggle(key="look.off.1-4.0").set_value(True).run()
    give(app, trained(OTHER))
    assert "dropped when you chose another network" in texts(app.info)
    assert picture(app)["chosen"] == "1-4"


def test_without_a_hidden_layer_the_pixels_lead_to_the_answer(visit):
    app = give(visit("look"), trained(replace(SMALL, hidden_sizes=(), epochs=1)))
    shown = picture(app)
    assert shown["mosaics"] == [] and shown["passes"] is None and not app.exception
    parts, last = total(shown["why"]["rows"])
    assert parts == last and shown["pictures"].count("<figure") == 3
    assert not any(t.key.startswith("look.off") for t in app.toggle if t.key)


def test_a_network_that_is_too_large_is_refused_with_the_limit(visit, monkeypatch):
    monkeypatch.setattr("pages.look.view.MOST_PARAMETERS", 1_000)
    app = give(visit("look"), trained())
    assert "25,450 parameters; the most that this page can show is 1,000" in texts(app.warning)
    assert not components(app) and not app.exception


def test_all_digits_lost_are_shown_on_demand(app):
    press(opened(choose(app, 4)), "look.half.1")
    opened(app).number_input(key="look.keep.1.0").set_value(1).run()

    def lost():
        return next(one["pictures"] for one in components(app) if one.get("label") == "Lost")

    assert len(lost()) == 24
    opened(app).run()
    opened(app).toggle(key="look.all.lost").set_value(True).run()
    run = trained().run()
    values = units.activations(run, IMAGES, 1)
    edit = units.all_but(run, 1, units.rank(run, values, 1)[:1])
    effect = units.effect(run, units.edited(run, [edit]), IMAGES, LABELS)
    assert [one["code"] for one in lost()] == [f"v{i}" for i in effect.lost]


def test_names_of_classes_are_shown_as_they_are(visit):
    names = ("<b>one</b>", "*two*", *map(str, range(2, 10)))
    dataset = replace(data.load("mnist-5k"), class_names=names)
    app = give(visit("look", {"unit": "2-1"}), trained(), dataset)
    assert "Output \\*two\\* over 600" in texts(app.markdown) and not app.exception
    assert picture(app)["sum"]["title"] == "Output *two*: inputs × weights"
    html = picture(app)["pictures"] + "".join(one.proto.body for one in app.get("html"))
    assert "<b>one" not in html and "&lt;b&gt;one" in html
