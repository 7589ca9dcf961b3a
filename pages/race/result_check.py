"""What a race came to, as a mark in its link: whoever runs it again sees whether it is so."""

from weakref import ref

from ann.recipe import Recipe
from ann.signature import Mark, digest, mark
from pages.race import current
from pages.ui.links import result
from pages.ui.live import beat

KIND = "race"


def arrive() -> None:
    """Take the result out of the address, where a visitor without a race comes by a link."""
    if current.status() == "none":
        result.arrive(KIND)


def check(recipes: list[Recipe]) -> None:
    """Put the result of a race of `recipes` into the address, and compare it with the link's."""
    own = _result() if current.is_present(recipes) else None
    result.check(KIND, recipes, own)


def _result() -> Mark | None:
    """The present race's result; none as long as a lane has not come to its own end."""
    lanes = current.race().lanes
    if current.status() != "finished" or not all(lane.job.view().state.reason for lane in lanes):
        return None

    def make() -> Mark:
        weights = digest(lane.job.run().theta for lane in lanes)
        settings = [lane.recipe.to_query() for lane in lanes]
        return mark(current.race().digits.fingerprint, settings, weights)

    return beat.once("race.result", [ref(lane.job) for lane in lanes], make)
