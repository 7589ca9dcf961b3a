"""What `train` reports: an event after each complete piece of work."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np


class Reason(StrEnum):
    """Why a training is over."""

    EPOCHS = "epochs"  # all of the recipe's epochs are done
    EARLY_STOPPING = "early_stopping"  # no better validation loss for as long as `patience` allows
    DIVERGED = "diverged"  # the loss became infinite or NaN


class Step(NamedTuple):
    """One update of the parameters.

    `loss` and `accuracy` are those of the batch before the update, with dropout but without the
    penalty; `penalty` is what L1 and L2 add to the loss.
    """

    step: int  # updates done, including this one
    epoch: float  # epochs done, with a fraction
    loss: float
    accuracy: float
    penalty: float
    learning_rate: float


class Epoch(NamedTuple):
    """The end of an epoch.

    `train_*` and `validation_*` are measured now, without dropout and penalty, so that they can be
    compared: on up to 5,000 training digits and on all validation digits (NaN if there are none).
    `batch_*` are means over the batches of the epoch, with dropout and while the weights moved.
    """

    epoch: int  # epochs done, including this one
    step: int
    seconds: float  # of computing the steps of this epoch, without measuring
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    batch_loss: float
    batch_accuracy: float
    learning_rate: float  # according to the schedule, now
    confusion: np.ndarray  # (C, C) counts of validation digits, row: label, column: prediction
    wrong: list[int]  # up to 24 misclassified validation digits, the most confident first
    mistaken_for: Sequence[int] = ()  # the predicted class of each of them
    answers: np.ndarray | None = None  # (V,) predicted class of each validation digit
    confidence: np.ndarray | None = None  # (V,) float32, its probability


class Signals(NamedTuple):
    """What a step does in each layer, the output last; step 0: dropout off, and no update yet."""

    step: int
    loss: float  # of the batch, without the penalty
    gradients: tuple[float, ...]  # ‖∂loss/∂W‖
    updates: tuple[float, ...]  # ‖ΔW‖ / ‖W‖
    dead: tuple[float, ...]  # in each hidden layer: share of units that answer all samples alike


class Finished(NamedTuple):
    """The end of the training."""

    reason: str  # a `Reason`
    message: str


Event = Step | Epoch | Signals | Finished
