"""The labels of a table: small whole numbers, or the names of classes."""

import numpy as np
import numpy.typing as npt

from data.checks import MAX_CLASSES
from data.table import Labels

LONGEST_LABEL = 40  # characters
Values = npt.NDArray[np.generic]  # of one column, numbers or words
MOSTLY = 0.9  # of the values; a few may be wrong, and are found later


def is_label(text: str) -> bool:
    """Tell whether a text is a whole number that can be a label, such as "5" or "5.0"."""
    try:
        number = float(text)
    except ValueError:
        return False
    return number.is_integer() and 0 <= number < MAX_CLASSES


def is_number(text: str) -> bool:
    """Tell whether a text is any number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def may_be_labels(values: Values) -> bool:
    """Tell whether a column could hold labels, a few wrong ones aside."""
    if values.dtype.kind == "U":
        texts = values.tolist()
        return bool(np.mean([is_label(text) or not is_number(text) for text in texts]) > MOSTLY)
    return bool(_whole(values).mean() > MOSTLY)


def commonest(values: Values) -> float:
    """Return the share of the most frequent value."""
    return float(np.unique(values, return_counts=True)[1].max() / len(values))


def words_among(values: Values) -> bool:
    """Tell whether labels are names of classes: all words, or digits and letters as in EMNIST.

    One word among numbers is not: it is a mistake in one of the lines.
    """
    if values.dtype.kind != "U":
        return False
    names, counts = np.unique(values, return_counts=True)
    texts = dict(zip(names.tolist(), counts.tolist(), strict=True))
    words = {text: count for text, count in texts.items() if not is_number(text)}
    return len(words) == len(texts) or all(
        len(text) == 1 and count > 1 for text, count in words.items()
    )


def labels_of(values: Values) -> Labels:
    """Return a column's labels, as whole numbers or words, of which none may be wrong."""
    if words_among(values):
        return values.astype(np.str_)
    return values.astype(np.float64).astype(np.int64)


def first_wrong(values: Values) -> int | None:
    """Return the first place of a value that is no label, None if all are labels."""
    if values.dtype.kind != "U":
        right = _whole(values)
    elif words_among(values):
        right = np.array([0 < len(text) <= LONGEST_LABEL for text in values.tolist()])
    else:
        right = np.array([is_label(text) for text in values.tolist()])
    return None if right.all() else int(right.argmin())


def _whole(values: Values) -> npt.NDArray[np.bool_]:
    """Tell which numbers can be labels."""
    numbers = values.astype(np.float64)
    allowed = (numbers >= 0) & (numbers < MAX_CLASSES) & (numbers == np.floor(numbers))
    return np.asarray(allowed, np.bool_)
