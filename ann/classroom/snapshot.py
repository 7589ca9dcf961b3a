"""A class at one moment: what its board, its teacher and its members are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ann.classroom.post import RunPost
from ann.classroom.settings import Settings
from ann.lessons.progress import Progress


@dataclass(frozen=True)
class Classroom:
    """A class. Times are seconds since 1970."""

    id: int
    code: str
    settings: Settings
    created: float
    expires: float  # when all of it will be deleted at the latest
    ended: float = 0.0  # 0: not yet


@dataclass(frozen=True)
class Member:
    """A member of a class."""

    id: int
    name: str
    look: int  # 0, 1, 2, ... in the order of joining: which color and shape
    joined: float
    seen: float  # when last active


@dataclass(frozen=True)
class Posted:
    """A post with its place in the class."""

    id: int
    member: int
    created: float
    run: RunPost


@dataclass(frozen=True)
class Tested:
    """The test accuracy of a member's network, measured once the teacher had opened that set."""

    member: int
    run: int  # the number of the saved run
    accuracy: float  # a share of 1
    digits: int


@dataclass(frozen=True)
class Snapshot:
    """A class at one moment; nothing in it changes later."""

    classroom: Classroom
    members: tuple[Member, ...] = ()  # in the order of joining, without those removed
    runs: tuple[Posted, ...] = ()  # the oldest first, without those removed
    tested: tuple[Tested, ...] = ()
    lessons: Mapping[int, Mapping[str, Progress]] = field(default_factory=dict)  # by member, name
    # when each of these was saved last, in seconds since 1970: by member, name
    changed: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    version: str = ""  # another text whenever anything has changed

    def member(self, number: int) -> Member | None:
        """The member with this id."""
        return next((one for one in self.members if one.id == number), None)

    def runs_of(self, member: int) -> tuple[Posted, ...]:
        """The runs of a member, the oldest first."""
        return tuple(posted for posted in self.runs if posted.member == member)


@dataclass(frozen=True)
class Removed:
    """What a teacher has taken out of a class, and can put back."""

    members: tuple[Member, ...] = ()
    runs: tuple[Posted, ...] = ()  # of members who are still in the class
