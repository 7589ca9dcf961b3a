"""The formulas of the core's functions, out of their docstrings, as LaTeX.

A docstring has its formulas at the start of its first line, up to a colon, or on indented lines;
several are divided by semicolons. They are written as plain text, as in "m̂ = m / (1 - beta_1^t)".
"""

import re
from functools import lru_cache

CITATION = re.compile(r" \([A-Z][^()]*\d{4}[^()]*\)$")
BEGINS = re.compile(r"[A-Za-z]\w*\u0302? [-+*]?= ")
TOKEN = re.compile(
    r"(?P<name>[A-Za-zΦ][A-Za-z0-9_]*\u0302?)|(?P<number>\d+(?:\.\d+)?)|(?P<equals>[-+*]?=)"
    r"|(?P<symbol>[-+·/()√Σ‖|>,'])|(?P<power>\^)|(?P<high>[²ᵀ])|(?P<space>\s+)"
)
GREEK = ("theta", "delta", "gamma", "beta", "epsilon", "rho")
FUNCTIONS = ("max", "min", "log", "tanh")
WORDS = ("where", "elsewhere")
SYMBOLS = {"·": r"\cdot ", "Σ": r"\sum ", "‖": r"\Vert ", "|": r"\vert ", "√": r"\sqrt"}
ASSIGNED = {"=": "=", "-=": r"\mathrel{{-}{=}}", "+=": r"\mathrel{{+}{=}}"}
ASSIGNED |= {"*=": r"\mathrel{{\ast}{=}}"}


@lru_cache(maxsize=64)
def formulas(docstring: str) -> tuple[str, ...]:
    """The formulas in a function's docstring, as plain text; empty if it has none.

    >>> formulas("v = momentum · v + g; theta -= learning_rate · v (Polyak 1964).")
    ('v = momentum · v + g', 'theta -= learning_rate · v')
    """
    first, *more = docstring.split("\n")
    head = CITATION.sub("", first.split(": ")[0].removesuffix("."))
    lines = [*re.split("; |, with ", head)]
    for line in more:
        if line.startswith("    "):
            lines += re.split(r"\s{3,}", line.strip())
    return tuple(line for line in lines if BEGINS.match(line) and is_formula(line))


def is_formula(text: str) -> bool:
    """Whether all of a text can be written as LaTeX."""
    position = 0
    for token in TOKEN.finditer(text):
        if token.start() != position:
            return False
        position = token.end()
    return position == len(text)


def latex(text: str) -> str:
    r"""A formula as LaTeX.

    >>> latex("m̂ = m / (1 - beta_1^t)")
    '\\hat{m} = m / (1 - \\beta_1^{t})'
    """
    parts: list[str] = []
    wraps = ""  # what the next part goes into: the root or the exponent before it
    for token in TOKEN.finditer(text):
        kind, found = token.lastgroup or "", token.group()
        if kind == "space":
            parts.append(" " if not parts or not parts[-1].endswith(" ") else "")
            continue
        if found == "√" or kind == "power":
            wraps = r"\sqrt" if found == "√" else "^"
            continue
        part = _part(kind, found)
        if wraps == "^" and found == "-":
            parts.append("^{-")
            wraps = "}"
            continue
        if wraps:
            part = part + "}" if wraps == "}" else f"{wraps}{{{part.strip()}}}"
            wraps = ""
        parts.append(part)
    return "".join(parts)


def _part(kind: str, found: str) -> str:
    if kind == "name":
        return _name(found)
    if kind == "equals":
        return ASSIGNED[found]
    if kind == "high":
        return "^{2}" if found == "²" else r"^{\top}"
    return SYMBOLS.get(found, found)


def _name(name: str) -> str:
    """A variable, a function or a word."""
    if name.endswith("\u0302"):
        return rf"\hat{{{name[:-1]}}}"
    letter, _, index = name.partition("_")
    if letter in GREEK and not index:
        return f"\\{letter} "
    if letter in GREEK and index.isdigit():
        return rf"\{letter}_{index}"
    if name in FUNCTIONS:
        return f"\\{name} "
    if name in WORDS:
        return rf"\text{{ {name} }}"
    if len(name) == 1:
        return r"\Phi" if name == "Φ" else name
    if name in ("dW", "db", "dz"):
        return name
    return rf"\text{{{name.replace('_', chr(92) + '_')}}}"
