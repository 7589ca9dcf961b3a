"""The test set of a class: opened once, by the teacher, for all.

Each member's best run by validation accuracy is tested, and no other. A run that is posted after
the opening is never tested: by then its author may have seen how others did.
"""

from ann.classroom.overview import best_run
from ann.classroom.snapshot import Posted, Snapshot


def chosen(snapshot: Snapshot) -> tuple[Posted, ...]:
    """The run of each member that is tested; () while the test set is sealed."""
    opened = snapshot.classroom.settings.test_opened
    in_time = {
        member.id: [one for one in snapshot.runs_of(member.id) if one.created <= opened]
        for member in snapshot.members
    }
    return tuple(best for runs in in_time.values() if (best := best_run(runs)))


def pending(snapshot: Snapshot) -> tuple[Posted, ...]:
    """Those of them that have no result yet."""
    tested = {one.member for one in snapshot.tested}
    return tuple(posted for posted in chosen(snapshot) if posted.member not in tested)
