"""The members with the most accurate networks, where the teacher has switched that on."""

from ann.classroom.board import Ranked, dots, ranking
from ann.classroom.snapshot import Snapshot
from pages.board.members import marked
from pages.board.shown import Shown

NOTHING = "Nobody has finished training yet."
MOST = 10
STYLE = """<style>
.ranking { display: grid; gap: 0.4em; font-size: var(--board); line-height: 1.35; max-width: 24em; }
.ranking div { display: flex; gap: 0.6em; align-items: center; }
.ranking b { min-width: 1.6em; text-align: right; }
.ranking span + span { margin-left: auto; }
</style>"""


def view(snapshot: Snapshot) -> Shown:
    """The first ten by their best validation accuracy."""
    found = ranking(dots(snapshot))
    if not found:
        return Shown(NOTHING)
    lines = "".join(map(_line, found[:MOST]))
    return Shown(
        "Each member's best validation accuracy.", f'{STYLE}<div class="ranking">{lines}</div>'
    )


def _line(one: Ranked) -> str:
    return f"<div><b>{one.place}.</b>{marked(one.member)}<span>{one.accuracy:.1%}</span></div>"
