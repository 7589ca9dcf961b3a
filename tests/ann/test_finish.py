"""The accuracy that a training has reached at its end."""

import numpy as np

from ann.events import Epoch
from ann.finish import reached
from ann.history import History
from ann.recipe import Recipe
from ann.state import Split, start


def ended(recipe, reason, best_epoch):
    history, x = History(), np.zeros((4, 2), np.uint8)
    for epoch, (loss, accuracy) in enumerate([(0.5, 0.8), (0.2, 0.9), (0.4, 0.85)], start=1):
        counts = np.zeros((2, 2), int)
        history.add(Epoch(epoch, epoch, 1, 0, 1, loss, accuracy, 0, 1, 0.1, counts, []))
    state = start(recipe, Split(x, np.arange(4) % 2, x[:0], x[:0, 0]))
    state.reason, state.best_epoch = reason, best_epoch
    return state, history


def test_the_accuracy_reached_is_that_of_the_network_that_is_left():
    assert reached(*ended(Recipe(), "epochs", 2)) == 0.85
    assert reached(*ended(Recipe(patience=1), "early_stopping", 2)) == 0.9
    assert reached(*ended(Recipe(patience=5), "", 2)) == 0.85, "stopped: no weights came back"
    assert reached(*ended(Recipe(), "diverged", 2)) == 0.9
    state, _ = ended(Recipe(), "diverged", 0)
    assert np.isnan(reached(state, History()))
