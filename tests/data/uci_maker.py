"""`python -m tests.data.uci_maker` makes data/uci_1797.npz from scikit-learn's digits.

The UCI digits are 8 x 8 pixels from 0 to 16. They are enlarged smoothly and prepared by
`data.drawing.to_mnist`, like every drawing. A test compares the file with what is made here.
"""

import numpy as np
from scipy.ndimage import zoom
from sklearn.datasets import load_digits

from data import uci
from data.drawing import to_mnist

ENLARGED = 12  # times
EDGE = 0.6  # brightness at a stroke's edge in the enlarged picture, for strokes like MNIST's
STEEPNESS = 4.0  # of the edge, a ramp over a quarter of the gray levels


def make(part: slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 784) uint8, prepared like MNIST's, and labels (N,) uint8, of all or a part."""
    digits = load_digits()
    images = [_prepare(image / 16) for image in digits.images[part]]
    return np.stack(images), digits.target[part].astype(np.uint8)


def _prepare(image: np.ndarray) -> np.ndarray:
    enlarged = zoom(np.pad(image, 1), ENLARGED, mode="grid-constant", grid_mode=True)
    sharp = np.clip((enlarged - EDGE) * STEEPNESS + 0.5, 0, 1)
    return np.rint(255 * to_mnist(np.rint(255 * sharp).astype(np.uint8))).astype(np.uint8).ravel()


if __name__ == "__main__":
    images, labels = make()
    np.savez_compressed(uci.FILE, images=images, labels=labels)
    print(f"wrote {uci.FILE}")
