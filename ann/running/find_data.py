"""Where a process finds the digits of a training: by their folder, or by their fingerprint.

A worker on the server's machine opens the server's own files. A worker elsewhere looks for a folder
named after the fingerprint: first in its own copy of the lab, then among the data sets that were
sent to it before. If there is none it raises `DataMissingError`, and the server sends it the two
files: once per machine, never with a chunk.
"""

import os
import re
import stat
import tempfile
from pathlib import Path
from typing import NamedTuple

PARTS = ("train_images.npy", "train_labels.npy")
LAB = Path(__file__).parents[2]  # this process's own copy of the lab
FINGERPRINT = re.compile("[0-9a-f]{16}")


class Source(NamedTuple):
    """The digits of a training. `folder` holds train_images.npy (N, D) and train_labels.npy (N,).

    The first `n_train` digits are for training, the rest are the validation set. `fingerprint`
    identifies the contents. `cache` is a path relative to the lab's own folder: there a worker on
    another machine looks for a folder named after the fingerprint.
    """

    folder: str
    fingerprint: str
    n_train: int
    cache: str = ""


class DataMissingError(FileNotFoundError):
    """This machine does not have the digits of a source."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        folder, fingerprint = self.source.folder, self.source.fingerprint
        return f"the digits {fingerprint} are not on this machine, and neither is {folder}"


def find(source: Source) -> Path:
    """The folder to open; `DataMissingError` if there is none."""
    candidates = [Path(source.folder)]
    if FINGERPRINT.fullmatch(source.fingerprint):
        roots = [LAB / source.cache] * bool(source.cache) + _received()
        candidates += [root / source.fingerprint for root in roots]
    for candidate in candidates:
        if all((candidate / part).is_file() for part in PARTS):
            return candidate
    raise DataMissingError(source)


def is_here(source: Source) -> bool:
    """Whether `find` would find it. A server asks its workers this."""
    try:
        return bool(find(source))
    except DataMissingError:
        return False


def read(folder: str) -> list[bytes]:
    """The contents of the files PARTS, ready to be sent."""
    return [(Path(folder) / part).read_bytes() for part in PARTS]


def receive(fingerprint: str, contents: list[bytes]) -> None:
    """Store files that were sent where `find` will look; nobody ever sees half a file.

    `ValueError` if the fingerprint could not be a folder's name, `OSError` without a safe folder.
    """
    if not FINGERPRINT.fullmatch(fingerprint):
        raise ValueError(f"fingerprint: {fingerprint!r} is not 16 hexadecimal digits")
    _spare().mkdir(mode=0o700, exist_ok=True)
    if not _received():
        raise PermissionError(f"{_spare()} belongs to somebody else")
    folder = _spare() / fingerprint
    folder.mkdir(exist_ok=True)
    for part, content in zip(PARTS, contents, strict=True):
        handle, draft = tempfile.mkstemp(".tmp", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(draft).replace(folder / part)
        finally:
            Path(draft).unlink(missing_ok=True)  # half a file would keep a full disk full


def _spare() -> Path:
    return Path(tempfile.gettempdir()) / f"ann-lab-{_user()}"


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0  # Windows has no such numbers


def _received() -> list[Path]:
    """The folder of the data sets that were sent, if this user owns it: anyone could have made it.

    A temporary folder is shared by all users of a machine.
    """
    try:
        status = _spare().lstat()
    except OSError:
        return []
    mine = status.st_uid == _user() and stat.S_ISDIR(status.st_mode)
    return [_spare()] if mine else []
