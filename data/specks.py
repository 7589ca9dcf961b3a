"""Which marks of a picture hang together, and which are only slips of the pen."""

import numpy as np

_CELLS = 40  # along the longer side: on this grid it is decided whether two marks touch


def without_specks(ink, lit, share) -> np.ndarray:
    """Wipe out the blots that are far smaller than the drawing: a slip is not part of the digit.

    ink: (H, W) from 0 to 1. A blot is what is brighter than `lit` and touches; it is kept when it
    holds at least `share` of the largest blot's ink. Marks nearer to each other than a 40th of
    the picture count as one, so that a shaky pen does not fall into pieces.

    >>> without_specks(np.array([[1, 1, 0, 0.4], [1, 1, 0, 0]]), lit=0.3, share=0.2)
    array([[1., 1., 0., 0.],
           [1., 1., 0., 0.]])
    """
    cell = -(-max(ink.shape) // _CELLS)
    label = label_blots(_cells(np.maximum, ink, cell) > lit)
    if label.max() < 2:
        return ink
    mass = np.bincount(label.ravel(), weights=_cells(np.add, ink, cell).ravel())
    keep = mass >= share * mass[1:].max()
    keep[0] = False  # the faint rim of a speck goes with it
    if keep[1:].all():
        return ink
    mask = keep[label].repeat(cell, axis=0).repeat(cell, axis=1)
    return ink * mask[: ink.shape[0], : ink.shape[1]]


def _cells(operation, picture, cell) -> np.ndarray:
    """The maximum or the sum of each `cell` x `cell` square of a picture."""
    picture = np.pad(picture, [(0, -n % cell) for n in picture.shape])
    rows = operation.reduce([picture[i::cell] for i in range(cell)])
    return operation.reduce([rows[:, i::cell] for i in range(cell)])


def label_blots(mask) -> np.ndarray:
    """Number the blots of a (h, w) mask from 1 on, 0 where nothing is; corners touch.

    Row by row, each run of lit cells joins the runs above that it touches. Where it touches two
    that were apart until then, those become one as well.

    >>> print(label_blots(np.array([[1, 0, 1, 0, 1], [0, 1, 0, 0, 1], [0, 0, 0, 0, 1]]) > 0))
    [[1 0 1 0 2]
     [0 1 0 0 2]
     [0 0 0 0 2]]
    """
    label = np.zeros(mask.shape, int)
    parent = [0]  # parent[run] is an older run of the same blot, or the run itself: the oldest

    def oldest(run):
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
    blots = [oldest(run) for run in range(len(parent))]
    return np.unique(blots, return_inverse=True)[1][label]
