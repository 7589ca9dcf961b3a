"""Who is in a class: names with the color and shape that their points have on the board."""

from collections.abc import Sequence

from ann.classroom.snapshot import Member
from pages.ui import looks

STYLE = """<style>
.members { display: flex; flex-wrap: wrap; gap: 0.3em 1.1em; font-size: var(--board);
  line-height: 1.35; }
.member { white-space: nowrap; }
</style>"""


def marked(member: Member) -> str:
    """HTML: a member's point and name."""
    return f'<span class="member">{looks.named(member.name, member.look)}</span>'


def listed(members: Sequence[Member]) -> str:
    """HTML: the points and names of members."""
    return f'{STYLE}<div class="members">{"".join(map(marked, members))}</div>'
