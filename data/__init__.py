"""The digits to learn from: the embedded ones, full MNIST, Fashion-MNIST, or your own files.

`data.load()` gives the data set that ANN_DATA names, or else the 5,000 embedded digits.
`data.load("mnist")` takes a name or a folder. `dataset.split(0.15)` sets the last 15% of the
training digits aside for validation. `data.read_images` reads images to classify, and
`data.writing.drawing.to_mnist` turns a drawing into such a digit.

The packages, from the ground up: `formats` reads files, `known` has well-known sets, `writing`
turns handwriting into digits, `finding` looks for the files of a set, `preparing` makes arrays of
them, and `yours` keeps your own sets.
"""

from data.catalog import (
    DEFAULT,
    MORE_WRITERS,
    WITH_MORE_WRITERS,
    available,
    default_name,
    fetch,
    load,
)
from data.checks import DataError
from data.dataset import Dataset, Info, Split
from data.images import Images, read_images
from data.names import DIGITS

__all__ = [
    "DEFAULT",
    "DIGITS",
    "MORE_WRITERS",
    "WITH_MORE_WRITERS",
    "DataError",
    "Dataset",
    "Images",
    "Info",
    "Split",
    "available",
    "default_name",
    "fetch",
    "load",
    "read_images",
]
