"""Read files that anyone may have made, in a process of its own: nothing else waits or suffers.

A file can be made so that reading it takes all of the memory, or hours. The process may take only
so much of both, and then ends with a message.
"""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np

from data.checks import DataError
from data.dataset import Arrays
from data.finding import places
from data.finding.unpack import Room, check_packed
from data.preparing import reading
from data.preparing.prepare import Prepared, prepare

LAB = Path(__file__).parents[2]
MOST_MEMORY = 4_000_000_000  # bytes that the process may ask for
SAID = "said.json"  # what it has to say, in its output folder


def read(folder: Path, out: Path, room: Room) -> tuple[Prepared, str]:
    """The data set in a folder, read by way of the empty folder `out`, and its format.

    Raises DataError, in which files are named as in the folder.
    """
    command = [sys.executable, "-m", "data.yours.apart", str(folder), str(out)]
    command += [str(room.unpacked_bytes), str(room.images), str(room.seconds)]
    settings = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        ended = subprocess.run(
            command, cwd=LAB, env=settings, capture_output=True, timeout=room.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise DataError(
            f"Reading the files takes more than {room.seconds:,} s; bring fewer or smaller images."
        ) from None
    try:
        said = json.loads((out / SAID).read_bytes())
    except (OSError, ValueError) as error:
        last = ended.stderr.decode(errors="replace").strip()[-2_000:]
        raise DataError("The files cannot be read; they may be damaged.") from ValueError(
            f"{error}; the process ended with {ended.returncode}: {last}"
        )
    if "problem" in said:
        raise DataError(said["problem"])
    parts = [np.load(out / f"{part}.npy", allow_pickle=False) for part in Arrays._fields]
    prepared = Prepared(Arrays(*parts), tuple(said["class_names"]), tuple(said["notes"]))
    return prepared, str(said["format"])


def main(folder: str, out: str, unpacked_bytes: str, images: str, seconds: str) -> None:
    """What the process does."""
    _limit(int(seconds))
    try:
        said = _read(Path(folder), Path(out), int(unpacked_bytes), int(images))
    except DataError as error:
        said = {"problem": _without(str(error), Path(folder))}
    except MemoryError:
        said = {"problem": "Reading the files takes too much memory; bring fewer images."}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        print(repr(error), file=sys.stderr)
        said = {"problem": "The files cannot be read; they may be damaged."}
    (Path(out) / SAID).write_text(json.dumps(said), encoding="utf-8")


def _read(folder: Path, out: Path, unpacked_bytes: int, images: int) -> dict[str, object]:
    check_packed(folder, unpacked_bytes)
    found = places.at(folder).found
    if found is None:
        raise DataError("The files hold no data set.")
    reading.check(found)
    prepared = prepare(found, *reading.read(found))
    arrays = prepared.arrays
    count = len(arrays.train_labels) + len(arrays.test_labels)
    if count > images:
        raise DataError(f"The files hold {count:,} images; allowed are at most {images:,}.")
    for part, array in arrays._asdict().items():
        np.save(out / f"{part}.npy", array, allow_pickle=False)
    return {
        "class_names": prepared.class_names,
        "notes": [_without(note, folder) for note in prepared.notes],
        "format": found.format,
    }


def _without(text: str, folder: Path) -> str:
    """A message in which files are named as their owner knows them."""
    for path in (str(folder.resolve()), str(folder)):
        text = text.replace(f"{path}{os.sep}", "").replace(path, "your files")
    return text


def _limit(seconds: int) -> None:
    """Limit the memory and, in case the server ends before this process, the processor time."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, 2 * seconds + 10))
    for what, number in wanted:
        _, most = resource.getrlimit(what)
        least = number if most == resource.RLIM_INFINITY else min(most, number)
        resource.setrlimit(what, (least, most))


if __name__ == "__main__":
    main(*sys.argv[1:])
