"""The embedded MNIST digits and 8,212 more, written by other people, in Turkey.

MNIST's writers are American. A network trained on their digits alone has hardly seen a 7 with a
bar, a 1 with an upstroke or a 9 that ends in a hook. So the digits in data/uci_1797.npz and
data/uci_6415.npz are added to the training digits; the test digits remain MNIST's, so that
networks can be compared.

`python -m tests.data.uci_maker` and `python -m tests.data.uci_6415_maker` make those files.
"""

from pathlib import Path

import numpy as np

from data.checks import check_arrays
from data.dataset import Arrays, Bytes
from data.known import embedded

FILE = Path(__file__).parents[1] / "uci_1797.npz"
MORE = FILE.with_name("uci_6415.npz")
OTHERS = (FILE, MORE)
COUNT = 8_212  # digits in both
ADDED = (
    f"The training digits also hold {COUNT:,} digits written by people in Turkey, with a pen on "
    "paper or on a tablet, from the UCI repository."
)


def read_others(*paths: Path) -> tuple[Bytes, Bytes]:
    """The images and labels in `paths`, by default all of them. DataError if one is damaged."""
    images, labels = zip(*(_read_file(path) for path in paths or OTHERS), strict=True)
    return np.concatenate(images), np.concatenate(labels)


def _read_file(path: Path) -> tuple[Bytes, Bytes]:
    images, labels = embedded.open_arrays(path, ("images", "labels"))
    check_arrays(path, Arrays(images, labels, images, labels))
    return images, labels


def read(*paths: Path) -> Arrays:
    """MNIST's embedded digits and those in `paths`. DataError if a file is missing or damaged."""
    images, labels = read_others(*paths)
    mnist = embedded.read()
    return mnist._replace(
        train_images=np.concatenate([mnist.train_images, images]),
        train_labels=np.concatenate([mnist.train_labels, labels]),
    )
