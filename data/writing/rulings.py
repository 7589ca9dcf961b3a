"""Find the lines that are printed on paper, and take them out from under the handwriting."""

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]

_SLOPES = np.arange(-8, 9) * 0.0125  # rows per column: sheets are seldom turned more than 6 degrees
_COVERED = 0.6  # of the picture's width: what a line fills and handwriting does not
_THICK = 0.025  # of the picture's longer side: the thickest line


def without_lines(mask: Mask) -> Mask:
    """A mask (H, W) without straight lines across the whole picture, or down it.

    A stroke that crosses a line stays: only where the mask is no thicker than the line is it taken.

    >>> mask = np.zeros((60, 80), bool)
    >>> mask[30] = True
    >>> mask[10:50, 40:44] = True
    >>> np.flatnonzero(without_lines(mask).any(axis=0))
    array([40, 41, 42, 43])
    """
    return _without(_without(mask).T).T


def _without(mask: Mask) -> Mask:
    """A mask without lines from left to right."""
    height, width = mask.shape
    most = max(int(_THICK * max(mask.shape)), 2)
    if height < 4 * most or width < 16:
        return mask
    thin = mask & (_thickness(mask) <= most)
    thin_rows, thin_columns = np.nonzero(thin)
    columns = np.arange(width)
    lines = np.zeros_like(mask)
    for slope in _SLOPES:
        shift = np.rint(slope * (columns - width / 2)).astype(int)
        # Three rows together have too few pixels for a line: by far the most slopes end here.
        filled = np.bincount((thin_rows - shift[thin_columns]) % height, minlength=height)
        if np.convolve(filled, [1, 1, 1]).max() <= _COVERED * width:
            continue
        rows = (np.arange(height)[:, None] + shift) % height
        sheared = thin[rows, columns]
        # A line may be uneven by a pixel.
        near = sheared.copy()
        near[1:] |= sheared[:-1]
        near[:-1] |= sheared[1:]
        found = near.mean(axis=1) > _COVERED
        if found.any():
            where = np.zeros_like(mask)
            where[rows, columns] = found[:, None] & sheared
            lines |= where
    return mask & ~lines if lines.any() else mask


def _thickness(mask: Mask) -> npt.NDArray[np.int_]:
    """For each pixel of a mask, how many pixels the mask has there in a column, without a gap."""
    padded = np.pad(mask, ((1, 1), (0, 0))).astype(np.int8)
    change = np.diff(padded, axis=0)  # (H + 1, W)
    columns, begin = np.nonzero((change == 1).T)
    end = np.nonzero((change == -1).T)[1]
    thick = np.zeros((mask.shape[0] + 1, mask.shape[1]), int)
    thick[begin, columns] += end - begin
    thick[end, columns] -= end - begin
    return thick.cumsum(axis=0)[:-1]
