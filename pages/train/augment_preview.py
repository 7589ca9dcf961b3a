"""What the augmentation sliders do: a few training digits, each with augmented versions."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import streamlit as st

from ann.augment import AMOUNTS, Augmenter, Noise, augments, bank_of, side_of
from ann.recipe import Recipe
from data import Dataset
from pages.ui import digits
from pages.ui.words import fitting

SHOWN = (*AMOUNTS, "pixel_noise")
EXAMPLES, TIMES = 3, 4  # number of digits, and of augmented versions of each
SIZE = 38  # pixels on the page


def preview(dataset: Dataset, recipe: Recipe) -> None:
    """A row for each example: the original in a frame, then augmented versions of it."""
    if not augments(recipe):
        hint = "Increase one of these to see what it does to the digits."
        st.caption(fitting(hint, dataset.class_names))
        return
    shown = Recipe(seed=recipe.seed, **{name: getattr(recipe, name) for name in SHOWN})
    try:
        st.html(_rows(_Digits(dataset.fingerprint, dataset), shown))
    except ValueError as error:  # pictures that are not square
        st.caption(str(error))
        return
    st.caption("Framed: the original from the training set. Beside it: augmented versions.")


@dataclass(frozen=True)
class _Digits:
    """A data set that is compared by its fingerprint alone."""

    fingerprint: str
    dataset: Dataset = field(compare=False)

    def pictures(self) -> npt.NDArray[np.uint8]:
        """The first digit of some of the classes, (EXAMPLES, D)."""
        classes = np.linspace(2, len(self.dataset.class_names) - 1, EXAMPLES).astype(int)
        first = [int(np.argmax(self.dataset.labels == c)) for c in classes]
        return np.asarray(self.dataset.images[first])


@lru_cache(maxsize=64)
def _rows(chosen: _Digits, recipe: Recipe) -> str:
    """HTML of all rows, made by the code that training uses, with distortions of their own."""
    pictures = chosen.pictures()
    side, n_pixels = side_of(pictures.shape[1]), pictures.shape[1]
    augmented = each = np.repeat(pictures, TIMES, axis=0)
    which = np.arange(len(each))
    if (bank := bank_of(recipe, n_pixels)) is not None:
        augmenter = Augmenter(bank, len(each), each.dtype)
        augmented = augmenter.augment(each, which, out=np.empty_like(each))
    if recipe.pixel_noise:
        noise = Noise(recipe, n_pixels, 0, 255)
        augmented = noise.add(augmented.astype(np.float32), which).astype(np.uint8)
    rows = np.concatenate([pictures[:, None], augmented.reshape(EXAMPLES, TIMES, -1)], axis=1)
    marked = range(0, EXAMPLES * (TIMES + 1), TIMES + 1)
    return digits.strip(rows.reshape(-1, side * side), size=SIZE, marked=marked, columns=TIMES + 1)
