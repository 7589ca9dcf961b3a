"""What a sweep came to, as a mark in its link: whoever runs it again sees whether it is so.

It stands for the weights of all trials, also of those that were given up: a sweep, halving
included, depends on nothing else than its settings, as a race does.
"""

from ann.search.plan import Plan
from pages.sweep import current
from pages.ui.links import result

KIND = "sweep"


def arrive() -> None:
    """Take the result out of the address, where a visitor comes by a link, not by a reload."""
    result.arrive(KIND, current.result())


def check(plan: Plan) -> None:
    """Put the result of a sweep of this plan into the address; compare it with the link's."""
    result.check(KIND, plan, current.result() if current.is_present(plan) else None)
