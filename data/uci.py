"""The embedded MNIST digits and 1,797 more, of thirteen people in Turkey: data/uci_1797.npz.

MNIST's writers are Americans. Who writes a 7 with a bar, a 1 with an upstroke or a 9 that ends in
a hook is a stranger to a network that has learned from them alone. So these are added to what is
learned from; the test digits stay MNIST's, so that networks can be compared.

`python -m tests.data.uci_maker` makes the file anew.
"""

from pathlib import Path

import numpy as np

from data import embedded
from data.checks import check_arrays

FILE = Path(__file__).parent / "uci_1797.npz"
FILES = [embedded.FILE, FILE]


def read(path=FILE):
    """Return the Arrays of both files. Raises DataError if one is missing or damaged."""
    images, labels = embedded.open_arrays(path, ("images", "labels"))
    mnist = embedded.read()
    check_arrays(path, mnist._replace(train_images=images, train_labels=labels))
    return mnist._replace(
        train_images=np.concatenate([mnist.train_images, images]),
        train_labels=np.concatenate([mnist.train_labels, labels]),
    )
