"""The network's answer to a drawing, and its confidence in it."""

import html
from collections.abc import Sequence

import numpy as np

from ann.run import Run
from data.writing.one_digit import Doubt
from pages.ui.words import percent

LEAST = 0.6  # the probability that one class needs to be the answer
LEAD = 0.2  # and by how much it must exceed that of the second
SEEN: dict[Doubt, str] = {
    Doubt.SMALL: "This is very small, like a dot or a dash.",
    Doubt.WIDE: "This is much wider than it is high, unlike any digit.",
    Doubt.MARKS: "This looks like two separate marks, or more.",
    Doubt.TANGLED: "This has more lines or loops than a digit.",
    Doubt.LETTER: "This looks more like a letter or a sign than like any digit.",
    Doubt.STRANGE: "This does not look like any of the digits it was compared with.",
}
ONE = "The network reads one digit at a time, and answers with a digit whatever you draw."
STYLE = """
<style>
.verdict { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 18px;
  min-height: 6rem; }
.verdict b { font-size: 5.5rem; line-height: 1; font-weight: 700; }
.verdict b.words { font-size: 2.2rem; }
.verdict div { font-size: 1.05rem; line-height: 1.35; }
.verdict small { opacity: 0.75; }
</style>
"""


def answers(pictures: np.ndarray, run: Run | None) -> np.ndarray | None:
    """Probabilities (N, C) for pictures (N, 784) uint8.

    None without a network, for a network with other inputs, and where its outputs are not finite.
    """
    if run is None or run.n_features != pictures.shape[1]:
        return None
    probabilities = run.predict_proba(pictures)
    return probabilities if np.isfinite(probabilities).all() else None


def candidates(probabilities: np.ndarray) -> list[int]:
    """The classes to name as the answer: one, or the two or three most probable if unsure.

    >>> candidates(np.array([0.1, 0.85, 0.05])), candidates(np.array([0.45, 0.5, 0.05]))
    ([1], [1, 0])
    """
    order = [int(c) for c in np.argsort(-probabilities, kind="stable")]
    first, second = probabilities[order[0]], probabilities[order[1:2]].sum()
    if first >= LEAST and first - second >= LEAD:
        return order[:1]
    return order[: 3 if probabilities[order[2:3]].sum() >= max(0.1, first / 3) else 2]


def verdict(probabilities: np.ndarray, names: Sequence[str]) -> str:
    """HTML: the answer, large, and the network's confidence in it."""
    found = candidates(probabilities)
    share = float(probabilities[found[0]])
    words = [html.escape(str(names[c])) for c in found]
    large = "" if max(map(len, words)) == 1 else ' class="words"'
    if len(found) == 1:
        sure = "Sure" if share >= 0.95 else "Fairly sure" if share >= 0.8 else "Unsure"
        text = f"<div>{sure}<br><small>probability {html.escape(percent(share))}</small></div>"
        return f'{STYLE}<div class="verdict"><b{large}>{words[0]}</b>{text}</div>'
    listed = " or ".join([", ".join(words[:-1]), words[-1]])
    text = f"<div><small>The most probable has only {percent(share)}.</small></div>"
    return f'{STYLE}<div class="verdict"><b class="words">Not sure: {listed}</b>{text}</div>'


def doubted(doubt: Doubt) -> str:
    """A sentence on what the drawing looks like, if not like one digit."""
    return f"**Is this one digit?** {SEEN[doubt]} {ONE}"
