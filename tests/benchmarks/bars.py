"""What a class of learners must get: the bars, and how a measurement is held against them."""

import base64
import json
from typing import NamedTuple

import numpy as np

MOST_SECONDS = {16: 0.25, 32: 0.5, 64: 1.5}  # learners -> p95 of a page's answers
LEAST_SHARE = 0.7  # of the slowest in the mean
LEAST_TOTAL = (32, 0.8)  # at so many learners, so much of the speed of two
MOST_MEMORY = 5.0  # MB of the server a session, beyond its run
BASELINE = 2  # learners

COLUMNS = (  # heading, key of a result, how it is written
    ("learners", "learners", "{:.0f}"),
    ("answers, p50", "answer_p50", "{:.3f} s"),
    ("p95", "answer_p95", "{:.3f} s"),
    ("click to curve, p50", "first_point_p50", "{:.2f} s"),
    ("images/s in all", "total", "{:,.0f}"),
    ("against two learners", "against_two", "{:.0%}"),
    ("slowest / mean", "share", "{:.0%}"),
    ("MB a session beyond its run", "session_mb", "{:.1f}"),
    ("failures", "failed", "{:.0f}"),
    ("redraws/s", "redraws", "{:.1f}"),
    ("KB a redraw", "redraw_kb", "{:.0f}"),
    ("cores: server", "server_cores", "{:.2f}"),
    ("workers", "worker_cores", "{:.2f}"),
    ("this client", "client_cores", "{:.2f}"),
    ("all others", "other_cores", "{:.2f}"),
    ("server, MB", "server_mb", "{:.0f}"),
    ("workers, MB", "workers_mb", "{:.0f}"),
)


class Bar(NamedTuple):
    """What a figure may be at most, or must be at least."""

    limit: float
    least: bool = False

    def met(self, value: float) -> bool:
        """A figure that is not known misses its bar."""
        return value >= self.limit if self.least else value <= self.limit

    def __str__(self):
        return f"{'≥' if self.least else '≤'} {self.limit:g}"


def bars(learners: int) -> dict[str, Bar]:
    """The bars for so many learners: key of a result -> bar.

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
    """A line of the table; a figure with a bar says whether the bar is met."""
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
    """The table's first two lines."""
    names = " | ".join(name for name, *_ in COLUMNS)
    return f"| {names} |\n" + "| --- " * len(COLUMNS) + "|"


def percentile(values, share: float) -> float:
    """The value that `share` of them do not exceed; NaN for none.

    >>> percentile([3, 1, 2], 0.5), percentile(range(1, 101), 0.95)
    (2.0, 95.0)
    """
    if not len(values):
        return float("nan")
    return float(np.quantile(list(values), share, method="inverted_cdf"))


def epochs_done(figure: str) -> float:
    """How far a training is, in epochs, by the loss curve of the Train page (Plotly's JSON).

    The last point of the thin line, the first trace, stands at the last step that it is the mean
    of; so it lags by less than a point, and there are 300 to 600 points once there are so many.
    """
    found = json.loads(figure)
    while "data" not in found:  # a component's own arguments, the figure among them as text
        found = json.loads(found["figure"])
    x = found["data"][0]["x"]
    if isinstance(x, dict):  # a typed array
        x = np.frombuffer(base64.b64decode(x["bdata"]), np.dtype(x["dtype"]))
    return float(x[-1]) if len(x) else 0.0


def images_seen(epochs: float, n_train: int, batch_size: int) -> int:
    """How many images a training has been shown: an epoch takes whole batches only.

    >>> images_seen(1.5, n_train=100, batch_size=30)
    140
    """
    whole = int(epochs)
    return whole * (n_train // batch_size) * batch_size + round((epochs - whole) * n_train)
