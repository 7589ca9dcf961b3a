"""The cache: data sets as files that are mapped into memory, read once and opened in milliseconds.

    data/cache/<fingerprint>/train_images.npy ...   the contents, never changed once written
    data/cache/<key>.json                           the manifest: name, source, checksums

The key stands for where a data set comes from, the fingerprint for what is in it, so the same
images from two sources share one folder. Files get their final name only when they are complete,
so several processes may write at the same time, and a file that is mapped never changes. Whatever
is damaged, missing or older than its source is made again.
"""

import hashlib
import io
import json
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

import numpy as np

from data.checks import DataError, check_arrays
from data.dataset import Arrays, Bytes, Dataset, Doubt, fingerprint, in_stored_order

FOLDER = Path(__file__).parent / "cache"
VERSION = 1  # of the stored order and of the manifest; another number makes everything again
STALE_SECONDS = 3600  # a half-written file older than this was left by a killed process
_verified: set[tuple[str, int, int, str]] = set()  # files whose checksum this process has verified

Stamp = list[str | int]  # of a file: path, size in bytes, time of its last change


class File(TypedDict):
    """A cached file, as the manifest describes it."""

    size: int  # bytes
    sha256: str


class Manifest(TypedDict):
    """The description of a cached data set, stored as JSON."""

    version: int
    name: str
    title: str
    class_names: list[str]
    notes: NotRequired[list[str]]
    doubts: NotRequired[list[tuple[str, Sequence[str]]]]
    source: str
    fingerprint: str
    stamps: list[Stamp]  # of the files it was read from
    files: dict[str, File]  # one for each field of Arrays


def roots() -> list[Path]:
    """Return the folders that may hold the cache, the preferred one first."""
    user = getattr(os, "getuid", lambda: 0)()
    spare = Path(tempfile.gettempdir()) / f"ann-lab-{user}"
    try:
        status = spare.lstat()  # anyone can create a folder in the shared one
        mine = status.st_uid == user and stat.S_ISDIR(status.st_mode)
    except OSError:
        mine = True
    return [FOLDER, spare] if mine else [FOLDER]


def stamp(paths: Iterable[Path]) -> list[Stamp]:
    """Return the stamps of files: if they are equal later, the files have not changed."""
    stamps: list[Stamp] = []
    for path in paths:
        status = path.stat()
        stamps.append([str(path.resolve()), status.st_size, status.st_mtime_ns])
    return stamps


def lookup(key: str, stamps: list[Stamp]) -> Dataset | None:
    """Return the data set stored under a key; None if it is missing, outdated or damaged."""
    for root in roots():
        manifest = _read_manifest(root, key)
        if manifest and manifest["stamps"] == stamps:
            try:
                if _intact(root, manifest):
                    return _open(root, manifest)
            except (OSError, ValueError, KeyError, TypeError):
                continue  # damaged in a way the checks do not foresee: make it again
    return None


def describe(key: str) -> Manifest | None:
    """Return the manifest stored under a key, or None; reads no other file."""
    return next(filter(None, (_read_manifest(root, key) for root in roots())), None)


def keys(beginning: str) -> list[str]:
    """The keys that begin like this, in order; reads no file."""
    found = {path.stem for root in roots() for path in root.glob(f"{beginning}*.json")}
    return sorted(found)


def manifests(key: str) -> list[Path]:
    """The manifests stored under a key, of which there may be one in each root."""
    return [path for root in roots() if (path := root / f"{key}.json").exists()]


def size(found: Manifest) -> int:
    """The bytes that a data set takes."""
    return sum(file["size"] for file in found["files"].values())


def delete(key: str) -> None:
    """Delete what is stored under a key, with the images, unless another set holds the same."""
    found = describe(key)
    for path in manifests(key):
        path.unlink(missing_ok=True)
    if found is None:
        return
    contents = found["fingerprint"]
    others = (describe(other) for other in keys(""))
    if not any(other and other["fingerprint"] == contents for other in others):
        for root in roots():
            shutil.rmtree(root / contents, ignore_errors=True)


