"""Classes made by hand, so that a test can compute by hand what their board must show."""

import base64

import numpy as np

from ann.classroom.post import RunPost
from ann.classroom.settings import Settings
from ann.classroom.snapshot import Classroom, Member, Posted, Snapshot
from ann.recipe import Recipe

NAMES = ("Calm Otter", "Bold Fox", "Wise Owl", "Keen Lynx", "Swift Hare")


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


def snapshot(posts, n=3, settings=None, **more) -> Snapshot:
    """A class of n with these posts, each (member, run)."""
    classroom = Classroom(1, "KQ7TB", settings or Settings(), 0.0, 1e12)
    posted = tuple(Posted(k + 1, member, float(k), one) for k, (member, one) in enumerate(posts))
    return Snapshot(classroom, members(n), posted, **more)
