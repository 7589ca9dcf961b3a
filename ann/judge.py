"""The end of an epoch: measure the network, remember the best weights, decide when to stop."""

from math import isfinite
from time import perf_counter

import numpy as np

from ann.events import Epoch, Reason
from ann.measure import count_pairs, measure, measure_training, most_confident_mistakes
from ann.schedules import learning_rate
from ann.state import Split, State, Weights

MOST_WRONG = 24  # mistakes that an epoch shows


def finish_epoch(state: State, split: Split, weights: Weights | None = None) -> Epoch:
    """Close the epoch in `state`: measure, remember the best weights, decide when to stop."""
    began = perf_counter()
    training = measure_training(state, split, weights and weights.train)
    validation = measure(
        state, split.validation_x, split.validation_y, weights and weights.validation
    )
    predicted = validation.predictions
    confidence = validation.probabilities[np.arange(len(predicted)), predicted]
    wrong = most_confident_mistakes(split.validation_y, predicted, confidence)[:MOST_WRONG]
    loss_sum, n_right, n_seen = state.batch_sums
    state.epoch += 1
    event = Epoch(
        epoch=state.epoch,
        step=state.step,
        seconds=state.epoch_seconds,
        train_loss=training.loss,
        train_accuracy=training.accuracy,
        validation_loss=validation.loss,
        validation_accuracy=validation.accuracy,
        batch_loss=loss_sum / n_seen,
        batch_accuracy=n_right / n_seen,
        learning_rate=learning_rate(state.recipe, state.epoch, state.decays),
        confusion=count_pairs(split.validation_y, predicted, state.n_classes),
        wrong=wrong.tolist(),
        mistaken_for=predicted[wrong].tolist(),
        answers=predicted.astype(np.int32),
        confidence=confidence.astype(np.float32),
    )
    state.position, state.batch_sums, state.epoch_seconds = 0, [0.0, 0.0, 0.0], 0.0
    has_validation = len(split.validation_x) > 0
    if not isfinite(training.loss) or (has_validation and not isfinite(validation.loss)):
        state.reason = Reason.DIVERGED
    else:
        if has_validation:
            judge(state, validation.loss)
        if not state.reason and state.epoch >= state.recipe.epochs:
            state.reason = Reason.EPOCHS
    state.seconds += perf_counter() - began
    return event


def judge(state: State, validation_loss: float) -> None:
    """Remember the best weights so far; without a better loss, see whether to decay or to stop."""
    recipe = state.recipe
    if validation_loss < state.best_loss:
        state.best_loss, state.best_epoch = validation_loss, state.epoch
        state.plateau_epoch = state.epoch
        state.best_theta[:], state.best_statistics[:] = state.judged
        return
    if recipe.schedule == "plateau" and state.epoch - state.plateau_epoch >= recipe.decay_every:
        state.decays += 1
        state.plateau_epoch = state.epoch
    if recipe.patience and state.epoch - state.best_epoch >= recipe.patience:
        state.reason = Reason.EARLY_STOPPING
