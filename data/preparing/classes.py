"""Turn the labels of files into classes from 0 to C - 1, with their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from data import names
from data.checks import CLASSES, MAX_CLASSES, DataError
from data.dataset import Bytes
from data.table import Labels

MOST_IN_ERROR = 0.01  # with so small a share of other labels, these are errors, not classes
LONGEST_NAME = 40  # characters
# Consecutive labels that stand for letters, after the number of classes and the first label.
_LETTERS = {
    (26, 0): names.LETTERS,
    (26, 1): names.LETTERS,
    (36, 0): names.DIGITS_AND_LETTERS,
    (47, 0): names.BALANCED,
    (62, 0): names.BY_CLASS,
}


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes of a data set and the labels (N,) uint8 of its images, from 0 to C - 1."""

    names: tuple[str, ...]
    train: Bytes
    test: Bytes | None
    notes: tuple[str, ...]


def of(
    files: Sequence[str],
    train: Labels,
    test: Labels | None,
    known: names.Known | None = None,
    named: tuple[str, ...] = (),
) -> Classes:
    """The classes of training and test labels, which may be whole numbers or words.

    `files` of training and test begin the messages; `named` are the names that a file itself gives
    to the labels 0, 1, ... A well-known set has its own names, others are named by their labels.
    Raises DataError for a single class, too many, or labels that are evidently wrong.
    """
    file = files[0]
    everything = _numbers([train] if test is None else [train, test])
    train, test = everything[: len(train)], None if test is None else everything[len(train) :]
    if everything.dtype.kind != "U":
        _check_numbers(files, everything.astype(np.int64), len(train), known)
    labels = cast(Labels, np.unique(everything))
    if (train == train[0]).all():
        raise DataError(
            f"{file}: all {len(train):,} images are of one class ({_short(train[0])}); "
            "a network needs two classes or more to tell apart."
        )
    if len(labels) > MAX_CLASSES:
        raise DataError(
            f"{file}: {len(labels):,} different labels; allowed are 2 to {MAX_CLASSES} classes."
        )
    class_names, values, notes = _named(labels, known, named)
    if test is not None:
        unseen = np.setdiff1d(test, train)
        if np.isin(test, unseen).mean() > 0.5:
            raise DataError(
                f"{files[-1]}: most test images are of classes that no training image shows, "
                f"{_few(unseen)}."
            )
        if len(unseen):
            notes.append(f"No training image shows the class {_few(unseen)}, but test images do.")
    return Classes(
        class_names,
        np.searchsorted(values, train).astype(np.uint8),
        None if test is None else np.searchsorted(values, test).astype(np.uint8),
        tuple(notes),
    )


def _named(
    labels: Labels, known: names.Known | None, named: tuple[str, ...]
) -> tuple[tuple[str, ...], npt.NDArray[np.generic], list[str]]:
    """The names of the classes, the label of each in order, and what was taken for what."""
    if labels.dtype.kind == "U":
        return tuple(_short(label) for label in labels), labels, []
    first = int(labels[0])
    if named and not known and labels[-1] < len(named) == len(set(named)):
        return tuple(_short(named[int(label)]) for label in labels), labels, []
    if (
        known
        and known.first_label <= first
        and labels[-1] < known.first_label + len(known.class_names)
    ):
        table, offset = known.class_names, known.first_label
        if len(table) > CLASSES:  # even a few images of a large set have all of its classes
            notes = [f"The labels start at {offset}, for {table[0]}."] if offset else []
            return table, np.arange(len(table)) + offset, notes
        return tuple(table[int(label) - offset] for label in labels), labels, []
    count = len(known.class_names) if known else 0
    if known and known.first_label == 0 and first >= 1 and labels[-1] == count:
        note = f"The labels 1 to {count} were taken for {known.class_names[0]} to "
        names_from_one = tuple(known.class_names[int(label) - 1] for label in labels)
        return names_from_one, labels, [f"{note}{known.class_names[-1]}, as in LIBSVM's USPS."]
    consecutive = int(labels[-1]) - first == len(labels) - 1
    letters = _LETTERS.get((len(labels), first)) if consecutive else None
    if letters:
        note = f"The labels {first} to {labels[-1]} were taken for {letters[0]} to {letters[-1]}."
        return letters, labels, [note]
    notes = [] if first == 0 and consecutive else [f"The classes are the labels {_few(labels)}."]
    return tuple(map(str, labels.tolist())), labels, notes


def _numbers(parts: list[Labels]) -> Labels:
    """The labels of all parts, as numbers where all are whole numbers, else as words."""
    if all(labels.dtype.kind != "U" for labels in parts):
        return np.concatenate([labels.astype(np.int64) for labels in parts])
    words: Labels = np.concatenate([labels.astype(np.str_) for labels in parts])
    different = np.unique(words).tolist()
    whole = all(one.isascii() and one.isdigit() and len(one) < 9 for one in different)
    return words.astype(np.int64) if whole else words


def _check_numbers(
    files: Sequence[str], everything: npt.NDArray[np.int64], n_train: int, known: names.Known | None
) -> None:
    """Raise DataError for numbers that are evidently no classes, but errors in a file."""
    wrong = everything < 0
    highest = CLASSES - 1
    if known and known.first_label == 0:
        highest = len(known.class_names) - 1
    odd = (everything > highest) | wrong
    if 0 < odd.mean() <= MOST_IN_ERROR or wrong.any():
        entry = int(np.flatnonzero(odd)[0])
        in_test = entry >= n_train
        number = entry - n_train + 1 if in_test else entry + 1
        raise DataError(
            f"{files[-1 if in_test else 0]}: entry {number:,} has the label {everything[entry]}; "
            f"labels must be 0 to {highest}."
        )


def _few(labels: npt.NDArray[np.generic]) -> str:
    """Labels in a sentence, the first few of many."""
    shown = [_short(label) for label in labels[:12].tolist()]
    return ", ".join(shown) + (", ..." if len(labels) > 12 else "")


def _short(label: object) -> str:
    text = "".join(sign if sign.isprintable() else " " for sign in str(label)).strip()
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"
