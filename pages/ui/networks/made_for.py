"""The data set that a preset was made for, in place of MNIST's digits.

People who draw for a network may write a 7 with a bar or a 9 that ends in a hook. So the presets
that they choose learn from more writers than MNIST's, as far as those digits are on this machine.
"""

from contextlib import suppress

import data
from ann.recipes.presets import Preset
from pages.ui.server import datasets

REPLACED = (*data.WITH_MORE_WRITERS, *data.WITH_MORE_WRITERS.values())


def candidates(preset: Preset, digits: data.Dataset) -> list[str]:
    """Names of data sets to train it on in place of `digits`, the best first; [] to keep those.

    Only MNIST's digits, the embedded ones or all, with more writers or without, are replaced. A
    folder called "mnist" may hold anything.
    """
    if digits.class_names != data.DIGITS or digits.name not in REPLACED or not preset.data_set:
        return []
    names = [preset.data_set, data.WITH_MORE_WRITERS.get(digits.name, "")]
    return [name for name in names if name] if digits.name != preset.data_set else []


def find(preset: Preset, digits: data.Dataset) -> str | None:
    """The first of the `candidates` that can be opened here; None to keep `digits`."""
    for name in candidates(preset, digits):
        with suppress(data.DataError):
            datasets.by_name(name)
            return name
    return None
