"""The whole way of a digit in one picture: few units, few lines, and the core's numbers."""

import re
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.inside.look import look
from pages.look import controls, way
from pages.ui.inside.numbers import with_sign
from pages.ui.inside.subject import Digit, Shown, Subject
from tests.pages.conftest import query
from tests.pages.look.test_page import components
from tests.pages.trained import SMALL, give, trained

SPLIT = data.load("mnist-5k").split(SMALL.validation_fraction)
NAMES = tuple("0123456789")


def digit(index: int) -> Digit:
    return Digit(f"v{index}", np.array(SPLIT[2][index]), int(SPLIT[3][index]))


def drawn(sizes=(12, 9), index=0, names=NAMES, label=True):
    run = trained(replace(SMALL, hidden_sizes=sizes, epochs=1)).run()
    one = digit(index) if label else digit(index)._replace(label=None)
    seen = way.explained(run, one)
    return run, seen, way.picture(run, seen, one, names)


def units(picture: str) -> list[str]:
    return re.findall(r'data-way="(\d+-\d+)"', picture)


def test_the_units_are_those_that_contribute_most_and_the_rest_is_summed():
    _, seen, picture = drawn()
    for k, layer in enumerate(seen.layers, 1):
        shown = [int(name.split("-")[1]) for name in units(picture) if name.startswith(f"{k}-")]
        sizes = np.abs(layer.contributions)
        others = np.setdiff1d(np.arange(len(sizes)), shown)
        assert len(shown) == 5 and sizes[shown].min() >= sizes[others].max()
        rest = float(layer.contributions[others].sum(dtype=np.float64))
        assert f">{len(others)} others: {with_sign(rest)}<" in picture


def test_few_lines_are_drawn():
    _, _, picture = drawn()
    assert len(re.findall(r'class="(?:plus|minus)" stroke-width="[\d.]+" d=', picture)) <= 2 * 6


def test_a_mistake_is_explained_against_the_true_class():
    run = trained().run()
    wrong = np.flatnonzero(run.predict_proba(SPLIT[2]).argmax(1) != SPLIT[3])
    seen = way.explained(run, digit(int(wrong[0])))
    plain = look(run, digit(int(wrong[0])).image)
    assert (seen.target, seen.against) == (plain.answer, int(SPLIT[3][wrong[0]]))
    assert not np.array_equal(seen.layers[0].contributions, plain.layers[0].contributions)


@pytest.mark.parametrize("sizes", [(), (1,), (3,), (4,) * 20, (600, 2)])
@pytest.mark.parametrize("label", [True, False])
def test_any_network_is_drawn_within_its_frame(sizes, label):
    _, _, picture = drawn(sizes, label=label)
    width, height = map(float, re.search(r'viewBox="0 0 (\d+) (\d+)"', picture).groups())
    assert width < 1000
    for name, most in (("cx", width), ("cy", height)):
        assert all(0 < float(at) < most for at in re.findall(rf'{name}="(-?\d+)"', picture))
    assert "nan" not in picture
    if len(sizes) == 20:
        assert "16 more layers" in picture and {n[:2] for n in units(picture)} >= {"1-", "2-"}


def test_names_of_classes_are_plain_text():
    _, _, picture = drawn(names=('"><script>alert(1)</script>', *NAMES[1:]))
    assert "<script>" not in picture


def test_a_click_on_a_unit_chooses_it(visit):
    app = give(visit("look"), trained())
    (shown,) = [one["picture"] for one in components(app) if "picture" in one]
    assert units(shown) and not app.exception
    assert "unit" not in query(app)


@pytest.mark.parametrize("sent", [None, "9-9", {"a": 1}, ["1-0"], "1-99999", "<b>" * 99])
def test_a_forged_click_chooses_nothing(monkeypatch, sent):
    handlers, chosen = [], []

    def component(*args, **options):
        return lambda data, key, on_chosen_change: handlers.append(on_chosen_change)

    monkeypatch.setattr(way.st.components.v2, "component", component)
    monkeypatch.setattr(way.session, "get_control", lambda key: {"chosen": sent})
    run, _, _ = drawn()
    subject = Subject(run, data.load("mnist-5k"), None, 1, "0" * 16)
    monkeypatch.setattr(controls, "_choose", lambda subject, unit: chosen.append(unit))
    way.show(Shown(subject, digit(0)), controls.clicked(subject))
    handlers[0]()
    assert not chosen
