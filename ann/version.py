"""What determines the bits of a result besides data and settings: the code, NumPy, the machine."""

import ast
import hashlib
import io
import platform
import tokenize
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

LABELED = {"Activation", "Initializer", "Optimizer", "Schedule"}  # their first argument is a name


def digest(thetas: Iterable[np.ndarray]) -> str:
    """A hash of final weights."""
    found = hashlib.sha256()
    for theta in thetas:
        found.update(np.ascontiguousarray(theta, np.float32).data)
    return found.hexdigest()


@lru_cache(maxsize=1)
def version() -> str:
    """The version as text: a hash of the code, NumPy's version, the kind of machine."""
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
