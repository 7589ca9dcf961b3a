"""Read labels from a separate file, such as y_train.csv next to X_train.csv."""

import re
from contextlib import suppress
from pathlib import Path

import numpy as np

from data.checks import MAX_IMAGES, DataError
from data.formats.csv.labels import LONGEST_LABEL, first_wrong, is_number, labels_of
from data.formats.csv.text import encodings, open_text
from data.table import Labels


def read_labels(path: Path) -> Labels:
    """Return the labels (N,) in the last column of a file. Raises DataError."""
    words: list[str] = []
    for encoding in encodings(path):
        with suppress(UnicodeDecodeError):
            words = _last_column(path, encoding)
            break
    if len(words) > 1 and not is_number(words[0]) and is_number(words[1]):
        del words[0]  # the column's name
    if not words:
        raise DataError(f"{path}: holds no labels; expected one per line.")
    numbers = all(map(is_number, words))
    values = np.array(words, np.float64 if numbers else np.str_)
    wrong = first_wrong(values)
    if wrong is not None:
        raise DataError(f"{path}: label {wrong + 1:,}: {words[wrong][:20]!r} is no label.")
    return labels_of(values)


def _last_column(path: Path, encoding: str) -> list[str]:
    words: list[str] = []
    with open_text(path, encoding) as text:
        for line in text:
            if line.strip():
                word = re.split(r"[,;\t]", line.strip())[-1].strip(' "')
                words.append(word[: LONGEST_LABEL + 1])
            if len(words) > MAX_IMAGES + 1:
                raise DataError(f"{path}: more than {MAX_IMAGES:,} labels.")
    return words
