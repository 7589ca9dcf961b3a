"""What a visitor does in the museum: examine an exhibit, diagnose it, leave it."""

import random
from dataclasses import dataclass, field

import data
from ann.coach.findings import RULES, TITLES
from ann.lessons.museum import EXHIBITS, Exhibit
from ann.lessons.progress import Settled
from ann.running.budget import NoRoomError
from pages.ui import session
from pages.ui.lessons import desk
from pages.ui.networks.training import Training
from pages.ui.server import datasets

CHOICES = 4  # causes to choose from, and as many reasons
RARE = ("batch_of_one", "nothing_held_out")  # causes that a curve cannot show
WHY = {rule.name: rule.why for rule in RULES}


@dataclass
class Visit:
    """The exhibit that a visitor stands before, and its training, which is not saved."""

    exhibit: Exhibit | None = None
    is_blind: bool = False  # whether nothing about it is told
    training: Training = field(default_factory=Training)
    uncovered: bool = False


def examine(one: Exhibit, is_blind: bool = False) -> None:
    """For a button's callback: train this exhibit, and show its curves."""
    here = session.keep(Visit)
    try:
        job = here.training.begin(one.recipe, datasets.by_name(data.DEFAULT))
    except NoRoomError as error:
        session.say(str(error), "error")
        return
    job.resume()
    here.exhibit, here.is_blind, here.uncovered = one, is_blind, False


def blind() -> None:
    """For a button's callback: one at random, rather one that is not diagnosed yet."""
    here, known = session.keep(Visit), desk.museum().settled
    others = [one for one in EXHIBITS if one is not here.exhibit]
    fresh = [one for one in others if one.name not in known]
    examine(random.choice(fresh or others), is_blind=True)


def leave() -> None:
    """For a button's callback: back to the gallery; the training ends."""
    here = session.keep(Visit)
    here.training.reset()
    here.exhibit = None


def choices(one: Exhibit) -> list[str]:
    """Causes to choose from, the right one among them; the same each time."""
    others = sorted(set(TITLES) - {one.cause, *RARE})
    rng = random.Random(one.name)
    found = [one.cause, *rng.sample(others, CHOICES - 1)]
    rng.shuffle(found)
    return found


def reasons(one: Exhibit) -> list[str]:
    """The same causes in another order: each stands for its reason."""
    found = choices(one)
    return found[::-1][1:] + found[::-1][:1]


def diagnose(one: Exhibit, cause: str, reason: str) -> None:
    """For a button's callback: keep the diagnosis, and uncover what it was."""
    here, museum, listed = session.keep(Visit), desk.museum(), choices(one)
    if cause not in listed or reason not in listed:
        return
    wrong = float(cause != one.cause) + float(reason != one.cause)
    given = tuple(float(listed.index(name)) for name in (cause, reason))
    right = float(listed.index(one.cause))
    museum.settled[one.name] = Settled(given, right, wrong, cause == one.cause, False)
    here.uncovered = True
    desk.save(desk.MUSEUM)
