"""What is read from one file or folder of images, before it is checked and prepared."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.floating]
Labels: TypeAlias = npt.NDArray[np.integer] | npt.NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Table:
    """N images of D pixels, as a file has them, with their labels.

    Only `data.preparing.prepare` changes what was read: labels may be any whole numbers or any
    short words, images of any of the sizes and ranges that occur in practice.
    """

    pixels: Pixels  # (N, D), row by row: uint8 if all are whole and from 0 to 255, else float
    labels: Labels | None  # (N,); None if the file has none, as a table of images to classify
    notes: tuple[str, ...] = ()  # what was taken for what, each a sentence for a learner
    class_names: tuple[str, ...] = ()  # of the labels 0, 1, 2, ...; () if the file names none
