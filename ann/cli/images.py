"""Images to classify, out of the files and folders that a user names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ann.cli.inputs import Mistake, Source, blaming
from ann.cli.messages import tell
from ann.hyperparameters.field import clipped, reason
from ann.run import Run

NUMPY = b"\x93NUMPY"  # how a .npy file begins


@dataclass(frozen=True, eq=False)
class Batch:
    """The images (N, D) of one file or folder, with a name and perhaps a label for each."""

    file: str
    pixels: np.ndarray
    names: Sequence[str]
    labels: np.ndarray | None = None


def batches(files: Sequence[str], run: Run, source: Source) -> list[Batch]:
    """The images in these files and folders; notes on how they were prepared go to stderr."""
    found = []
    told: set[str] = set()
    for name in files:
        if _starts_like_numpy(name):
            pixels = read_array(name, run.n_features)
            found.append(Batch(name, pixels, _numbered(name, len(pixels))))
            continue
        with blaming():
            images = source.read_images(name)
        if images.pixels.shape[1] != run.n_features:
            raise Mistake(
                f"{clipped(name)}: images of {images.pixels.shape[1]:,} pixels; this network "
                f"takes {run.n_features:,}"
            )
        for note in images.notes:
            if note not in told:
                tell("note", note)
                told.add(note)
        found.append(Batch(name, images.pixels, images.names, images.labels))
    return found


def classes_of(batch: Batch, n_classes: int) -> np.ndarray:
    """The labels of a batch as numbers of classes (N,), from 0 to C - 1.

    As many different labels as classes stand for them in their order: 1 to 26 for 26 letters, words
    in alphabetical order. Otherwise labels must be the numbers of classes.
    """
    labels = batch.labels
    if labels is None:
        raise Mistake(f"{clipped(batch.file)}: holds no labels; `predict` classifies its images")
    names, places = np.unique(labels, return_inverse=True)
    if len(names) == n_classes:
        return np.asarray(places)
    if names.dtype.kind not in "iu" or not 0 <= names[0] <= names[-1] < n_classes:
        raise Mistake(
            f"{clipped(batch.file)}: labels {clipped(str(names[0]))} to "
            f"{clipped(str(names[-1]))}, of {len(names):,} kinds; this network knows the classes "
            f"0 to {n_classes - 1}"
        )
    return labels


def read_array(name: str, n_features: int) -> np.ndarray:
    """The images (N, D) in a `.npy` file."""
    with blaming(name):
        try:
            # mapped, so that no memory is allocated for what the file only claims to hold
            with np.errstate(over="ignore"):  # a claim may be beyond all numbers
                images = np.load(name, mmap_mode="r", allow_pickle=False)
        except OSError:
            raise
        except Exception as error:  # NumPy can raise nearly anything for a damaged file
            raise ValueError(f"not an array that NumPy can read ({reason(error)})") from error
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
            kind = getattr(images, "dtype", "an archive")
            raise ValueError(f"holds {kind}; needs an array of uint8, 0 to 255")
        rows = [n for n in range(images.ndim + 1) if np.prod(images.shape[n:]) == n_features]
        if images.size == 0 or not rows:
            raise ValueError(f"shape {images.shape}; needs images of {n_features} pixels")
        return images.reshape(-1, n_features)


def _starts_like_numpy(name: str) -> bool:
    """Whether a file is `.npy`, which any network's images may come in, of any size."""
    with blaming(name):
        path = Path(name)
        if path.is_dir():
            return False
        with path.open("rb") as file:
            return file.read(len(NUMPY)) == NUMPY


def _numbered(name: str, count: int) -> list[str]:
    return [f"{name} [{number}]" for number in range(count)]
