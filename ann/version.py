"""What determines the bits of a result besides data and settings: the code, NumPy, the machine."""

import hashlib
import platform
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from ann.hyperparameters.essence import essence


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


def with_this_version(made: str) -> str:
    """The versions in `made` that computed something so far, and this one, which continues it."""
    return made if version() in made else f"{made}; {version()}".removeprefix("; ")
