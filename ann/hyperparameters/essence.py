"""The essence of source code: what can change a result, without what is written for people."""

from collections.abc import Iterator
from io import StringIO
from itertools import count
from tokenize import (
    COMMENT,
    DEDENT,
    INDENT,
    NEWLINE,
    NL,
    STRING,
    TokenInfo,
    generate_tokens,
)

Position = tuple[int, int]  # line, from 1, and column
LABELED = {"Activation", "Initializer", "Optimizer", "Schedule"}  # their first argument is a name


def essence(source: str) -> str:
    """Source code without what cannot change a result: comments, docstrings, facts for people.

    >>> essence('x: int = hyperparameter(3, "A label", "Help")  # why')
    'x: int = hyperparameter(3)'
    """
    lines = source.split("\n")
    for (first, start), (last, end) in sorted(_spans(source), reverse=True):
        lines[first - 1 : last] = [lines[first - 1][:start] + lines[last - 1][end:]]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _spans(source: str) -> Iterator[tuple[Position, Position]]:
    """Where the code holds something for people alone: from one line and column to another.

    It reads tokens, since `ast.parse` fails now and then where threads call it at the same time, as
    Streamlit does (seen with Python 3.11).
    """
    tokens = []
    for token in generate_tokens(StringIO(source).readline):
        if token.type == COMMENT:
            yield token.start, token.end
        elif token.type != NL:
            tokens.append(token)
    for before, token, after, k in zip([None, *tokens], tokens, tokens[1:], count(), strict=False):
        begins = before is None or before.type in (NEWLINE, INDENT, DEDENT)
        if token.type == STRING and begins and after.type == NEWLINE:
            yield token.start, token.end
        elif after.string == "(" and not (before and before.string in ("def", "class")):
            first, last = k + 2, _end(tokens, k + 2, ",)")
            if token.string == "hyperparameter":
                yield tokens[last - 1].end, tokens[_end(tokens, last, ")")].start
            elif token.string in LABELED:
                yield tokens[first].start, tokens[last - 1].end


def _end(tokens: list[TokenInfo], k: int, ends: str) -> int:
    """The first token from the k-th on, outside of further brackets, that is one of `ends`."""
    depth = 0
    while depth or tokens[k].string not in ends:
        depth += (tokens[k].string in "([{") - (tokens[k].string in ")]}")
        k += 1
    return k
