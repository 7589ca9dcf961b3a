"""What a list of runs shows of each."""

from dataclasses import replace

import numpy as np

from ann.events import Epoch, Step
from ann.history import History
from ann.keeping.summary import Summary
from ann.run import Run
from ann.state import Split, start
from ann.train import train
from tests.ann.keeping.trained import ANNA, RECIPE, RUN, SPLIT, X, Y


def test_the_summary_of_an_untrained_network_has_zeros_and_nan():
    summary = Summary.of(Run.of(start(RECIPE, SPLIT), History()))
    assert (summary.epochs, summary.step, summary.multiply_adds) == (0, 0, 0)
    assert np.isnan(summary.train_loss) and np.isnan(summary.best_validation_accuracy)
    assert "NaN" not in summary.to_json(), "JSON has no NaN"
    assert repr(Summary.from_json(summary.to_json())) == repr(summary)


def test_a_list_shows_the_last_and_the_best_numbers(archive):
    archive.save(ANNA, RUN)
    summary, epochs = archive.list(ANNA)[0].summary, RUN.history.epochs
    assert summary.validation_accuracy == epochs["validation_accuracy"][-1]
    assert summary.best_validation_accuracy == epochs["validation_accuracy"].max()
    assert summary.best_validation_loss == epochs["validation_loss"].min()
    assert (summary.epochs, summary.step, summary.reason) == (3.0, RUN.step, "epochs")
    assert summary.parameters == RUN.parameters and summary.images_seen == RUN.images_seen


def test_a_run_without_accuracies_can_be_saved(archive):
    archive.save(ANNA, Run.of(start(RECIPE, SPLIT), History()))
    assert np.isnan(archive.list(ANNA)[0].summary.validation_accuracy)
    without = Split(X, Y, X[:0], Y[:0])
    state, history = start(RECIPE, without), History()
    for event in train(state, without):
        history.add(event)
    archive.save(ANNA, Run.of(state, history))
    assert np.isnan(archive.list(ANNA)[0].summary.best_validation_accuracy)


def test_forged_metrics_do_not_get_into_the_list(archive):
    forged = History()
    forged.add(Step(1, 1e300, 1e300, 7.0, 0.0, 0.1))
    forged.add(Epoch(1, 1, 1.0, 1e300, -5.0, 1e300, 1e300, 0, 0, 0, np.eye(3), []))
    archive.save(ANNA, replace(RUN, history=forged))
    summary = archive.list(ANNA)[0].summary
    assert np.isnan([summary.epochs, summary.validation_accuracy, summary.train_accuracy]).all()
    assert np.isnan([summary.best_validation_loss, summary.validation_loss]).all()
