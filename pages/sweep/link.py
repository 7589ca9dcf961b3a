"""A sweep as a link: what it searches, beside the recipe's own parameters.

`search` has the settings with their values, such as learning_rate~0.001~0.01~~epochs~5~10.
`trials`, `seeds` and `halving` are there if they differ from their defaults.
"""

from dataclasses import dataclass, field

from ann.search import space
from ann.search.plan import MOST_SEEDS, Plan
from pages.sweep import current
from pages.ui.links import address, result
from pages.ui.links.values import BETWEEN, MOST_TEXT, usable

FIRST = {"learning_rate": ["0.0003", "0.001", "0.003", "0.01"], "batch_size": ["32", "128"]}


@dataclass
class Setup:
    """What the visitor or a link last chose to search."""

    values: dict[str, list[str]] = field(default_factory=lambda: dict(FIRST))  # as in a link
    trials: int | None = None  # of a random search; None is a grid
    seeds: int = 1
    halving: bool = False


def read() -> Setup | None:
    """The choice in the address if the visitor arrives with one; a message names bad parts."""
    link = address.arriving("search", "trials", "seeds", "halving")
    if not link:
        return None
    if link.get("halving", "true") not in ("true", "false"):
        address.unusable("halving: is neither true nor false; using false")
    return Setup(
        values=_parse(link.get("search", "")) or dict(FIRST),
        trials=_whole(link, "trials", space.MOST_TRIALS),
        seeds=_whole(link, "seeds", MOST_SEEDS) or 1,
        halving=link.get("halving") == "true",
    )


def show(setup: Setup) -> None:
    """Show the choice in the address."""
    parts = [BETWEEN.join([name, *values]) for name, values in setup.values.items()]
    address.show(
        search=(BETWEEN * 2).join(parts) or None,
        trials=str(setup.trials) if setup.trials else None,
        seeds=str(setup.seeds) if setup.seeds > 1 else None,
        halving="true" if setup.halving else None,
    )


def _parse(text: str) -> dict[str, list[str]]:
    """The settings and values of a link; a message names those that can't be used."""
    found: dict[str, list[str]] = {}
    if len(text) > MOST_TEXT:
        address.unusable(f"search: has {len(text):,} characters; the limit is {MOST_TEXT:,}")
        return found
    for part in filter(None, text.split(BETWEEN * 2)):
        name, *values = part.split(BETWEEN)
        if name not in space.SWEEPABLE or len(found) == space.MOST_FIELDS:
            address.unusable(f"search: {name[:40]!r} can't be searched")
            continue
        if good := usable(name, filter(None, values)):
            found[name] = good
    return found


def _whole(link: dict[str, str], name: str, most: int) -> int | None:
    """A whole number of a link; None, with a message, if it is not one from 1 to `most`."""
    if name not in link:
        return None
    text = link[name][:20]
    if text.isdecimal() and text.isascii() and 1 <= int(text) <= most:
        return int(text)
    address.unusable(f"{name}: {text!r} is outside 1 to {most}")
    return None


KIND = "sweep"


def arrive_result() -> None:
    """Take the result from the address if the visitor arrives by a link, not by a reload."""
    result.arrive(KIND, current.result())


def check_result(plan: Plan) -> None:
    """Show the result of a sweep of this plan in the address, and compare it with the link's."""
    result.check(KIND, plan, current.result() if current.is_current(plan) else None)
