"""Download full MNIST and Fashion-MNIST from openml.org, with scikit-learn.

OpenML stores each as one table of 70,000 rows: the 60,000 training images, then the canonical
10,000 test images. Only this module needs scikit-learn or the internet.
"""

import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError

import numpy as np
import numpy.typing as npt

from data.checks import CLASSES, PIXELS, DataError
from data.dataset import Arrays, Bytes

TABLES = {"mnist": "mnist_784", "fashion-mnist": "Fashion-MNIST"}
IMAGES = 70_000
TEST_IMAGES = 10_000
TIMEOUT_SECONDS = 30  # without an answer; a download that makes progress may take longer


def download(name: str) -> Arrays:
    """Return the Arrays of "mnist" or "fashion-mnist". Raises DataError, for one when offline."""
    table = TABLES[name]
    try:
        from sklearn.datasets import fetch_openml

        with _timeout(TIMEOUT_SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of retries with a traceback
            bunch = fetch_openml(table, version=1, as_frame=False, n_retries=1)
    except (URLError, TimeoutError, ConnectionError) as error:
        raise DataError(
            f"Could not download {table} from openml.org: {getattr(error, 'reason', error)}. "
            "Is this computer connected to the internet? "
            "The embedded 5,000 digits work without it."
        ) from error
    except Exception as error:  # scikit-learn's parsers can raise anything on a broken answer
        raise DataError(
            f"Could not download {table} from openml.org: {type(error).__name__}: {error}"
        ) from error
    return _to_arrays(table, bunch.data, bunch.target)


def _to_arrays(table: str, pixels: npt.ArrayLike, classes: npt.ArrayLike) -> Arrays:
    where = f"{table} from openml.org"
    if np.shape(pixels) != (IMAGES, PIXELS) or np.shape(classes) != (IMAGES,):
        raise DataError(
            f"{where}: a table of shape {np.shape(pixels)} with {np.size(classes):,} labels; "
            f"expected ({IMAGES}, {PIXELS}) with {IMAGES:,}."
        )
    images = _to_bytes(where, "pixels", pixels, 255)
    labels = _to_bytes(where, "labels", classes, CLASSES - 1)
    cut = IMAGES - TEST_IMAGES
    return Arrays(images[:cut], labels[:cut], images[cut:], labels[cut:])


def _to_bytes(where: str, what: str, values: npt.ArrayLike, highest: int) -> Bytes:
    """Convert numbers, or strings of numbers, to uint8 if they are whole and in range."""
    try:
        numbers = np.asarray(values)
        if numbers.dtype.kind not in "iuf":
            numbers = numbers.astype(float)
        right = numbers.min() >= 0 and numbers.max() <= highest  # false for NaN
        if right and np.array_equal(whole := numbers.astype(np.uint8), numbers):
            return whole
    except (ValueError, TypeError):
        pass
    raise DataError(
        f"{where}: {what} are not all whole numbers from 0 to {highest}; "
        f"one is {_first_wrong(values, highest)!r}."
    )


def _first_wrong(values: npt.ArrayLike, highest: int) -> object:
    """Return the first value that is not a whole number from 0 to `highest`, or None."""
    for value in np.asarray(values).flat:
        try:
            number = float(value)
            if not (0 <= number <= highest and number.is_integer()):
                return number
        except (ValueError, TypeError):
            return value
    return None


@contextmanager
def _timeout(seconds: float) -> Iterator[None]:
    """Let a silent server raise an error: fetch_openml has no timeout of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
