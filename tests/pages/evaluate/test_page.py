"""The Evaluate page without a browser."""

import re
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.events import Step
from ann.recipe import Recipe
from pages.evaluate import confusions, scores, subject
from pages.ui import site
from pages.ui.networks import opened
from tests.pages.conftest import texts
from tests.pages.trained import SMALL, give, new_job, still_training, trained

SET = "evaluate.set"


@pytest.fixture
def evaluate(visit):
    """The page with a small network, evaluated on its validation digits."""
    return give(visit("evaluate"), trained())


def button(app, label):
    return next(b for b in app.button if b.label == label)


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def all_text(app) -> str:
    kinds = (app.markdown, app.caption, app.info, app.success, app.warning, app.error)
    return "\n".join(map(texts, kinds)) + html(app)


def choose_test(app):
    return app.segmented_control(key=SET).set_value("test").run()


def open_test(app):
    return button(app, "Open the test set").click().run()


def test_without_a_network_it_offers_to_train_one(visit):
    app = visit("evaluate")
    assert button(app, "Train a quick network")
    assert not app.exception


def test_a_job_that_never_began_is_no_network(visit):
    app = give(visit("evaluate"), new_job())
    assert not app.exception
    assert button(app, "Train a quick network")


def test_the_headline_is_the_accuracy_on_the_validation_digits(evaluate):
    job = trained()
    accuracy = job.run().history.epochs["validation_accuracy"][-1]
    assert not evaluate.exception
    assert "600 validation digits" in html(evaluate)
    assert f"<b>{accuracy:.1%}</b>" in html(evaluate)
    low, high = re.search(
        r"interval: \*\*(.*?)%\*\* to \*\*(.*?)%\*\*", texts(evaluate.caption)
    ).groups()
    assert float(low) < 100 * accuracy < float(high)


def test_an_epoch_whose_last_digits_fill_no_batch_counts_as_a_whole_one(visit):
    app = give(visit("evaluate"), trained(replace(SMALL, batch_size=512)))
    assert "after epoch **2** of 2" in texts(app.caption)


def test_thousands_of_epochs_are_written_out(visit):
    view = trained().view()
    state, recipe = replace(view.state, epoch=1500), replace(SMALL, epochs=2000)
    history = view.history.copy()
    history.add(Step(state.step, 1500.0, 0.1, 1.0, 0.0, 0.1))
    job = new_job(state=replace(state, recipe=recipe, reason=""), history=history)
    app = give(visit("evaluate"), job)
    assert "after epoch **1,500** of 2,000" in texts(app.caption)
    app.switch_page(site.path("train")).run()
    assert "1,500 of 2,000 epochs" in app.get("progress")[0].proto.text


def test_restored_weights_are_named_by_their_own_epoch(visit):
    hasty = Recipe(hidden_sizes=(16,), learning_rate=0.03, patience=2, epochs=60)
    job = trained(hasty)
    best = job.view().state.best_epoch
    assert 0 < best < job.view().state.epoch
    app = give(visit("evaluate"), job)
    assert f"after epoch **{best}** of 60" in texts(app.caption)
    accuracy = job.view().history.epochs["validation_accuracy"][best - 1]
    assert f"<b>{accuracy:.1%}</b>" in html(app), "the number that Train showed for it"
    diverging = replace(
        hasty, patience=0, optimizer="sgd", learning_rate=10.0, hidden_sizes=(32, 32)
    )
    diverging = replace(diverging, activation="identity")
    app = give(visit("evaluate"), trained(diverging))
    assert "after epoch **0** of 60" in texts(app.caption), "only the initial weights are left"


def test_the_other_scores_are_shown(evaluate):
    labels = [metric.label for metric in evaluate.metric]
    assert labels == ["Loss", "Precision", "Recall", "F1", "Expected calibration error"]


def test_every_class_has_a_row(evaluate):
    table = evaluate.dataframe[0].value
    assert list(table["Class"]) == list("0123456789")
    assert table["Support"].sum() == 600
    assert table["Recall"].between(0, 100).all()


