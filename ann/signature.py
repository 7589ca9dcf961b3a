"""A result's signature: a few letters that tell whether another run came to the same result.

The same data set, settings and version give the same weights, bit for bit, on the same kind of
machine. So a signature has four parts, and where two signatures differ, their parts tell why.
"""

import ast
import hashlib
import io
import platform
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np

LETTERS = (8, 6, 6, 12)  # of each part
LABELED = {"Activation", "Initializer", "Optimizer", "Schedule"}  # their first argument is a name
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


def digest(thetas: Iterable[np.ndarray]) -> str:
    """A hash of final weights."""
    found = hashlib.sha256()
    for theta in thetas:
        found.update(np.ascontiguousarray(theta, np.float32).data)
    return found.hexdigest()


@lru_cache(maxsize=1)
def version() -> str:
    """What determines the bits of a result besides data and settings: code, NumPy, system."""
    code = hashlib.sha256()
    here = Path(__file__).parent
    for path in [*sorted(here.glob("*.py")), *sorted(here.glob("hyperparameters/*.py"))]:
        code.update(essence(path.read_text(encoding="utf-8")).encode())
    system = f"{platform.system()} {platform.machine()}"
    return f"{code.hexdigest()[:16]}, NumPy {np.__version__}, {system}"


def essence(source: str) -> str:
    """Source code without what cannot change a result: comments, docstrings, facts for people.

    >>> essence('x: int = hyperparameter(3, "A label", "Help")  # why')
    'x: int = hyperparameter(3)'
    """
    lines = [line.encode() for line in source.splitlines()]  # `ast` counts bytes
    for first, start, last, end in sorted(_spans(source), reverse=True):
        lines[first - 1 : last] = [lines[first - 1][:start] + lines[last - 1][end:]]
    return "\n".join(line.decode().rstrip() for line in lines if line.strip())


def _spans(source: str) -> Iterator[tuple[int, int, int, int]]:
    """Where the code holds something for people alone: first line and byte, last line and byte."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str()) as text):
                yield _span(text)
            case ast.Call(func=ast.Name(id="hyperparameter"), args=[default, *_]):
                _, _, line, byte = _span(default)
                yield line, byte, node.end_lineno or 0, (node.end_col_offset or 0) - 1
            case ast.Call(func=ast.Name(id=name), args=[label, *_]) if name in LABELED:
                yield _span(label)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            start, end = (len(token.line[:k].encode()) for k in (token.start[1], token.end[1]))
            yield token.start[0], start, token.end[0], end


def _span(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
