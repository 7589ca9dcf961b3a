"""A result's signature: a few letters that tell whether another run came to the same result.

The same data set, settings and version give the same weights, bit for bit, on the same kind of
machine. So a signature has four parts, and where two signatures differ, their parts tell why.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from ann.version import version

LETTERS = (8, 6, 6, 12)  # of each part
FORM = re.compile("-".join(f"([0-9a-f]{{{n}}})" for n in LETTERS))


class Signature(NamedTuple):
    """The parts of a signature: each is a hash, or the beginning of one."""

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
        ValueError: result: 'rubbish' is not the signature of a result
        """
        found = FORM.fullmatch(text)
        if not found:
            raise ValueError(f"result: {text[:50]!r} is not the signature of a result")
        return cls(*found.groups())

    def reasons(self, other: "Signature") -> list[str]:
        """Why the weights of two results may differ, in words; empty if none is known."""
        why = {
            "data": "another data set",
            "settings": "other settings",
            "version": "another version of the lab or of NumPy, or another kind of machine",
        }
        return [text for name, text in why.items() if getattr(self, name) != getattr(other, name)]


def sign(
    fingerprint: str, settings: Iterable[Mapping[str, str]], weights: str, made: str = ""
) -> Signature:
    """The signature of a result: of trainings on a data set, each with settings as in a link.

    `weights` is their `digest`; `made` is the `version` they were trained with, by default this
    one.
    """
    parts = (
        _hash(fingerprint.encode()),
        _hash("\n".join(urlencode(sorted(each.items())) for each in settings).encode()),
        _hash((made or version()).encode()),
        weights,
    )
    return Signature(*(part[:n] for part, n in zip(parts, LETTERS, strict=True)))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
