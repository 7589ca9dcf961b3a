"""The digits of other people, to which those of one writer or of a class are added."""

import data
from data import DIGITS, Dataset
from pages.ui.server import datasets

LARGEST = 20_000  # training digits of a base, which is copied for each learner


def base() -> Dataset:
    """The data set that the visitor has chosen or, if it does not fit, MNIST's 5,000 digits.

    A set of other things than digits does not fit, nor one in which ten drawings would drown.
    """
    chosen = datasets.chosen()
    fits = chosen.class_names == DIGITS and len(chosen.labels) <= LARGEST
    return chosen if fits else datasets.by_name(data.DEFAULT)
