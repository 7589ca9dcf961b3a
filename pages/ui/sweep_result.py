"""What a sweep came to, as a mark in its link: whoever runs it again sees whether it is so.

It stands for the weights of all trials, also of those that were given up: a sweep, halving
included, depends on nothing else than its settings, as a race does.
"""

from ann.plan import Plan
from pages.ui import promise, sweeps

KIND = "sweep"


def arrive() -> None:
    """Take the result out of the address, where a visitor comes by a link, not by a reload."""
    promise.arrive(KIND, sweeps.result())


def check(plan: Plan) -> None:
    """Put the result of a sweep of this plan into the address; compare it with the link's."""
    promise.check(KIND, plan, sweeps.result() if sweeps.is_present(plan) else None)
