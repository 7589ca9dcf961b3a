"""Read Parquet as Hugging Face stores images: a column of pictures as files, a column of labels.

A table of plain numbers, one column for each pixel, is read too. The package pyarrow, which comes
with Streamlit, reads; without it a message says so.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data.checks import DataError, check_count
from data.formats import contents, pictures
from data.formats.npz import as_pixels
from data.table import Table

LABELS = ("label", "labels", "class", "target", "fine_label", "y", "digit", "character")
BATCH = 1_000  # rows at a time


def read(paths: Sequence[Path]) -> Table:
    """The table in one or more files, one after the other. Raises DataError."""
    pixels, labels = [], []
    names: tuple[str, ...] = ()
    count = sum(check(path) for path in paths)
    check_count(paths[0], count)
    notes: dict[str, None] = {}
    for path in paths:
        try:
            names = _class_names(path) or names
            for batch in _batches(path):
                column = _label_column(path, batch.column_names)
                labels.append(_labels(path, batch.column(column)))
                pixels.append(_pixels(path, batch, column, notes))
        except DataError:
            raise
        except Exception as error:  # pyarrow can raise many things for a damaged file
            raise DataError(f"{path}: damaged: {' '.join(str(error).split())[:150]}.") from error
    check_count(paths[0], sum(map(len, labels)))
    if len({array.shape[1] for array in pixels}) > 1:
        raise DataError(f"{paths[0]}: images of several sizes.")
    if len({array.dtype.kind for array in labels}) > 1:
        raise DataError(f"{paths[0]}: some labels are numbers and some are words.")
    return Table(np.concatenate(pixels), np.concatenate(labels), tuple(notes), names)


def check(path: Path) -> int:
    """Check a file's description alone, and return the number of its images."""
    contents.check_kind(path, "Parquet")
    try:
        with _open(path) as file:
            _label_column(path, file.schema_arrow.names)
            rows: int = file.metadata.num_rows
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"{path}: damaged: {' '.join(str(error).split())[:150]}.") from error
    return rows


def _open(path: Path) -> Any:
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise DataError(f"{path}: needs the package pyarrow; run `pip install pyarrow`.") from None
    return ParquetFile(path)


def _batches(path: Path) -> Iterator[Any]:
    with _open(path) as file:
        yield from file.iter_batches(batch_size=BATCH)


def _label_column(path: Path, columns: Sequence[str]) -> str:
    for column in columns:
        if column.lower() in LABELS:
            return column
    listed = ", ".join(str(column)[:20] for column in columns[:6])
    raise DataError(f"{path}: found the columns {listed}; expected image and label.")


def _class_names(path: Path) -> tuple[str, ...]:
    """The names of the classes, where Hugging Face's description of the file gives them."""
    with _open(path) as file:
        described = (file.schema_arrow.metadata or {}).get(b"huggingface", b"{}")
    try:
        features = json.loads(described)["info"]["features"]
        names = next(features[name]["names"] for name in LABELS if name in features)
        return tuple(str(name)[:40] for name in names)
    except (ValueError, KeyError, TypeError, StopIteration, RecursionError):
        return ()


def _labels(path: Path, column: Any) -> Any:
    values = column.to_pylist()
    if all(isinstance(value, str) for value in values):
        return np.array(values, np.str_)
    if all(isinstance(value, int) for value in values):
        return np.array(values, np.int64)
    raise DataError(f"{path}: a label is neither a whole number nor a word.")


def _pixels(path: Path, batch: Any, label: str, notes: dict[str, None]) -> Any:
    """The images of a batch, (N, D)."""
    columns = [name for name in batch.column_names if name != label]
    if len(columns) > 60:  # one for each pixel
        return as_pixels(np.column_stack([batch.column(name).to_numpy() for name in columns]))
    for name in columns:
        values = batch.column(name).to_pylist()
        files = [value.get("bytes") if isinstance(value, dict) else value for value in values]
        whole = [file for file in files if isinstance(file, bytes)]
        if len(whole) == len(files):
            return np.stack([pictures.decode(path, file, notes) for file in whole])
        if all(isinstance(value, list) for value in values):
            return as_pixels(np.array(values).reshape(len(values), -1))
    raise DataError(f"{path}: no column holds images.")
