"""What the networks of a class confuse: their latest ones together."""

import numpy as np

from ann.classroom.board import confusions, main_fingerprint
from ann.classroom.snapshot import Snapshot
from pages.board.shown import Shown
from pages.ui import charts
from pages.ui.live import chart
from pages.ui.server import datasets
from pages.ui.words import counted, plain

NOTHING = "Confusions appear here once somebody has finished training with validation digits."
LOOK_FOR = "A row for each true class, a column for each prediction. Look for the red cells."


def view(snapshot: Snapshot) -> Shown:
    """The confusion matrices of each member's latest network, added up."""
    found = confusions(snapshot)
    if found is None:
        return Shown(NOTHING)
    digits = datasets.find_shared(main_fingerprint(snapshot))
    names = [str(k) for k in range(len(found.counts))]
    if digits and len(digits.class_names) == len(names):
        names = list(digits.class_names)
    drawn = chart.write(charts.confusion_matrix(found.counts, names))
    headline = f"{counted(found.networks, 'network')} together. {_worst(found.counts, names)}"
    return Shown(headline, "", drawn, LOOK_FOR)


def _worst(counts: np.ndarray, names: list[str]) -> str:
    wrong = counts - np.diag(np.diag(counts))
    true, answer = np.unravel_index(int(wrong.argmax()), wrong.shape)
    if not wrong[true, answer]:
        return "They make no mistakes."
    times = counted(int(wrong[true, answer]), "time")
    return (
        f"**{wrong.sum() / counts.sum():.1%} of their answers are wrong; most often, a "
        f"{plain(names[true])} is taken for a {plain(names[answer])} ({times}).**"
    )
