"""The bars that a class must meet, and how a measurement is compared with them."""

import base64
import json
from typing import NamedTuple

import numpy as np

MOST_SECONDS = {16: 0.25, 32: 0.5, 64: 1.5}  # learners -> p95 of a page's answer times
LEAST_SHARE = 0.7  # speed of the slowest training, relative to the mean
LEAST_TOTAL = (32, 0.8)  # learners, and their total speed relative to two learners
MOST_MEMORY = 5.0  # MB of the server per session, apart from its run
BASELINE = 2  # learners

COLUMNS = (  # heading, key of the result, format
    ("learners", "learners", "{:.0f}"),
    ("answers, p50", "answer_p50", "{:.3f} s"),
    ("p95", "answer_p95", "{:.3f} s"),
    ("click to curve, p50", "first_point_p50", "{:.2f} s"),
    ("images/s, total", "total", "{:,.0f}"),
    ("relative to two learners", "against_two", "{:.0%}"),
    ("slowest / mean", "share", "{:.0%}"),
    ("MB per session apart from its run", "session_mb", "{:.1f}"),
    ("failures", "failed", "{:.0f}"),
    ("redraws/s", "redraws", "{:.1f}"),
    ("KB per redraw", "redraw_kb", "{:.0f}"),
    ("cores: server", "server_cores", "{:.2f}"),
    ("workers", "worker_cores", "{:.2f}"),
    ("this client", "client_cores", "{:.2f}"),
    ("everything else", "other_cores", "{:.2f}"),
    ("server, MB", "server_mb", "{:.0f}"),
    ("workers, MB", "workers_mb", "{:.0f}"),
)


class Bar(NamedTuple):
    """The most that a figure may be, or the least that it must be."""

    limit: float
    least: bool = False

    def met(self, value: float) -> bool:
        """Whether a figure meets the bar; an unknown one (NaN) does not."""
        return value >= self.limit if self.least else value <= self.limit

    def __str__(self):
        return f"{'≥' if self.least else '≤'} {self.limit:g}"


def bars(learners: int) -> dict[str, Bar]:
    """The bars for this many learners: key of the result -> bar.

    >>> sorted(bars(16)), str(bars(16)["answer_p95"])
    (['answer_p95', 'failed', 'session_mb', 'share'], '≤ 0.25')
    """
    found = {"failed": Bar(0), "share": Bar(LEAST_SHARE, True), "session_mb": Bar(MOST_MEMORY)}
    if learners in MOST_SECONDS:
        found["answer_p95"] = Bar(MOST_SECONDS[learners])
    if learners == LEAST_TOTAL[0]:
        found["against_two"] = Bar(LEAST_TOTAL[1], True)
    return found


def verdicts(result: dict) -> dict[str, bool]:
    """Which bars a result meets."""
    nothing = float("nan")
    return {key: bar.met(result.get(key, nothing)) for key, bar in bars(result["learners"]).items()}


def row(result: dict) -> str:
    """A row of the table. Figures that have a bar say whether they meet it."""
    held, cells = bars(result["learners"]), []
    for _, key, form in COLUMNS:
        value = result.get(key)
        cell = "" if value is None else form.format(value)
        if key in held:
            met = "met" if verdicts(result)[key] else "**missed**"
            cell += f" ({held[key]}: {met})"
        cells.append(cell)
    return "| " + " | ".join(cells) + " |"


def heading() -> str:
    """The first two lines of the table."""
    names = " | ".join(name for name, *_ in COLUMNS)
    return f"| {names} |\n" + "| --- " * len(COLUMNS) + "|"


def percentile(values, share: float) -> float:
    """The value that a `share` of all values do not exceed; NaN if there are none.

    >>> percentile([3, 1, 2], 0.5), percentile(range(1, 101), 0.95)
    (2.0, 95.0)
    """
    if not len(values):
        return float("nan")
    return float(np.quantile(list(values), share, method="inverted_cdf"))


def epochs_done(figure: str) -> float:
    """How many epochs a training has done, read from the Train page's loss curve (Plotly's JSON).

    The first trace is the thin line. Each of its points is the mean of several steps and stands at
    the last of them, so what is read here lags by less than a point. A long line has 300 to 600.
    """
    found = json.loads(figure)
    while "data" not in found:  # the arguments of a component: the figure is one of them, as text
        found = json.loads(found["figure"])
    x = found["data"][0]["x"]
    if isinstance(x, dict):  # a typed array
        x = np.frombuffer(base64.b64decode(x["bdata"]), np.dtype(x["dtype"]))
    return float(x[-1]) if len(x) else 0.0


def images_seen(epochs: float, n_train: int) -> int:
    """How many images a training has seen: an epoch consists of all of them.

    >>> images_seen(1.5, n_train=100)
    150
    """
    return round(epochs * n_train)
