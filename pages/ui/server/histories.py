"""The curves of kept runs, each read from the archive once."""

from dataclasses import dataclass, field

from ann.history import History
from ann.keeping.summary import Kept
from pages.ui import session
from pages.ui.server import stores
from pages.ui.server.visitor import visitor_id

MOST = 40  # that are held


@dataclass
class Histories:
    """What was read already, and of what moment: a run that trains has later ones soon."""

    read: dict[int, tuple[float, History]] = field(default_factory=dict)


def of(kept: Kept) -> History:
    """The curves of a run. `ArchiveError` if its file is damaged."""
    read = session.keep(Histories).read
    if kept.id not in read or read[kept.id][0] != kept.updated:
        read[kept.id] = kept.updated, stores.archive().open(visitor_id(), kept.id).history
        while len(read) > MOST:
            del read[next(iter(read))]
    return read[kept.id][1]
