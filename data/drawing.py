"""From a sketch to the picture that the network sees, made as MNIST's pictures were made.

The network has only ever met digits that were cropped, scaled so that their bounding box fits
20 x 20 pixels, and laid into 28 x 28 with their center of mass at one place. A drawing that comes
any other way is a stranger to it: of real pen drawings, shrunk plainly from the canvas, it reads
about 70%, of the same drawings prepared here 93%. `to_mnist` prepares a drawing, `steps` shows
the stages on the page; what each does, and why, stands with its function.

Assumed everywhere: light strokes on a darker, even ground. Dark ink on white paper has to be
inverted first (255 - image): a program that guesses would sometimes guess wrong.
"""

import numpy as np

from data.checks import SIDE
from data.specks import without_specks

BOX = 20  # pixels, the longer side of the digit in it
# Where the center of mass goes, in pixels from the upper left corner: the middle of pixel
# (14, 14) and not the picture's middle, 14.0. In MNIST's 60,000 digits it lies at 14.50 ± 0.29,
# and half a pixel off costs five pen drawings in a hundred.
CENTER = 14.5
# The middle half of MNIST's strokes are this wide, in pixels of the finished picture.
STROKE = (2.0, 2.6)

_FINE = 4  # the stroke is evened on a grid this many times finer than the finished picture
_FAINTEST = 16 / 255  # less contrast than this between ground and strokes is an empty canvas
_INK = 0.3  # a pixel lit this much, of 1, belongs to the digit
_SPECK = 0.1  # a separate blot with less than this share of the largest one's ink is a slip
_FARTHEST = 6  # fine pixels, the most by which an edge is moved when the stroke is evened
_LUMINANCE = np.array([0.299, 0.587, 0.114, 0], np.float32)  # of red, green, blue (ITU-R BT.601)


def to_mnist(image):
    """Prepare a sketch for the network; None when nothing is drawn.

    image: (H, W) gray or (H, W, 4) red, green, blue, alpha; uint8, light strokes on dark.
    Returns (28, 28) float32 in [0, 1], or None for an empty canvas: an even picture, whatever
    its shade, is no digit, and a network asked about it would name one all the same.
    Raises ValueError for another shape or type.

    Even a tap of a square pen is enlarged, to 20 pixels across, and laid into the middle:

    >>> canvas = np.zeros((280, 280), np.uint8)
    >>> to_mnist(canvas) is None
    True
    >>> canvas[100:110, 60:70] = 255
    >>> picture = to_mnist(canvas)
    >>> picture.shape, round(float(picture[14].sum()), 1)
    ((28, 28), 20.0)
    """
    stages = steps(image)
    return stages[-1][1] if stages else None


def steps(image) -> list[tuple[str, np.ndarray]]:
    """The way from a sketch to the network's picture, as (name, picture) in order.

    Pictures are float32 in [0, 1]: "drawn" (H, W), "cropped" (its bounding box), "stroke evened"
    (on a finer grid), "scaled to 20×20" and "centered" (28, 28), which is what `to_mnist`
    returns. An empty canvas has no steps: []. Takes and raises what `to_mnist` does.
    """
    drawn = _brightness(image)
    low, high = drawn.min(), drawn.max()
    if high - low < _FAINTEST:
        return []
    ink = (drawn - low) / (high - low)  # ground 0 and brightest stroke 1, as in MNIST
    cropped = _crop(without_specks(_crop(ink, _INK), _INK, _SPECK), _INK)
    fine = _even(_fit(cropped, BOX * _FINE))
    pixel = max(fine.shape) / BOX  # so many fine pixels become one
    shape, mass = np.array(fine.shape), _center_of_mass(fine)
    # The digit's corner: the mass in the middle, unless that pushed a lopsided mark off the edge.
    corner = np.clip(CENTER - mass / pixel, 0, SIDE - shape / pixel)
    return [
        ("drawn", drawn),
        ("cropped", cropped),
        ("stroke evened", fine),
        ("scaled to 20×20", _resample(fine, shape / 2, BOX / 2, pixel, (BOX, BOX))),
        ("centered", _resample(fine, (0, 0), corner, pixel, (SIDE, SIDE))),
    ]


def _brightness(image) -> np.ndarray:
    """(H, W) brightness in [0, 1]; what is transparent shows the black behind it."""
    image = np.asarray(image)
    gray, rgba = image.ndim == 2, image.ndim == 3 and image.shape[-1] == 4
    if not (gray or rgba) or 0 in image.shape:
        raise ValueError(f"image: got shape {image.shape}, allowed are (H, W) and (H, W, 4)")
    if image.dtype != np.uint8:
        raise ValueError(f"image: got dtype {image.dtype}, allowed is uint8, from 0 to 255")
    levels = image.astype(np.float32)
    if rgba:
        levels = (levels @ _LUMINANCE) * (levels[..., 3] / 255)
    return np.minimum(levels / 255, 1)


