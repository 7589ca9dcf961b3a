"""What a training came to, as a few letters: whoever repeats it sees whether it came to the same.

The same data set, settings and version give the same weights bit for bit on the same kind of
machine. So a mark has four parts, and where two marks differ, their parts tell why.
"""

import hashlib
import platform
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np

LETTERS = (8, 6, 6, 12)  # of each part
FORM = re.compile("-".join(f"([0-9a-f]{{{n}}})" for n in LETTERS))


class Signature(NamedTuple):
    """The parts of a mark: each a hash, or the beginning of one."""

    data: str
    settings: str
    version: str
    weights: str

    def __str__(self) -> str:
        return "-".join(self)

    @classmethod
    def read(cls, text: str) -> "Signature":
        """What `str` wrote. `ValueError` for anything else.

        >>> Signature.read("rubbish")
        Traceback (most recent call last):
        ValueError: result: 'rubbish' is not the mark of a result
        """
        found = FORM.fullmatch(text)
        if not found:
            raise ValueError(f"result: {text[:50]!r} is not the mark of a result")
        return cls(*found.groups())

    def reasons(self, other: "Signature") -> list[str]:
        """Why the weights of two results may differ, in words; empty where nobody can tell."""
        why = {
            "data": "another data set",
            "settings": "other settings",
            "version": "another version of the lab or of NumPy, or another kind of machine",
        }
        return [text for name, text in why.items() if getattr(self, name) != getattr(other, name)]


def mark(
    fingerprint: str, settings: Iterable[Mapping[str, str]], weights: str, made: str = ""
) -> Signature:
    """The mark of a result: of trainings on a data set, each with settings as a link has them.

    `weights` is their `digest`; `made` is the `version` that they were made with, by default the
    present one.
    """
    parts = (
        _hash(fingerprint.encode()),
        _hash("\n".join(urlencode(sorted(each.items())) for each in settings).encode()),
        _hash((made or version()).encode()),
        weights,
    )
    return Signature(*(part[:n] for part, n in zip(parts, LETTERS, strict=True)))


def digest(thetas: Iterable[np.ndarray]) -> str:
    """A hash of final weights."""
    found = hashlib.sha256()
    for theta in thetas:
        found.update(np.ascontiguousarray(theta, np.float32))
    return found.hexdigest()


@lru_cache(maxsize=1)
def version() -> str:
    """What decides, beside data and settings, which bits come out: this code, NumPy, the system."""
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    system = f"{platform.system()} {platform.machine()}"
    return f"{code.hexdigest()[:16]}, NumPy {np.__version__}, {system}"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
