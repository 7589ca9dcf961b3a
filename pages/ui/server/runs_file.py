"""The file with all that is saved, and the secret that stands beside it."""

import os
from pathlib import Path

from pages.ui.server import ids

PATH = Path(__file__).parents[3] / "data" / "cache" / "runs.sqlite"


def path() -> str | Path:
    """The file with the runs and sweeps of all visitors; ANN_RUNS can name another one."""
    return os.environ.get("ANN_RUNS") or PATH


def secret() -> bytes:
    """What this server signs with; it stands beside the saved runs."""
    runs = Path(path())
    return ids.secret_at(runs.with_name(f"{runs.stem}.secret"))
