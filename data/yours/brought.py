"""The data sets that visitors bring in the browser, each for its owner alone.

Only what was read from the files is stored, in the cache, under a key that begins with a digest of
the owner; the files are not kept. An owner is any text that only she knows, such as an id. A set,
called `my:NAME`, cannot be listed, opened or found without it.
"""

import hashlib
import os
import re
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from data import cache
from data.checks import DataError
from data.dataset import Dataset, Info, fingerprint, in_stored_order
from data.finding.unpack import Room, lay_out, short
from data.preparing.remedies import join_name, split_name
from data.yours import apart, changed, own_files

MARK = "my:"  # begins the names of these sets, and of no others
PREFIX = "brought-"  # begins their keys in the cache
LONGEST = 40  # characters of a name
ENTRY_BYTES = (
    500_000  # that a set counts besides its images: there cannot be millions of small ones
)
DAY = 86_400  # seconds
PATIENCE = 60  # seconds to wait while others' files are read
_one_at_a_time = threading.Lock()  # for the memory that reading takes


def bring(
    owner: str, name: str, files: Sequence[tuple[str, bytes]], room: Room, today: str
) -> Dataset:
    """Read files, given as (name, content), and store what they hold for their owner.

    `today` is the date for the note on the source. Raises DataError, naming the file, if they
    hold no data set, or if there is no room.
    """
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise DataError("Others' files are being read; try again in a minute.")
    try:
        _forget_unused(room.days)
        _check_room(owner, room)
        with tempfile.TemporaryDirectory(prefix="ann-brought-") as made:
            folder, out = Path(made) / _folder_name(name), Path(made) / ".read"
            folder.mkdir()
            out.mkdir()
            lay_out(files, folder, room)
            prepared, form = apart.read(folder, out, room)
        size = sum(array.nbytes for array in prepared.arrays)
        _check_room(owner, room, size, fingerprint(in_stored_order(prepared.arrays)))
        own = _free_name(owner, clean_name(name))
        what = short(files[0][0]) if len(files) == 1 else f"{len(files)} files"
        kind = "Pictures" if form == "pictures" else f"{form} data"
        source = f"{kind} from {what}, which you brought on {today}. Only you can see them."
        return own_files.store(own, _key(owner, own), own[len(MARK) :], prepared, source, [])
    except OSError as error:
        raise DataError(f"The files cannot be stored: {error.strerror}.") from error
    finally:
        _one_at_a_time.release()


def load(owner: str, name: str, room: Room) -> Dataset:
    """The owner's data set of this name; one with remedies, `my:NAME~inverted`, is made if need be.

    Raises DataError if she has none.
    """
    base, remedies = split_name(name)
    name = join_name(base, remedies)
    stored = cache.lookup(_key(owner, name), [])
    if stored:
        has(owner, name)
        return stored
    if not remedies:
        raise DataError(f"{short(name)}: you have no data set of this name in this browser.")
    original = load(owner, base, room)
    size = sum(part.nbytes for part in (original.images, original.test_images))
    _check_room(owner, room, size)
    return changed.make(original, name, remedies, _key(owner, name))


def has(owner: str, name: str) -> bool:
    """Whether the owner still has this data set, which counts as used by asking."""
    for path in cache.manifests(_key(owner, name)):
        try:
            if time.time() - path.stat().st_mtime > DAY:
                os.utime(path)
        except OSError:
            continue
        return True
    return False


def listed(owner: str) -> list[Info]:
    """The data sets of this owner, by name."""
    infos = []
    for key in cache.keys(_beginning(owner)):
        found = cache.describe(key)
        if found:
            size = f"yours, {cache.size(found) / 1e6:.1f} MB"
            infos.append(
                Info(
                    found["name"],
                    found["title"],
                    True,
                    "You brought it; only you can see it.",
                    size,
                    notes=tuple(found.get("notes", ())),
                    fingerprint=found["fingerprint"],
                )
            )
    return sorted(infos, key=lambda info: info.name)


def delete(owner: str, name: str) -> None:
    """Delete a data set of this owner, with the images, unless another set holds the same ones."""
    cache.delete(_key(owner, name))


def forget(digest: str) -> None:
    """Delete all data sets of the owner whose SHA-256, as 64 hexadecimal digits, this is."""
    for key in cache.keys(_of_digest(digest)):
        cache.delete(key)


def clean_name(text: str) -> str:
    """A text as the name of a set: letters, digits and dashes.

    >>> clean_name("My digits (1).csv"), clean_name("~/../"), clean_name("a" * 99) == "a" * 40
    ('My-digits-1-.csv', 'digits', True)
    """
    return re.sub(r"[^\w.]+", "-", text)[:LONGEST].strip("-._") or "digits"


def name_of_file(file: str) -> str:
    """The name of a set that is brought in a file.

    >>> name_of_file("my digits.csv.gz"), name_of_file("train-images-idx3-ubyte.gz")
    ('my-digits', 'train-images-idx3-ubyte')
    """
    last = file.replace("\\", "/").rpartition("/")[2]
    return clean_name(last.partition(".")[0])


def _folder_name(name: str) -> str:
    """A name for the folder, which tells well-known sets, and is none that is passed over."""
    return re.sub("[^a-zA-Z0-9-]", "", clean_name(name)) or "digits"


def _free_name(owner: str, name: str) -> str:
    taken, number, free = {info.name for info in listed(owner)}, 2, f"{MARK}{name}"
    while free in taken:
        number, free = number + 1, f"{MARK}{name}-{number}"
    return free


def _beginning(owner: str) -> str:
    return _of_digest(hashlib.sha256(owner.encode()).hexdigest())


def _of_digest(digest: str) -> str:
    return f"{PREFIX}{digest[:32]}-"


def _key(owner: str, name: str) -> str:
    digest = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:16]
    return f"{_beginning(owner)}{digest}"


def _check_room(owner: str, room: Room, size: int = 0, contents: str = "") -> None:
    """Raise DataError unless there is room for one more set of this size.

    The same images, as when a class brings the same files, are stored and counted once.
    """
    own = len(cache.keys(_beginning(owner)))
    if own >= room.sets:
        raise DataError(
            f"You have {own:,} data sets here, changed copies counted; allowed are {room.sets:,}. "
            "Delete one first."
        )
    stored = [found for key in cache.keys(PREFIX) if (found := cache.describe(key))]
    sizes = {contents: size, **{found["fingerprint"]: cache.size(found) for found in stored}}
    taken = sum(sizes.values()) + ENTRY_BYTES * (len(stored) + 1)
    if taken > room.all_bytes:
        raise DataError(
            f"With this one, the data sets of all visitors would take {taken / 1e6:,.0f} MB; the "
            f"limit is {room.all_bytes / 1e6:,.0f} MB. Try again later."
        )


def _forget_unused(days: float) -> None:
    """Delete the sets that nobody has used for so many days."""
    for key in cache.keys(PREFIX):
        try:
            used = max(path.stat().st_mtime for path in cache.manifests(key))
        except (OSError, ValueError):  # another process was faster
            continue
        if time.time() - used > days * DAY:
            cache.delete(key)
