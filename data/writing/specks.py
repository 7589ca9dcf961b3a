"""Find the separate marks of a drawing, and remove those that are only slips of the pen."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating]

_CELLS = 40  # along the longer side: the grid on which marks touch or not


def without_specks(ink: Floats, lit: float, share: float) -> Floats:
    """Erase the marks that are far smaller than the drawing: a slip is not part of the digit.

    ink: (H, W) from 0 to 1. A mark is a connected region brighter than `lit`; it stays if it holds
    at least `share` of the largest mark's ink. Marks closer together than a 40th of the picture
    count as one, so that the line of a shaky pen does not fall to pieces.

    >>> without_specks(np.array([[1, 1, 0, 0.4], [1, 1, 0, 0]]), lit=0.3, share=0.2)
    array([[1., 1., 0., 0.],
           [1., 1., 0., 0.]])
    """
    cell = -(-max(ink.shape) // _CELLS)
    label = label_marks(_cells(np.maximum, ink, cell) > lit)
    if label.max() < 2:
        return ink
    mass = np.bincount(label.ravel(), weights=_cells(np.add, ink, cell).ravel())
    keep = mass >= share * mass[1:].max()
    keep[0] = False  # erases the faint rim of each speck too
    if keep[1:].all():
        return ink
    mask = keep[label].repeat(cell, axis=0).repeat(cell, axis=1)
    kept: Floats = ink * mask[: ink.shape[0], : ink.shape[1]]
    return kept


def _cells(operation: np.ufunc, picture: Floats, cell: int) -> Floats:
    """Reduce each `cell` x `cell` square of a picture by np.maximum or np.add."""
    picture = np.pad(picture, [(0, -n % cell) for n in picture.shape])
    rows = operation.reduce([picture[i::cell] for i in range(cell)])
    reduced: Floats = operation.reduce([rows[:, i::cell] for i in range(cell)])
    return reduced


def label_marks(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int_]:
    """Number the marks of a mask (h, w) from 1, with 0 for the background; corners touch.

    Row by row, each run of lit cells joins the runs above that it touches. If those belonged to
    separate marks so far, the marks become one.

    >>> print(label_marks(np.array([[1, 0, 1, 0, 1], [0, 1, 0, 0, 1], [0, 0, 0, 0, 1]]) > 0))
    [[1 0 1 0 2]
     [0 1 0 0 2]
     [0 0 0 0 2]]
    """
    label = np.zeros(mask.shape, int)
    parent = [0]  # an older run of the same mark, or, for the oldest, the run itself

    def oldest(run: int) -> int:
        while parent[run] != run:
            run = parent[run]
        return run

    change = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(change == 1)
    stop = np.nonzero(change == -1)[1]
    for y, a, b in zip(row.tolist(), start.tolist(), stop.tolist(), strict=True):
        run = len(parent)
        parent.append(run)
        label[y, a:b] = run
        above = label[y - 1, max(a - 1, 0) : b + 1].tolist() if y else ()
        for other in set(above) - {0}:
            one, two = oldest(run), oldest(other)
            parent[max(one, two)] = min(one, two)
    marks = [oldest(run) for run in range(len(parent))]
    return np.unique(marks, return_inverse=True)[1][label]


def boxes_of(label: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    """The boxes around the marks that `label_marks` has numbered: (N + 1, 4), for 0 as well.

    A row holds the first and last row and the first and last column of a mark.

    >>> boxes_of(np.array([[0, 1, 1], [2, 0, 0]]))[1:].tolist()
    [[0, 0, 1, 2], [1, 1, 0, 0]]
    """
    number, count = label.ravel(), int(label.max()) + 1
    found = np.empty((count, 4), int)
    for axis, along in enumerate(np.indices(label.shape)):
        found[:, 2 * axis], found[:, 2 * axis + 1] = along.size, -1
        np.minimum.at(found[:, 2 * axis], number, along.ravel())
        np.maximum.at(found[:, 2 * axis + 1], number, along.ravel())
    return found