def store(
    key: str,
    arrays: Arrays,
    *,
    name: str,
    title: str,
    class_names: Sequence[str],
    source: str,
    stamps: list[Stamp],
    notes: Sequence[str] = (),
    doubts: Sequence[Doubt] = (),
    ordered: bool = False,
) -> Dataset:
    """Put the training digits in their fixed order, store everything, and return the Dataset.

    With `ordered` they are in that order already. Raises DataError if no folder can be written to.
    """
    arrays = arrays if ordered else in_stored_order(arrays)
    manifest: Manifest = {
        "version": VERSION,
        "name": name,
        "title": title,
        "class_names": list(class_names),
        "notes": list(notes),
        "doubts": [(doubt.text, doubt.remedies) for doubt in doubts],
        "source": source,
        "fingerprint": fingerprint(arrays),
        "stamps": stamps,
        "files": {},
    }
    complaints = []
    for root in roots():
        try:
            return _open(root, _write(root, key, manifest, arrays))
        except OSError as error:
            complaints.append(f"{root} ({error.strerror or error})")
    raise DataError(f"No folder to store the data set in: {'; '.join(complaints)}.")


def _write(root: Path, key: str, manifest: Manifest, arrays: Arrays) -> Manifest:
    """Write the files, then the manifest with their checksums, and return it."""
    folder = root / manifest["fingerprint"]
    root.mkdir(mode=0o755 if root == FOLDER else 0o700, parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    _remove_leftovers(root, folder)
    files: dict[str, File] = {}
    for part, array in arrays._asdict().items():
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, array, allow_pickle=False)
        content = buffer.getbuffer()
        path = folder / f"{part}.npy"
        files[part] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        if not _matches(path, files[part]):
            _write_file(path, content)
            if not _matches(path, files[part]):
                raise OSError(f"{path} does not hold what was written to it")
    manifest = {**manifest, "files": files}
    _write_file(root / f"{key}.json", json.dumps(manifest, indent=1).encode())
    return manifest


def _write_file(path: Path, content: bytes | memoryview) -> None:
    """Write a file so that others see either the old one or all of the new one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _remove_leftovers(*folders: Path) -> None:
    for folder in folders:
        for path in folder.glob("*.tmp"):
            try:
                if time.time() - path.stat().st_mtime > STALE_SECONDS:
                    path.unlink()
            except OSError:
                continue  # another process was faster


def _read_manifest(root: Path, key: str) -> Manifest | None:
    """Return a manifest with all the entries that `_write` gave it, or None."""
    try:
        manifest: Manifest = json.loads((root / f"{key}.json").read_bytes())
        right = (
            manifest["version"] == VERSION
            and re.fullmatch("[0-9a-f]{16}", manifest["fingerprint"])
            and {"name", "title", "class_names", "source", "stamps"} <= manifest.keys()
            and manifest["files"].keys() == set(Arrays._fields)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return manifest if right else None


def _intact(root: Path, manifest: Manifest) -> bool:
    folder = root / manifest["fingerprint"]
    return all(_matches(folder / f"{part}.npy", file) for part, file in manifest["files"].items())


def _matches(path: Path, expected: File) -> bool:
    """Check a file's size each time, and its checksum once per process and change of the file."""
    try:
        status = path.stat()
        if status.st_size != expected["size"]:
            return False
        seen = (str(path), status.st_ino, status.st_mtime_ns, expected["sha256"])
        if seen not in _verified:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected["sha256"]:
                    return False
            _verified.add(seen)
    except OSError:
        return False
    return True


def _open(root: Path, manifest: Manifest) -> Dataset:
    folder = root / manifest["fingerprint"]
    arrays = Arrays(*(_map(folder / f"{part}.npy") for part in Arrays._fields))
    check_arrays(folder, arrays, len(manifest["class_names"]))
    return Dataset(
        manifest["name"],
        manifest["title"],
        *arrays,
        class_names=tuple(manifest["class_names"]),
        fingerprint=manifest["fingerprint"],
        source=manifest["source"],
        folder=folder,
        notes=tuple(manifest.get("notes", ())),
        doubts=tuple(Doubt(text, tuple(known)) for text, known in manifest.get("doubts", ())),
    )


def _map(path: Path) -> Bytes:
    # A plain array over the map, because slicing an np.memmap is slower.
    mapped: Bytes = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    return mapped
