"""The embedded MNIST digits and 1,797 more, written by thirteen people in Turkey.

MNIST's writers are American. A network trained on their digits alone has hardly seen a 7 with a
bar, a 1 with an upstroke or a 9 that ends in a hook. So the digits in data/uci_1797.npz are added
to the training digits; the test digits remain MNIST's, so that networks can be compared.

`python -m tests.data.uci_maker` makes that file.
"""

from pathlib import Path

import numpy as np

from data.checks import check_arrays
from data.dataset import Arrays, Bytes
from data.known import embedded

FILE = Path(__file__).parents[1] / "uci_1797.npz"
FILES = [embedded.FILE, FILE]
ADDED = (
    "The training digits also hold 1,797 digits written by thirteen people in Turkey, from the UCI "
    "repository, as scikit-learn ships them."
)


def read_others(path: Path = FILE) -> tuple[Bytes, Bytes]:
    """The other writers' images and labels. Raises DataError if they are missing or damaged."""
    images, labels = embedded.open_arrays(path, ("images", "labels"))
    check_arrays(path, Arrays(images, labels, images, labels))
    return images, labels


def read(path: Path = FILE) -> Arrays:
    """Return the Arrays of both files. Raises DataError if one is missing or damaged."""
    images, labels = read_others(path)
    mnist = embedded.read()
    return mnist._replace(
        train_images=np.concatenate([mnist.train_images, images]),
        train_labels=np.concatenate([mnist.train_labels, labels]),
    )
