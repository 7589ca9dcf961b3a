"""`python -m tests.data.uci_maker` makes data/uci_1797.npz anew from scikit-learn's digits.

The UCI digits are 8 x 8 pixels of 0 to 16. They are enlarged smoothly, and prepared by
`data.drawing.to_mnist`, as every drawing is. The maker stands beside the tests, because `data` does
not import `ann`; a test holds the file against it.
"""

import numpy as np
from scipy.ndimage import zoom
from sklearn.datasets import load_digits

from data import uci
from data.drawing import to_mnist

ENLARGED = 12  # times
EDGE = 0.6  # of the brightest; a pen's edge in the enlarged picture, which gives MNIST's strokes
STEEPNESS = 4.0  # of the edge: it is a ramp over a quarter of the gray levels


def make(part: slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
    """The images (N, 784) uint8, as MNIST's are, and labels (N,) uint8, of all 1,797 or a part."""
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
