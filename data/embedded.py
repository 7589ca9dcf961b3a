"""The 5,000 real MNIST digits that come with the lab, in data/mnist_5k.npz.

They are 500 of each class, 100 of which are the test set.
`python -m tests.data.mnist_5k_maker mnist_5k.csv.gz` makes that file.
"""

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.checks import DataError, check_arrays
from data.dataset import Arrays, Bytes

FILE = Path(__file__).parent / "mnist_5k.npz"
# Everything that opening a damaged archive can raise. A flipped bit can make a part look encrypted
# or compressed in an unknown way, which is a RuntimeError.
DAMAGE = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


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
            return [file[name] for name in names]
    except FileNotFoundError:
        raise DataError(f"{path}: missing; it is part of the lab, restore it.") from None
    except KeyError as error:
        raise DataError(f"{path}: damaged: {error.args[0]}.") from error
    except DAMAGE as error:
        raise DataError(f"{path}: damaged, restore it: {error}.") from error
