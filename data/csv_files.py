"""Read mnist_train.csv and mnist_test.csv: one image per line, its label first.

Each line has 785 whole numbers: the label, 0 to 9, then 784 pixels, 0 to 255. A line of column
names at the top is skipped. The fast reader only notices that something is wrong; a second, slow
pass then finds the line.
"""

from pathlib import Path

import numpy as np

from data.checks import CLASSES, MAX_IMAGES, PIXELS, DataError, check_count, check_labels
from data.dataset import Arrays, Bytes

FILES = {"train": "mnist_train.csv", "test": "mnist_test.csv"}
COLUMNS = PIXELS + 1
LONGEST_ROW = 4 * COLUMNS  # characters: three digits and a comma per column
LONGEST_LINE = 64 * 1024  # characters; column names may be longer than numbers
LABEL_NAMES = ("label", "class", "target", "y")


def find(folder: Path) -> dict[str, Path]:
    """Return {part: path} of the two CSV files in a folder, {} if it has none.

    Raises DataError if only one of them is there.
    """
    found = {part: folder / name for part, name in FILES.items() if (folder / name).exists()}
    if len(found) == 1:
        (missing,) = set(FILES) - set(found)
        raise DataError(f"{folder}: {FILES[missing]} is missing; a set needs both CSV files.")
    return found


def read(files: dict[str, Path]) -> Arrays:
    """Return the Arrays in the two CSV files {part: path}. Raises DataError."""
    return Arrays(*_read_file(files["train"]), *_read_file(files["test"]))


def _read_file(path: Path) -> tuple[Bytes, Bytes]:
    """Return the images (N, 784) and labels (N,) of one file."""
    try:
        rows = _read_rows(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError:
        raise DataError(f"{path}: not a text file; expected numbers separated by commas.") from None
    labels = np.ascontiguousarray(rows[:, 0])
    check_count(path, len(rows))
    check_labels(path, labels)
    return np.ascontiguousarray(rows[:, 1:]), labels


def _read_rows(path: Path) -> Bytes:
    """Return the numbers of one file, (N, 785)."""
    size = path.stat().st_size
    if size > MAX_IMAGES * LONGEST_ROW:
        raise DataError(f"{path}: {size:,} bytes; at most {MAX_IMAGES:,} images are allowed.")
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline(LONGEST_LINE)
        if not first.strip():
            problem = "line 1 is blank" if first else "empty"
            raise DataError(f"{path}: {problem}; expected one image per line.")
        skip = int(_is_header(first))
        sample = file.readline(LONGEST_LINE) if skip else first
        if not sample.strip():
            raise DataError(f"{path}: column names, but no images below them.")
    complaint = _complaint(sample)
    if complaint:
        raise DataError(f"{path}: line {skip + 1}: {complaint}")
    try:
        return np.loadtxt(
            path,
            dtype=np.uint8,
            delimiter=",",
            comments=None,
            skiprows=skip,
            ndmin=2,
            encoding="utf-8-sig",
        )
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise DataError(f"{path}: {_find_bad_line(path, skip) or error}") from error


def _is_header(line: str) -> bool:
    """Tell column names from an image with a wrong value: no column name is a number.

    The exception is "label,0,1,2,...", which its first name gives away.
    """
    values = [value.strip().strip('"') for value in line.split(",")]
    return values[0].lower() in LABEL_NAMES or not any(map(_is_number, values))


def _find_bad_line(path: Path, skip: int) -> str | None:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if number > skip and line.strip() and (complaint := _complaint(line)):
                return f"line {number}: {complaint}"
    return None


def _complaint(line: str) -> str | None:
    """Say what is wrong with a line, or return None."""
    values = line.split(",")
    if len(values) != COLUMNS:
        return f"{len(values)} columns; expected {COLUMNS}: the label and {PIXELS} pixels."
    for column, text in enumerate(values, start=1):
        try:
            number = int(text)
        except ValueError:
            return f"column {column}: {text.strip()[:20]!r} is not a whole number."
        if column == 1 and not 0 <= number < CLASSES:
            return f"label {text.strip()[:20]}; labels must be 0 to {CLASSES - 1}."
        if not 0 <= number <= 255:
            return f"column {column}: pixel {text.strip()[:20]}; pixels must be 0 to 255."
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
