"""The validation digits that most networks of a class get wrong, as pictures."""

import html

import numpy as np

from ann.classroom.board import main_fingerprint, missed
from ann.classroom.snapshot import Snapshot
from pages.board.shown import Shown
from pages.ui import digits
from pages.ui.server import datasets
from pages.ui.words import counted

NOTHING = "The digits that most networks get wrong appear here once some have finished training."
UNKNOWN = "The pictures cannot be shown here, because this class's data set is not shared."
MOST, SIZE = 12, 112  # pictures, and pixels of each until the style makes them larger
STYLE = """<style>
.missed { display: grid; grid-template-columns: repeat(6, 1fr); gap: 0.6em 0.4em;
  font-size: var(--board); --side: min(100%, calc((100vh - 80px) / 2 - 4em)); }
.missed figure { margin: 0; text-align: center; }
.missed img { width: var(--side); height: auto; aspect-ratio: 1; image-rendering: pixelated;
  border-radius: 8px; display: block; margin: 0 auto; }
.missed figcaption { font-size: inherit; line-height: 1.4; white-space: nowrap; }
@media (max-width: 899px) { .missed { grid-template-columns: repeat(3, 1fr); --side: 100%; } }
</style>"""


def view(snapshot: Snapshot) -> Shown:
    """The hardest digits, with the number of members whose latest network got each one wrong."""
    found = missed(snapshot)
    if found is None or not found.counts.any():
        return Shown(NOTHING)
    held = datasets.find_shared(main_fingerprint(snapshot))
    split = held and held.split(found.validation_fraction)
    if not held or not split or len(split.validation_labels) != len(found.counts):
        return Shown(UNKNOWN)
    order = np.argsort(-found.counts, kind="stable")[:MOST]
    figures = "".join(
        _figure(
            split.validation_images[k],
            held.class_names[int(split.validation_labels[k])],
            f"{found.counts[k]} of {found.networks}",
            place,
        )
        for place, k in enumerate(order.tolist())
        if found.counts[k]
    )
    everybody = int((found.counts == found.networks).sum())
    told = f"Under each picture: how many of {counted(found.networks, 'network')} get it wrong."
    if found.networks > 1:
        told = f"**{counted(everybody, 'digit')} fooled all {found.networks} networks.** {told}"
    return Shown(told, f'{STYLE}<div class="missed">{figures}</div>')


def _figure(image: np.ndarray, name: str, times: str, place: int) -> str:
    picture = digits.picture(image, f"a {name}; {times} get it wrong", SIZE, first=not place)
    return f"<figure>{picture}<figcaption>{html.escape(f'{name}: {times}')}</figcaption></figure>"
