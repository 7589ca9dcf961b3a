"""What `train` reports. An event follows a complete piece of work; a number says what it is."""

from typing import NamedTuple

import numpy as np


class Step(NamedTuple):
    """One update of the parameters.

    `loss` and `accuracy` are the batch's, before the update, with dropout on and the penalty out;
    `penalty` is what L1 and L2 add to the loss.
    """

    step: int  # updates done, this one included
    epoch: float  # epochs done, with a fraction
    loss: float
    accuracy: float
    penalty: float
    learning_rate: float


class Epoch(NamedTuple):
    """The end of an epoch.

    `train_*` and `validation_*` are measured now, with dropout off and the penalty out, so that
    they can be compared: on up to 5,000 training digits and on all validation digits (NaN without).
    `batch_*` are means over the epoch's batches, with dropout on, while the weights still moved.
    """

    epoch: int  # epochs done, this one included
    step: int
    seconds: float  # spent on the steps of this epoch, without the measuring
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    batch_loss: float
    batch_accuracy: float
    learning_rate: float  # of the schedule at this moment
    confusion: np.ndarray  # (C, C) counts of validation digits, row: label, column: prediction
    wrong: list[int]  # up to 24 validation digits read wrongly, the surest first
    read_as: list[int] = ()  # what each of them was taken for
    answers: np.ndarray | None = None  # (V,) what was read in each validation digit
    confidence: np.ndarray | None = None  # (V,) float32, how sure of it the network was


class Finished(NamedTuple):
    """The end of the training: `reason` is "epochs", "early_stopping" or "diverged"."""

    reason: str
    message: str


Event = Step | Epoch | Finished