def test_a_chosen_cell_shows_its_digits(evaluate):
    confusion = trained().run().history.confusion
    evaluate.selectbox(key="evaluate.true").set_value(3)
    evaluate.selectbox(key="evaluate.predicted").set_value(3).run()
    assert not evaluate.exception
    assert f"**3** classified correctly: {confusion[3, 3]}" in all_text(evaluate)


def test_a_click_on_a_confused_pair_shows_its_cell(evaluate):
    pair = [b for b in evaluate.button if "→" in b.label][1]
    true, said, count = re.match(r"(\d) → (\d) · (\d+)×", pair.label).groups()
    pair.click().run()
    assert evaluate.selectbox(key="evaluate.true").value == int(true)
    assert evaluate.selectbox(key="evaluate.predicted").value == int(said)
    assert f"**{true}** classified as **{said}**: {count}" in all_text(evaluate)


def test_a_pair_with_one_mistake_is_in_the_singular(visit):
    app = give(
        visit("evaluate"), trained(Recipe(hidden_sizes=(8,), epochs=1, validation_fraction=0.005))
    )
    pairs = {b.label.rpartition(" ")[2]: b.proto.help for b in app.button if "→" in b.label}
    assert "1 digit," in pairs["1×"]


def test_the_most_confident_mistakes_come_first_and_in_pages(evaluate):
    shown = [int(p) for p in re.findall(r'class="nr">(\d+)<', html(evaluate))]
    assert shown == list(range(1, 13))
    evaluate.pagination[0].set_value(2).run()
    assert 'class="nr">13<' in html(evaluate)
    assert not evaluate.exception


def test_a_mistake_can_be_enlarged(evaluate):
    evaluate.pills[0].set_value(1).run()
    assert not evaluate.exception
    assert "the network predicted" in all_text(evaluate)


def test_the_test_set_is_sealed_until_it_is_opened(evaluate):
    choose_test(evaluate)
    assert "sealed" in all_text(evaluate)
    assert "test digits" not in html(evaluate)
    open_test(evaluate)
    assert "1,000 test digits" in html(evaluate)
    assert "first evaluation" in all_text(evaluate)


def test_leaving_the_test_set_seals_it_and_further_evaluations_are_counted(evaluate):
    open_test(choose_test(evaluate))
    evaluate.segmented_control(key=SET).set_value("validation").run()
    choose_test(evaluate)
    assert "on the test set **once**" in all_text(evaluate)
    assert button(evaluate, "Evaluate again").disabled
    evaluate.checkbox[0].check().run()
    button(evaluate, "Evaluate again").click().run()
    assert "**2 times**; each evaluation makes" in all_text(evaluate)
    assert "test digits" in html(evaluate)


def test_another_page_seals_but_does_not_forget(evaluate):
    open_test(choose_test(evaluate))
    evaluate.switch_page(site.path("data")).run()
    evaluate.switch_page(site.path("evaluate")).run()
    assert "600 validation digits" in html(evaluate)
    choose_test(evaluate)
    assert "on the test set **once**" in all_text(evaluate)


def test_a_new_network_may_be_evaluated_once_and_the_others_are_mentioned(evaluate):
    open_test(choose_test(evaluate))
    give(evaluate, trained(Recipe(hidden_sizes=(8,), epochs=1)))
    assert "evaluated other networks on it once" in all_text(evaluate)
    assert not button(evaluate, "Open the test set").disabled


def test_further_training_seals_the_test_set_again(evaluate):
    job = new_job()
    job.step()
    while job.status == "running":
        pass
    open_test(choose_test(give(evaluate, job)))
    assert "test digits" in html(evaluate)
    job.step()
    while job.status == "running":
        pass
    evaluate.run()
    assert "trained further since" in all_text(evaluate)
    assert "test digits" not in html(evaluate)


def test_during_training_the_page_says_which_epoch_the_results_are_from(visit):
    app = give(visit("evaluate"), still_training())
    assert not app.exception
    assert "still training" in all_text(app)
    assert button(app, "Refresh").click().run()
    assert not app.exception


