"""The digits to learn from: the embedded ones, full MNIST, Fashion-MNIST, or your own files.

`data.load()` gives the data set that ANN_DATA names, or else the 5,000 embedded digits.
`data.load("mnist")` takes a name or a folder. `dataset.split(0.15)` sets the last 15% of the
training digits aside for validation. `data.drawing.to_mnist` turns a drawing into such a digit.
"""

from data.catalog import DEFAULT, DIGITS, MORE_WRITERS, Info, available, default_name, fetch, load
from data.checks import DataError
from data.dataset import Dataset, Split

__all__ = [
    "DEFAULT",
    "DIGITS",
    "MORE_WRITERS",
    "DataError",
    "Dataset",
    "Info",
    "Split",
    "available",
    "default_name",
    "fetch",
    "load",
]
