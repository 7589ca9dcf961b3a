"""Keep data sets ready to be mapped into memory: read once, then open in a millisecond.

    data/cache/<fingerprint>/train_images.npy ...   the contents, never changed once written
    data/cache/<key>.json                           the manifest: name, origin, checksums

The key says where a data set came from, the fingerprint what is in it; so two ways to the same
images share one folder. Files appear under their final name only when complete, so processes
may write at the same time, and a file that someone has mapped never changes under them.
Whatever is damaged, missing or older than its origin is simply made again.
"""

import hashlib
import io
import json
import os
import re
import secrets
import stat
import tempfile
import time
from pathlib import Path

import numpy as np

from data.checks import DataError, check_arrays
from data.dataset import Arrays, Dataset, fingerprint, in_stored_order

FOLDER = Path(__file__).parent / "cache"
VERSION = 1  # of the stored order and of the manifest; another number makes everything anew
STALE_SECONDS = 3600  # after this, a half-written file is one that a killed process left
_verified = set()  # files whose checksum this process has seen to be right


def roots():
    """Return the folders that may hold the cache, the preferred one first."""
    user = getattr(os, "getuid", lambda: 0)()
    spare = Path(tempfile.gettempdir()) / f"ann-lab-{user}"
    try:
        status = spare.lstat()  # in a shared folder, anyone could have made it
        mine = status.st_uid == user and stat.S_ISDIR(status.st_mode)
    except OSError:
        mine = True
    return [FOLDER, spare] if mine else [FOLDER]


def stamp(paths):
    """Return what tells that files have not changed: path, size in bytes, time of change."""
    stamps = []
    for path in paths:
        status = path.stat()
        stamps.append([str(path.resolve()), status.st_size, status.st_mtime_ns])
    return stamps


def lookup(key, stamps):
    """Return the data set kept under a key, or None if it is not there, outdated or damaged."""
    for root in roots():
        manifest = _read_manifest(root, key)
        if manifest and manifest["stamps"] == stamps:
            try:
                if _intact(root, manifest):
                    return _open(root, manifest)
            except (OSError, ValueError, KeyError, TypeError):
                continue  # damaged in a way that the checks did not foresee: make it again
    return None


def describe(key):
    """Return the manifest kept under a key, or None; looks at no other file."""
    return next(filter(None, (_read_manifest(root, key) for root in roots())), None)


def store(key, arrays, *, name, title, class_names, source, stamps):
    """Bring the training digits into their order, keep everything, and return the Dataset.

    Raises DataError if there is no folder to write to.
    """
    arrays = in_stored_order(arrays)
    manifest = {
        "version": VERSION,
        "name": name,
        "title": title,
        "class_names": list(class_names),
        "source": source,
        "fingerprint": fingerprint(arrays),
        "stamps": stamps,
    }
    complaints = []
    for root in roots():
        try:
            return _open(root, _write(root, key, manifest, arrays))
        except OSError as error:
            complaints.append(f"{root} ({error.strerror or error})")
    raise DataError(f"No folder to keep the data set in: {'; '.join(complaints)}.")


def _write(root, key, manifest, arrays):
    folder = root / manifest["fingerprint"]
    root.mkdir(mode=0o755 if root == FOLDER else 0o700, parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    _remove_leftovers(root, folder)
    files = {}
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
    manifest = manifest | {"files": files}
    _write_file(root / f"{key}.json", json.dumps(manifest, indent=1).encode())
    return manifest


def _write_file(path, content):
    """Write a file so that others see either the old one or all of the new one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _remove_leftovers(*folders):
    for folder in folders:
        for path in folder.glob("*.tmp"):
            try:
                if time.time() - path.stat().st_mtime > STALE_SECONDS:
                    path.unlink()
            except OSError:
                continue  # another process was faster


def _read_manifest(root, key):
    """Return a manifest whose shape is as `_write` left it, or None."""
    try:
        manifest = json.loads((root / f"{key}.json").read_bytes())
        right = (
            manifest["version"] == VERSION
            and re.fullmatch("[0-9a-f]{16}", manifest["fingerprint"])
            and {"name", "title", "class_names", "source", "stamps"} <= manifest.keys()
            and manifest["files"].keys() == set(Arrays._fields)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return manifest if right else None


def _intact(root, manifest):
    folder = root / manifest["fingerprint"]
    return all(_matches(folder / f"{part}.npy", file) for part, file in manifest["files"].items())


def _matches(path, expected):
    """Compare a file with its size always, with its checksum once a process and change."""
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


def _open(root, manifest):
    folder = root / manifest["fingerprint"]
    arrays = Arrays(*(_map(folder / f"{part}.npy") for part in Arrays._fields))
    check_arrays(folder, arrays)
    return Dataset(
        manifest["name"],
        manifest["title"],
        *arrays,
        class_names=tuple(manifest["class_names"]),
        fingerprint=manifest["fingerprint"],
        source=manifest["source"],
        folder=folder,
    )


def _map(path):
    # A plain array over the map: slices of np.memmap itself are slower to make.
    return np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