def test_without_validation_digits_it_says_why_and_offers_the_test_set(visit):
    app = give(
        visit("evaluate"), trained(Recipe(hidden_sizes=(8,), epochs=1, validation_fraction=0))
    )
    assert "validation fraction is 0" in all_text(app)
    open_test(choose_test(app))
    assert "1,000 test digits" in html(app)
    assert not app.exception


def test_a_diverged_network_is_evaluated_and_explained(visit):
    recipe = Recipe(hidden_sizes=(32, 32), activation="identity", optimizer="sgd", learning_rate=10)
    app = give(visit("evaluate"), trained(recipe))
    assert trained(recipe).run().reason == "diverged"
    assert not app.exception
    assert "smaller learning rate" in texts(app.warning)


def test_diverged_networks_with_the_same_initial_weights_are_kept_apart(visit):
    diverging = replace(SMALL, optimizer="sgd", learning_rate=10, l2=1.0, batch_size=1)
    app, found = visit("evaluate"), []
    for recipe in (
        replace(diverging, validation_fraction=0.3),
        diverging,
        replace(diverging, activation="tanh"),
    ):
        job = trained(recipe)
        give(app, job)
        assert job.run().reason == "diverged" and not app.exception
        results = app.session_state["lab"].kept[subject.Memory].results
        found.append(next(reversed(results.values())))
        assert f": {len(found[-1].mistakes()):,} of" in texts(app.header)
    assert [len(result.labels) for result in found] == [1200, 600, 600]
    assert found[1].accuracy != found[2].accuracy


def test_the_message_in_an_uploaded_file_stays_plain_text(evaluate):
    run = replace(trained().run(), reason="diverged", message="![seen](https://example.org/you)")
    place = opened.OpenedRun(opened.Opened(run, "brought", 1))
    evaluate.session_state["lab"].kept[opened.OpenedRun] = place
    evaluate.run()
    assert not evaluate.exception
    assert "example" in texts(evaluate.warning) and "](" not in texts(evaluate.warning)


def test_outputs_that_are_not_finite_give_no_evaluation(visit):
    state = new_job().view().state
    state.step, state.theta[:] = 1, np.inf
    app = give(visit("evaluate"), new_job(SMALL, state=state))
    assert not app.exception
    assert "outputs are not finite" in texts(app.error)


def test_a_data_set_chosen_since_then_is_not_used(evaluate, monkeypatch):
    digits = data.load("mnist-5k")
    other = type(digits)(**(vars(digits) | {"fingerprint": "0" * 16, "title": "Another set"}))
    monkeypatch.setattr("pages.ui.server.datasets.chosen", lambda: other)
    evaluate.run()
    assert "You have since chosen Another set" in texts(evaluate.warning)
    assert "600 validation digits" in html(evaluate)


def test_only_the_latest_results_are_remembered(visit):
    app = visit("evaluate")
    for width in range(1, 9):
        give(app, trained(Recipe(hidden_sizes=(width,), epochs=1)))
    results = app.session_state["lab"].kept[subject.Memory].results
    assert len(results) == subject.MOST_RESULTS


@pytest.mark.parametrize(
    ("value", "low", "high"), [(0.1, 0.08, 0.13), (0.93, 0.9, 0.95), (1, 0.99, 1)]
)
def test_the_ruler_keeps_the_interval_on_the_line(value, low, high):
    places = re.findall(r"(?:left|width):(-?[\d.]+)%", scores.ruler(value, low, high))
    assert all(0 <= float(place) <= 100 for place in places)


@pytest.mark.parametrize(
    ("cell", "taken"),
    [([3, 5], [(5, 3)])]
    + [(forged, []) for forged in (None, [], [3], [3, 10], [-1, 3], [3.5, 5], ["3", 5], {"x": 3})],
    ids=str,
)
def test_a_click_chooses_a_cell_and_a_forged_one_is_ignored(monkeypatch, cell, taken):
    chosen = []
    monkeypatch.setattr(confusions, "choose_cell", lambda *cell: chosen.append(cell))
    confusions.take_click(range(10), cell)
    assert chosen == taken
