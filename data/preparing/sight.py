"""What only the pictures themselves can tell: dark on light, on their side, too dim.

Such images look fine to a network that has seen nothing else: its accuracy on their own test digits
is high, but it fails on whatever a learner draws. So they are compared with MNIST's digits.
"""

from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from data.checks import SIDE
from data.dataset import Bytes, Doubt
from data.known import embedded
from data.names import DIGITS
from data.preparing.remedies import mend

Floats = npt.NDArray[np.float64]

ENOUGH = 5_000  # images that are looked at
FEWEST = 3  # images of a class, and classes with so many, to judge their orientation
BRIGHT, DIM = 128, 200  # gray levels: of a light background, and of the brightest pixel at least
ALIKE, CLEARER = 0.4, 0.06  # correlation with MNIST's mean digits: at least, and more than as it is
ORIENTATIONS = [  # all eight, each as the remedies that make it upright
    tuple(
        name for name, on in zip(("transposed", "mirrored", "flipped"), chosen, strict=True) if on
    )
    for chosen in product((False, True), repeat=3)
]
HOW = {  # the images are ...
    ("transposed",): "on their side: rows and columns are swapped",
    ("mirrored",): "mirrored",
    ("flipped",): "upside down and mirrored",
    ("mirrored", "flipped"): "upside down",
}


def doubts(images: Bytes, labels: Bytes, class_names: tuple[str, ...]) -> tuple[Doubt, ...]:
    """What seems to be wrong with images (N, 784) of these classes (N,); mostly nothing."""
    images, labels = images[:ENOUGH], labels[:ENOUGH]
    found = []
    low, high = int(images.min(initial=255)), int(images.max(initial=0))
    if high < DIM or low > 255 - DIM:
        text = f"The gray levels go from {low} to {high}, not from 0 to 255."
        found.append(Doubt(text, ("rescaled",)))
        images = mend([images], ("rescaled",))[0]
    if _is_light(images):
        found.append(
            Doubt(
                "The images are dark on light. MNIST's digits, and what you draw here, are light "
                "on dark.",
                ("inverted",),
            )
        )
        images = ~images
    turned = _orientation(images, labels, class_names)
    if turned:
        how = HOW.get(turned, "turned by a quarter")
        found.append(Doubt(f"Compared with MNIST's digits, the images are {how}.", turned))
    return tuple(found)


def _is_light(images: Bytes) -> bool:
    """Whether most images have a bright border, two pixels wide."""
    square = images.reshape(-1, SIDE, SIDE)
    inside = np.zeros((SIDE, SIDE), bool)
    inside[2:-2, 2:-2] = True
    return bool(np.median(square[:, ~inside].mean(axis=1)) > BRIGHT)


def _orientation(images: Bytes, labels: Bytes, class_names: tuple[str, ...]) -> tuple[str, ...]:
    """The remedies that make digits upright; none if they are, or if nothing can be compared."""
    reference = _mean_digits()
    known = [
        (c, DIGITS.index(name))
        for c, name in enumerate(class_names)
        if name in DIGITS and np.count_nonzero(labels == c) >= FEWEST
    ]
    if len(known) < min(FEWEST, len(class_names)) or set(class_names) - set(DIGITS):
        return ()
    means = np.array([images[labels == c].mean(axis=0) for c, _ in known])
    rounded = np.clip(np.rint(means), 0, 255).astype(np.uint8)
    wanted = reference[[digit for _, digit in known]]
    alike = [_correlation(mend([rounded], way)[0], wanted) for way in ORIENTATIONS]
    best = int(np.argmax(alike))
    sure = alike[best] > ALIKE and alike[best] > alike[0] + CLEARER
    return ORIENTATIONS[best] if sure else ()


def _correlation(a: Bytes, b: Floats) -> float:
    """The mean correlation between pictures (K, 784) of the same class."""
    a, b = (one - one.mean(axis=1, keepdims=True) for one in (a.astype(float), b))
    scale = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return float(((a * b).sum(axis=1) / np.maximum(scale, 1e-9)).mean())


@cache
def _mean_digits() -> Floats:
    """MNIST's mean digit of each class (10, 784), of the embedded digits."""
    arrays = embedded.read()
    images, labels = arrays.train_images, arrays.train_labels
    return np.array([images[labels == c].mean(axis=0) for c in range(len(DIGITS))])