def _crop(picture, lit) -> np.ndarray:
    """The bounding box of what is brighter than the share `lit` of the brightest pixel."""
    least = lit * picture.max()
    rows = np.flatnonzero(picture.max(axis=1) > least)
    columns = np.flatnonzero(picture.max(axis=0) > least)
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit(picture, side) -> np.ndarray:
    """Scale so that the longer side becomes `side` pixels; both sides by the same factor.

    A hairline loses light where it is averaged with the ground; the brightest is made 1 again.
    """
    cell = max(picture.shape) / side
    shape = np.maximum(np.ceil(np.array(picture.shape) / cell - 1e-6), 1).astype(int)
    fitted = _resample(picture, np.array(picture.shape) / 2, shape / 2, cell, shape)
    return fitted / fitted.max()


def _resample(picture, source, target, cell, shape) -> np.ndarray:
    """Average `picture` over a grid of square cells, `cell` pixels wide: anti-aliased scaling.

    The point `source` (down, right; in pixels) comes to lie at `target` of the new picture, which
    has `shape`; outside of the picture all is black. A cell is the mean of what it covers, parts
    of pixels by their parts, so no ink is lost. Rows and columns are two matrix products.
    """
    target = np.broadcast_to(target, 2)
    weights = []
    for axis in range(2):
        left = source[axis] + (np.arange(shape[axis])[:, None] - target[axis]) * cell
        pixel = np.arange(picture.shape[axis])
        covered = np.minimum(left + cell, pixel + 1) - np.maximum(left, pixel)
        weights.append((np.maximum(covered, 0) / cell).astype(np.float32))
    return np.clip(weights[0] @ picture @ weights[1].T, 0, 1)


def _center_of_mass(picture) -> np.ndarray:
    """[down, right] in pixels from the upper left corner; a pixel's middle is at + 0.5."""
    down, right = np.indices(picture.shape, np.float32, sparse=True)
    return np.array([(picture * down).sum(), (picture * right).sum()]) / picture.sum() + 0.5


def stroke_width(picture) -> float:
    """Mean width of the strokes, in pixels: twice the ink by the length of its outline.

    A stroke of length l and width w has l w ink and an outline of about 2 l. The outline is the
    sum of the gradient's length over the picture, which soft edges do not change.

    >>> bar = np.zeros((110, 20)); bar[5:105, 8:12] = 1  # 4 wide, 100 long
    >>> round(stroke_width(bar), 1)
    3.9
    """
    around = np.pad(picture, 1).astype(float)
    fall, rise = around[1:, 1:] - around[:-1, :-1], around[1:, :-1] - around[:-1, 1:]
    return float(2 * picture.sum(dtype=float) / np.sqrt((fall**2 + rise**2) / 2).sum())


def _even(fine) -> np.ndarray:
    """Move the outline in or out until the stroke is as wide as most of MNIST's strokes are.

    MNIST's writers had one pen; here brushes differ, and a small drawing, once enlarged, has fat
    strokes. Moving the outline by d widens the stroke by 2 d, but the box as well, which is then
    scaled back to its size; that gives the equation for d.
    """
    box, width = max(fine.shape), stroke_width(fine)
    share = np.clip(width / box, STROKE[0] / BOX, STROKE[1] / BOX)
    move = (share * box - width) / (2 * (1 - share))
    # Twice the ink by the outline is at most twice the radius of the largest disk inside, so
    # that no drawing can vanish when a quarter of it is peeled off.
    move = float(np.clip(move, -min(_FARTHEST, width / 4), _FARTHEST))
    if abs(move) < 0.1:
        return fine
    room = np.pad(fine, _FARTHEST + 1)
    # To peel the stroke is to let the ground grow.
    moved = _dilate(room, move) if move > 0 else 1 - _dilate(1 - room, -move)
    return _crop(moved, 0.5)


def _dilate(picture, radius) -> np.ndarray:
    """The brightest pixel within `radius`, which need not be whole, of each pixel."""
    reach = int(np.ceil(radius))
    near, far = picture.copy(), picture.copy()
    around = np.pad(picture, reach, mode="edge")
    height, width = picture.shape
    for y in range(-reach, reach + 1):
        for x in range(-reach, reach + 1):
            if y * y + x * x > reach * reach:
                continue
            moved = around[reach + y : reach + y + height, reach + x : reach + x + width]
            np.maximum(far, moved, out=far)
            if y * y + x * x <= (reach - 1) ** 2:
                np.maximum(near, moved, out=near)
    return near + np.float32(radius - (reach - 1)) * (far - near)
