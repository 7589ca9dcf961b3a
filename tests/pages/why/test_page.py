"""Why this answer: what the page says is what the core computes, for every kind of network."""

import re
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.inside import flip, why
from pages.ui.inside import computed
from pages.why import flip as flip_part
from tests.pages.conftest import press, texts
from tests.pages.trained import SMALL, give, new_job, trained
from tests.waiting import wait_until

SPLIT = data.load("mnist-5k").split(SMALL.validation_fraction)
KINDS = {
    "small": SMALL,
    "no hidden layer": replace(SMALL, hidden_sizes=()),
    "20 layers": replace(SMALL, hidden_sizes=(12,) * 20, batch_norm=True, epochs=1),
    "batch norm and dropout": replace(SMALL, batch_norm=True, dropout=0.3),
}


@pytest.fixture(autouse=True)
def nothing_kept():
    computed.kept.clear()


def asked(app):
    """The page once a worker has answered all that it asked for."""

    def futures():
        kept = app.session_state["lab"].kept.get(computed.Asked)
        return list(kept.futures.values()) if kept else []

    while futures():
        wait_until(lambda: all(one.done() for one in futures()))
        app.run()
    return app


def to_digit(app, number):
    box = next(one for one in app.number_input if str(one.key).startswith("inside.number"))
    box.set_value(number).run()
    return app


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_opens_and_names_the_answer_and_its_lead(visit, kind):
    job = trained(KINDS[kind])
    app = asked(give(visit("why"), job))
    assert not app.exception
    x, run = SPLIT.validation_images[0], job.run()
    z = why.logits(run, np.array(x)[None])[0]
    first, second = np.argsort(-z)[:2]
    told = texts(app.markdown)
    assert f"The network's answer is **{first}**" in told
    label = int(SPLIT.validation_labels[0])
    rival = second if label == first else label
    assert f"The lead of {first} over {rival} is **{z[first] - z[rival]:+.2f}**" in told
    assert ("By the activations" in told) == bool(run.recipe.hidden_sizes)
    assert "with random changes of the same size" in told


def test_of_a_mistake_the_rival_is_the_true_class(visit):
    run = trained().run()
    answers = run.predict_proba(np.asarray(SPLIT.validation_images)).argmax(1)
    wrong = int(np.flatnonzero(answers != SPLIT.validation_labels)[0])
    app = to_digit(give(visit("why"), trained()), wrong)
    told, label = texts(app.markdown), SPLIT.validation_labels[wrong]
    assert f"That is **wrong**: the label is **{label}**" in told
    assert f"The lead of {answers[wrong]} over {label} is" in told


def test_a_class_and_no_rival_can_be_chosen(visit):
    app = give(visit("why"), trained())
    box = next(b for b in app.selectbox if str(b.key).startswith("why.target"))
    box.set_value(3).run()
    rival = next(b for b in app.selectbox if str(b.key).startswith("why.against"))
    rival.set_value(-1).run()
    z = why.logits(trained().run(), np.array(SPLIT.validation_images[0])[None])[0]
    assert f"The logit of 3 is **{z[3]:+.2f}**" in texts(app.markdown)
    press(app, "inside.next")
    assert "The lead of" in texts(app.markdown), "another digit begins with its own answer"


def test_a_larger_patch_and_another_filling_change_the_occlusion(visit):
    def pictures():
        page = next(h.body for h in app.get("html") if "Occlusion" in h.body)
        return re.findall(r'src="([^"]+)"', page)

    app = give(visit("why"), trained())
    first = pictures()
    app.select_slider(key="why.size").set_value(9).run()
    larger = pictures()
    app.segmented_control(key="why.fill").set_value("Mean image").run()
    filled = pictures()
    assert first[:2] == larger[:2] == filled[:2], "digit and gradient stay"
    assert len({first[2], larger[2], filled[2]}) == 3


def test_the_flip_found_is_told_with_its_size_and_a_class_can_be_asked_for(visit):
    app = give(visit("why"), trained())
    run, x = trained().run(), np.array(SPLIT.validation_images[0])
    found = flip.smallest_change(run, x)
    told = texts(app.markdown)
    assert f"ε = {found.largest / 255:.3f}" in told
    assert f"turns **{found.before}** into **{found.after}**" in told
    assert found.before not in app.selectbox(key="why.flip").options
    app.selectbox(key="why.flip").set_value(8).run()
    assert f"turns **{found.before}** into **8**" in texts(app.markdown)


def test_a_large_network_is_searched_by_a_worker(visit, monkeypatch):
    monkeypatch.setattr(flip_part, "AT_ONCE", 1.0)
    app = asked(give(visit("why"), trained()))
    assert not app.exception and "random changes of the same size" in texts(app.markdown)


def test_a_network_that_ignores_its_input_says_that_nothing_was_found(visit):
    job = trained(replace(SMALL, initializer="zeros", epochs=1, hidden_sizes=(4, 4)))
    app = asked(give(visit("why"), job))
    assert not app.exception
    assert "No change was found" in texts(app.info)


def test_without_validation_digits_the_page_works_with_training_digits(visit):
    job = trained(replace(SMALL, validation_fraction=0.0))
    app = asked(give(visit("why"), job))
    assert not app.exception and "validation fraction is 0" in texts(app.info)
    assert "t0" in str(dict(app.query_params))


@pytest.mark.parametrize("page", ["why", "robustness"])
def test_a_network_whose_outputs_are_not_finite_says_so(visit, page):
    done = trained().view().state
    state = replace(done, theta=np.full_like(done.theta, 3e37), reason="")
    app = give(visit(page), new_job(state=state))
    assert not app.exception
    assert "outputs are not finite" in texts(app.error)
