"""How a state travels to a worker on the same machine: as a file that both sides open.

Sent through the pipe of a process pool, a state of 8 MB is copied many times and takes a tenth of a
second each way. Written to a file that stays in memory, it takes a few milliseconds, and the
server, which looks at the state only now and then, maps the file and copies nothing.
"""

import errno
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from copy import copy, deepcopy
from dataclasses import fields
from pathlib import Path
from typing import get_origin

import numpy as np

from ann.state import State

MEMORY = Path("/dev/shm")  # files here never touch a disk (Linux)
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # the disk, or a user's share of it
ROOM = 1 << 30  # bytes that must be free there
PREFIX = "ann-lab-states-"  # not that of `ann.running.find_data`, whose folder outlives its server
ARRAYS = tuple(f.name for f in fields(State) if np.ndarray in (f.type, get_origin(f.type)))


class StateFile:
    """A state whose arrays are in a file. The file is removed with the object that `claim`ed it."""

    def __init__(self, rest: State, path: str, shapes: dict[str, tuple[int, ...]]) -> None:
        self.rest, self.path, self.shapes = rest, path, shapes

    def open(self) -> State:
        """The state, with arrays of its own that may be written to."""
        return self._filled(np.fromfile(self.path, np.float32))

    def mapped(self) -> State:
        """The state, with arrays that are read from the file only when they are used."""
        return self._filled(np.asarray(np.memmap(self.path, np.float32, mode="r")))

    def _filled(self, numbers: np.ndarray) -> State:
        state, position = deepcopy(self.rest), 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            setattr(state, name, numbers[position : position + size].reshape(shape))
            position += size
        return state

    def relabeled(self, state: State) -> "StateFile":
        """The same arrays with everything else from `state`: to be sent while this one is kept."""
        return StateFile(_without_arrays(state), self.path, self.shapes)

    def claim(self) -> "StateFile":
        """Become the owner of the file, which is removed when this object goes."""
        weakref.finalize(self, remove, self.path)
        return self


def pack(state: State, folder: str | Path) -> StateFile:
    """Write the arrays of a state, all float32, to a new file in `folder`.

    `OSError` if that fails; nothing is left in the folder then.
    """
    arrays = {name: getattr(state, name) for name in ARRAYS}
    handle, path = tempfile.mkstemp(".state", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            for array in arrays.values():
                file.write(np.ascontiguousarray(array, np.float32).data)
    except OSError:
        remove(path)
        raise
    return StateFile(_without_arrays(state), path, {n: a.shape for n, a in arrays.items()})


def is_full(error: Exception) -> bool:
    """Whether a file was not written for lack of room, which may be there again later.

    >>> is_full(OSError(28, "No space left on device")), is_full(FileNotFoundError(2, "gone"))
    (True, False)
    """
    return isinstance(error, OSError) and error.errno in FULL


def make_folder() -> "tempfile.TemporaryDirectory[str]":
    """A folder for the state files of one pool, in memory if there is room.

    Folders that killed servers left behind are removed.
    """
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    parent = MEMORY if in_memory else Path(tempfile.gettempdir())
    for left in parent.glob(f"{PREFIX}*"):
        if not _alive(left.name.removeprefix(PREFIX).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    prefix = f"{PREFIX}{os.getpid()}-"
    return tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True)


def _without_arrays(state: State) -> State:
    rest, empty = copy(state), np.empty(0, np.float32)
    for name in ARRAYS:
        setattr(rest, name, empty)
    return rest


def remove(path: str | Path) -> None:
    """Remove a state file, if it is still there."""
    with suppress(OSError):  # gone with its folder, or, on Windows, still mapped
        Path(path).unlink()


def _alive(process: str) -> bool:
    """Whether a process of this machine has this number; True where that can't be known."""
    if not process.isdigit() or not Path("/proc/self").exists():
        return True
    return Path(f"/proc/{process}").exists()
