"""Where a process finds the digits of a training: by their folder, or by their fingerprint.

A worker on the server's machine opens the server's own files. A worker elsewhere looks for a folder
of the same fingerprint in its own copy of the lab, then among those that it was sent before. Where
there is none it raises `DataMissingError`, and is sent the two files: once a machine, never with a
chunk.
"""

import os
import re
import stat
import tempfile
from pathlib import Path

PARTS = ("train_images.npy", "train_labels.npy")
CACHE = Path(__file__).parents[2] / "data" / "cache"


class DataMissingError(FileNotFoundError):
    """This machine has no digits of that folder and fingerprint."""

    def __init__(self, folder: str, fingerprint: str):
        super().__init__(folder, fingerprint)
        self.folder, self.fingerprint = folder, fingerprint

    def __str__(self) -> str:
        return f"the digits {self.fingerprint} are not on this machine, nor is {self.folder}"


def find(folder: str, fingerprint: str) -> Path:
    """The folder to open; `DataMissingError` if there is none."""
    candidates = [Path(folder)]
    if re.fullmatch("[0-9a-f]{16}", fingerprint):
        candidates += [CACHE / fingerprint, *(root / fingerprint for root in _received())]
    for candidate in candidates:
        if all((candidate / part).is_file() for part in PARTS):
            return candidate
    raise DataMissingError(folder, fingerprint)


def is_here(folder: str, fingerprint: str) -> bool:
    """Whether `find` would find it: for a server that asks its workers."""
    try:
        return bool(find(folder, fingerprint))
    except DataMissingError:
        return False


def read(folder: str) -> list[bytes]:
    """The files of PARTS as they are, to be sent."""
    return [(Path(folder) / part).read_bytes() for part in PARTS]


def receive(fingerprint: str, contents: list[bytes]) -> None:
    """Keep files that were sent, where `find` will look; others never see half of one.

    `ValueError` if the fingerprint could not be a folder's name, `OSError` without a safe folder.
    """
    if not re.fullmatch("[0-9a-f]{16}", fingerprint):
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
            Path(draft).unlink(missing_ok=True)  # half of one would keep a full disk full


def _spare() -> Path:
    user = getattr(os, "getuid", lambda: 0)()
    return Path(tempfile.gettempdir()) / f"ann-lab-{user}"


def _received() -> list[Path]:
    """The folder of what was sent, if it is this user's: in a shared one, anyone could make it."""
    try:
        status = _spare().lstat()
    except OSError:
        return []
    mine = status.st_uid == getattr(os, "getuid", lambda: 0)() and stat.S_ISDIR(status.st_mode)
    return [_spare()] if mine else []
