"""Runs and states as the bytes that an archive holds: small enough to keep, read with distrust.

A state is kept without its curves: those stand in the run beside it.
"""

import io
import zipfile

from ann.keeping.database import ArchiveError
from ann.run import Run
from ann.saving.checkpoint import Progress, load_run, load_state, save_run, save_state
from ann.saving.npz import DAMAGE, CheckpointError
from ann.state import State

MOST_PARTS = 100  # of a file; half a million take the server half a minute to list
SAME = ("recipe", "n_features", "n_classes", "scaling", "step", "epoch", "images_seen")


def pack_run(run: Run, most: int) -> bytes:
    """A run's `.npz`. `ArchiveError` beyond `most` bytes."""
    file = io.BytesIO()
    save_run(run, file)
    if file.tell() > most:
        raise ArchiveError(
            f"run: {file.tell() / 1e6:,.0f} MB are too many to keep; at most {most / 1e6:,.0f} MB"
        )
    return file.getvalue()


def pack_state(state: State | None, most: int) -> bytes:
    """A state's `.npz`; nothing where there is none, or beyond `most` bytes."""
    if state is None:
        return b""
    file = io.BytesIO()
    save_state(state, file)
    return file.getvalue() if file.tell() <= most else b""


def unpack_run(content: bytes, most: int) -> Run:
    """The run in a file that somebody brings. `ArchiveError` if it is anything else.

    Nothing larger than `most` bytes is ever unpacked.
    """
    return _unpack(load_run, content, most, "run")


def unpack_state(content: bytes, run: Run, most: int) -> Progress:
    """The state in a file, with the curves of the `run` that it belongs to, to go on from there.

    `ArchiveError` if it is anything else, or belongs to another run.
    """
    state = _unpack(load_state, content, most, "state")
    strange = [name for name in SAME if getattr(state, name) != getattr(run, name)]
    if strange or state.reason:
        raise ArchiveError(f"file: {(strange or ['reason'])[0]}: the state of another run")
    return Progress(state, run.history, run.fingerprint)


def _unpack(load, content: bytes, most: int, what: str):
    try:
        if content.count(b"PK\1\2") > MOST_PARTS:  # what an entry of the list begins with
            raise ArchiveError(f"file: holds more than {MOST_PARTS} parts; a {what} has a few")
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = max(len(content), sum(part.file_size for part in parts.infolist()))
        if size > most:
            raise ArchiveError(f"file: holds {size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB")
        return load(io.BytesIO(content))
    except CheckpointError as error:
        raise ArchiveError(f"file: {error}") from error
    except DAMAGE as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(f"file: not a {what} of ANN Lab ({error})") from error
