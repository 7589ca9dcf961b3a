"""A race that a button on another page has set up: the cure against the run."""

from dataclasses import dataclass

from ann.recipe import Recipe
from pages.ui import session


@dataclass
class Challenge:
    """The race that the Race page is to set up and start when it is drawn next."""

    recipe: Recipe | None = None
    against: Recipe | None = None

    def take(self) -> tuple[Recipe, Recipe] | None:
        """The two settings, once."""
        pair = (self.recipe, self.against)
        self.recipe = self.against = None
        first, second = pair
        return (first, second) if first and second else None


def challenge(recipe: Recipe, against: Recipe, dataset: str | None) -> None:
    """Let the Race page race these settings on the data set. For a button's callback."""
    session.state().dataset = dataset
    session.set_recipe(recipe)
    waiting = session.keep(Challenge)
    waiting.recipe, waiting.against = recipe, against


def waiting() -> tuple[Recipe, Recipe] | None:
    """The race that is to be set up now, if there is one; asked once."""
    return session.keep(Challenge).take()
