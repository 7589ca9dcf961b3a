"""The wall: digits that members wrote by hand, where writer and teacher both share them."""

import html

import numpy as np

from ann.classroom.snapshot import Snapshot
from ann.keeping.database import ArchiveError, owner_of
from ann.keeping.drawings import Drawing
from pages.board.shown import Shown
from pages.ui import digits
from pages.ui.server import stores
from pages.ui.words import counted

NOTHING = (
    "Nothing is on the wall yet. Share a digit on *Your handwriting*; your teacher sees it first."
)
LATER = "The drawings cannot be read at the moment."
MOST, SIZE = 40, 112  # pictures, and pixels of each until the style makes them larger
STYLE = """<style>
.wall { display: grid; grid-template-columns: repeat(10, 1fr); gap: 0.4rem;
  --side: min(100%, calc((100vh - 60px - 4 * var(--board)) / 4 - 0.5rem)); }
.wall img { width: var(--side); height: auto; aspect-ratio: 1; image-rendering: pixelated;
  border-radius: 8px; display: block; margin: 0 auto; }
@media (max-width: 899px) { .wall { grid-template-columns: repeat(4, 1fr); --side: 100%; } }
</style>"""


def view(snapshot: Snapshot) -> Shown:
    """The drawings as pictures; who wrote them is read on them, or not at all."""
    visitors = stores.classrooms().visitors(snapshot.classroom.id)
    owners = [owner_of(visitors[one.id]) for one in snapshot.members if one.id in visitors]
    try:
        count, found = stores.drawings().to_approve(owners, approved=True, most=MOST)
    except ArchiveError:
        return Shown(LATER)
    if not found:
        return Shown(NOTHING)
    pictures = "".join(_picture(one, place) for place, one in enumerate(found))
    of = f"{len(found)} of {counted(count, 'digit')}" if count > MOST else counted(count, "digit")
    writers = len({one.owner for one in found})
    told = f"**{of} by {counted(writers, 'writer')}.** Whose are hard to read, and for whom?"
    return Shown(told, f'{STYLE}<div class="wall">{pictures}</div>')


def _picture(one: Drawing, place: int) -> str:
    image = np.frombuffer(one.picture, np.uint8)
    name = html.escape(f"a {one.label}")
    return f'<div title="{name}">{digits.picture(image, name, SIZE, first=not place)}</div>'
