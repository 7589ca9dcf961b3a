"""Fuzzers of zip archives that a visitor brings: nothing is written outside, nor too much."""

import io
import shutil
import stat
import zipfile
from random import Random

import data
from data.finding.unpack import Room, lay_out
from tests.fuzz import mutate
from tests.fuzz.files import folder
from tests.fuzz.fuzzer import Fuzzer

Given = list[tuple[str, bytes]]  # files as a browser sends them
STEPS = (
    "a",
    "train",
    "..",
    ".",
    "",
    "C:",
    "/",
    "\\",
    "a\\..\\..",
    "~",
    "__MACOSX",
    ".x",
    "x" * 300,
)
ENDINGS = (".csv", ".png", ".zip", "", ".npz", "\0.csv", ".CSV")
MOST = 300_000  # bytes that may be unpacked
ROOM = Room(1_000_000, MOST, 1_000, 10, 5, 10_000_000, 30)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
SIZES = (0, 10, 1_000, 100_000, 400_000)


def forged_archives(rng: Random) -> Given:
    """Archives with names that lead elsewhere, links, huge or damaged contents, in any number."""
    return [(_name(rng), _archive(rng)) for _ in range(rng.choice((1, 1, 1, 2, 3)))]


def _archive(rng: Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for _ in range(rng.randrange(1, 4)):
            info = zipfile.ZipInfo(_path(rng))
            if info.filename in archive.namelist():
                continue
            info.compress_type = rng.choice(METHODS[:2] if rng.random() < 0.95 else METHODS)
            if rng.random() < 0.05:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            size = rng.choice(SIZES)
            content = rng.randbytes(size) if rng.random() < 0.5 else b"0" * size
            archive.writestr(info, content)
    whole = out.getvalue()
    if rng.random() < 0.2:
        return mutate.zip_damaged(rng, whole)
    return mutate.damaged(rng, whole) if rng.random() < 0.2 else whole


def _path(rng: Random) -> str:
    steps = [rng.choice(STEPS) for _ in range(rng.randrange(4))]
    if rng.random() < 0.8:  # mostly harmless, so that some are unpacked
        steps = [step for step in steps if step.isalpha() and len(step) < 100]
    last = rng.choice(("digits", "0", mutate.text(rng)[:40])) + rng.choice(ENDINGS)
    return "/".join([*steps, last]).encode(errors="replace").decode()


def _name(rng: Random) -> str:
    return rng.choice(("a", "../a", "C:\\a", ".a", mutate.text(rng)[:300])) + ".zip"


def unpack(given: Given) -> None:
    """What is unpacked lies within the folder, is a plain file, and is no more than allowed."""
    root = folder() / "brought"
    shutil.rmtree(root, ignore_errors=True)
    home = root / "made" / "digits"
    home.mkdir(parents=True)
    try:
        lay_out(given, home, ROOM)
    except data.DataError as error:
        assert str(folder()) not in str(error)
        raise
    finally:
        for path in root.rglob("*"):
            assert not path.is_symlink() and path.resolve().is_relative_to(root)
            assert path in (home.parent, home) or path.is_relative_to(home), path
        written = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
        assert written <= MOST


FUZZERS = (Fuzzer("brought-archives", forged_archives, unpack, (data.DataError,), inputs=120),)
