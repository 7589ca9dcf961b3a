"""Puts the runs of a class's members on its board, with no page open.

Only what the server itself has trained comes here, from the autosave: no uploaded file, no edited
copy, no opened link. The trials of a race, of a sweep and of repeats are not posted, either: a
board of a class shows what each learner chose to train, and a sweep would fill it with hundreds of
runs.
"""

import threading
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

import data
from ann.classroom.post import RunPost
from ann.keeping.classrooms import ClassArchive
from ann.run import Run

Labels = npt.NDArray[np.integer]
MOST = 32  # sets of labels in memory
_lock = threading.Lock()
_labels: dict[tuple[str, float], Labels] = {}  # of data set and validation fraction
_fingerprints: dict[str, str] = {}  # name of a data set -> its own, for those that have been opened


def post(classes: ClassArchive, visitor: str, number: int, run: Run) -> bool:
    """Post a run that has ended, if it is a member's; whether it is on a board now.

    A training that was stopped before its first epoch had ended is no result yet.
    """
    begun = run.reason or run.history.epochs_done >= 1
    if not begun or not classes.is_member(visitor):
        return False
    return classes.post(visitor, RunPost.of(run, number, validation_labels(run)))


def validation_labels(run: Run) -> Labels | None:
    """The labels (N,) of a run's validation digits; None if no shared data set is the run's."""
    fraction = run.recipe.validation_fraction
    key = run.fingerprint, fraction
    with _lock:
        if key not in _labels:
            for found in _with_fingerprint(run.fingerprint):
                _labels[key] = np.array(found.split(fraction).validation_labels)
                break
            else:
                return None
            while len(_labels) > MOST:
                del _labels[next(iter(_labels))]
        return _labels[key]


def _with_fingerprint(fingerprint: str) -> Iterator[data.Dataset]:
    """The shared data sets with this fingerprint. To know it, some have to be opened once."""
    for info in data.available():
        known = info.fingerprint or _fingerprints.get(info.name, fingerprint)
        if not info.here or known != fingerprint:
            continue
        try:
            found = data.load(info.name)
        except data.DataError:
            continue
        _fingerprints[info.name] = found.fingerprint
        if found.fingerprint == fingerprint:
            yield found
