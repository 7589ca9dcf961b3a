"""The 5,000 real MNIST digits that come with the lab, in data/mnist_5k.npz.

They are 500 of each class, 100 of which are the test set.
`python -m tests.data.mnist_5k_maker mnist_5k.csv.gz` makes that file.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.checks import DataError, check_arrays
from data.dataset import Arrays, Bytes

FILE = Path(__file__).parents[1] / "mnist_5k.npz"


def read(path: Path = FILE) -> Arrays:
    """Return the Arrays in the embedded file. Raises DataError if it is missing or damaged."""
    arrays = Arrays(*open_arrays(path, Arrays._fields))
    check_arrays(path, arrays)
    return arrays


def open_arrays(path: Path, names: Sequence[str]) -> list[Bytes]:
    """Return the named arrays of an `.npz`. Raises DataError if it is missing or damaged.

    Their types and shapes are not checked.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = [file[name] for name in names]
    except FileNotFoundError:
        raise DataError(f"{path}: missing; it is part of the lab, restore it.") from None
    except KeyError as error:
        raise DataError(f"{path}: damaged: {error.args[0]}.") from error
    except Exception as error:  # NumPy can raise nearly anything for a damaged description
        raise DataError(f"{path}: damaged, restore it: {str(error)[:200]}.") from error
    if not all(isinstance(array, np.ndarray) for array in arrays):  # bytes, to NumPy
        raise DataError(f"{path}: damaged, restore it: a part is no array.")
    return arrays
