"""`python -m tests.data.uci_maker` makes data/uci_1797.npz from scikit-learn's digits.

The UCI digits are 8 x 8 pixels from 0 to 16. `data.preparing.sizes.enlarge` prepares them as it
does any images of that size. A test compares the file with what is made here.
"""

import numpy as np
from sklearn.datasets import load_digits

from data.known import uci
from data.preparing.sizes import enlarge


def make(part: slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 784) uint8, prepared like MNIST's, and labels (N,) uint8, of all or a part."""
    digits = load_digits()
    images = [enlarge(image / 16) for image in digits.images[part]]
    return np.stack(images), digits.target[part].astype(np.uint8)


if __name__ == "__main__":
    images, labels = make()
    np.savez_compressed(uci.FILE, images=images, labels=labels)
    print(f"wrote {uci.FILE}")
