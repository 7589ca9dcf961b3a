"""Classes made by hand, so that a test can compute by hand what their board must show."""

import base64

import numpy as np

from ann.classroom.post import RunPost
from ann.classroom.settings import Settings
from ann.classroom.snapshot import Classroom, Member, Posted, Snapshot, Tested
from ann.recipe import Recipe

NAMES = ("Calm Otter", "Bold Fox", "Wise Owl", "Keen Lynx", "Swift Hare")


def member(number: int, name: str, joined: float = 100.0) -> Member:
    """A member, whose look has the same number."""
    return Member(number, name, number, joined, joined)


def members(n: int) -> tuple[Member, ...]:
    """The first n members, whose ids are 1, 2, ..."""
    return tuple(
        Member(k + 1, NAMES[k] if k < len(NAMES) else f"Name {k}", k, 0.0, 0.0) for k in range(n)
    )


def run(number=1, accuracy=0.9, wrong=(), seed=0, recipe=None, **more) -> RunPost:
    """A post. `wrong` has an entry for each of the validation digits: 1 if it was misread."""
    bits = np.packbits(np.array(wrong, bool)).tobytes()
    missed, n = sum(wrong), len(wrong)
    values = {
        "fingerprint": "f",
        "epochs": 10.0,
        "seconds": 1.0,
        "multiply_adds": 1e9,
        "validation_accuracy": accuracy,
        "confusion": ((n - missed, missed), (0, 0)) if wrong else (),
        "wrong": base64.b64encode(bits).decode() if wrong else "",
    }
    return RunPost(number, recipe or Recipe(seed=seed), **(values | more))


def posted(number, of, created=200.0, accuracy=0.9, finding="", **settings) -> Posted:
    """A short run with these settings on the board, by the member with the number `of`."""
    short = {"fingerprint": "", "epochs": 1, "seconds": 1, "multiply_adds": 1}
    one = run(number, accuracy, recipe=Recipe(**settings), finding=finding, **short)
    return Posted(number, of, created, one)


def judged(member: int, run: int, accuracy: float, digits: int = 10_000) -> Tested:
    """What the test set says of a run."""
    return Tested(member, run, accuracy, digits)


def a_class(picked=("steps",), opened=0.0, **parts) -> Snapshot:
    """A class that takes the lessons `picked`, with these parts of a snapshot."""
    return Snapshot(_classroom(Settings(lessons=picked, test_opened=opened)), **parts)


def snapshot(posts, n=3, settings=None, **more) -> Snapshot:
    """A class of n with these posts, each (member, run)."""
    posted = tuple(Posted(k + 1, member, float(k), one) for k, (member, one) in enumerate(posts))
    return Snapshot(_classroom(settings or Settings()), members(n), posted, **more)


def _classroom(settings: Settings) -> Classroom:
    return Classroom(1, "KQ7TB", settings, 0.0, 1e12)
