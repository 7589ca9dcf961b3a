"""A race as a link: `field` and `values`, or `against`, beside the recipe's own parameters.

`against` lists presets by name and other settings by what differs from the defaults, such as
`learning_rate:0.01,dropout:0.5`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import ref

from ann.hyperparameters.field import short
from ann.recipe import FIELDS, Recipe
from ann.recipes.presets import PRESETS
from ann.recipes.query import from_query, to_query
from ann.recipes.signature import Signature, sign
from ann.recipes.variants import MOST_LANES, vary
from ann.running.view import Status
from ann.version import digest
from pages.race import current
from pages.ui import session
from pages.ui.links import address, result
from pages.ui.links.values import BETWEEN, MOST_TEXT, usable
from pages.ui.live import beat
from pages.ui.networks import current as current_network

ONE, WHOLE = "one", "whole"
DEFAULTS = "defaults"


@dataclass
class Setup:
    """What the visitor or a link last chose to compare."""

    mode: str = ONE
    name: str = "learning_rate"  # of the setting
    values: dict[str, list[str]] = field(default_factory=dict)  # of each setting, as in a link
    against: list[str] = field(default_factory=lambda: ["numpy-two-layer"])


def spell(recipe: Recipe) -> str:
    """Settings as they stand in a link: a preset's name, or what differs from the defaults.

    >>> spell(Recipe(dropout=0.5, learning_rate=0.01)), spell(PRESETS["keras-classic"].recipe)
    ('learning_rate:0.01,dropout:0.5', 'keras-classic')
    """
    for name, preset in PRESETS.items():
        if preset.recipe == recipe:
            return name
    return ",".join(f"{name}:{text}" for name, text in to_query(recipe).items()) or DEFAULTS


def read(text: str) -> Recipe:
    """The settings in a text that `spell` wrote. `ValueError` for any other text.

    >>> read("dropout:0.5").dropout
    0.5
    """
    if text in PRESETS:
        return PRESETS[text].recipe
    pairs = [part.partition(":") for part in text.split(",")] if text != DEFAULTS else []
    for name, colon, _ in pairs:
        if not colon or name not in FIELDS:
            raise ValueError(f"against: {short(text)} is neither a preset nor a list of settings")
    recipe, messages = from_query({name: value for name, _, value in pairs})
    if messages:
        raise ValueError(f"against: {messages[0].partition(';')[0]}")
    return recipe


def arrive() -> bool:
    """Take the race from the address if the visitor arrives with one; return whether it had one."""
    setup = session.keep(Setup)
    link = address.arriving("field", "values", "against")
    if "against" in link:
        setup.mode = WHOLE
        texts = _words(link["against"], MOST_LANES - 1, "against")
        good = dict.fromkeys(text for text in texts if _good(read, text))
        setup.against = list(good) or setup.against
    elif "field" in link:
        setup.mode = ONE
        _take_field(setup, link["field"], link.get("values", ""))
    return bool(link)


def _take_field(setup: Setup, name: str, values: str) -> None:
    if not _good(lambda: vary(current_network.recipe(), name, [])):
        return
    texts = _words(values, MOST_LANES, "values")
    setup.name = name
    if good := usable(name, texts):
        setup.values[name] = good


def _good(function: Callable[..., object], *args: object) -> bool:
    """Whether a call succeeds; the visitor is shown the message of a `ValueError`."""
    try:
        function(*args)
    except ValueError as error:
        address.unusable(str(error))
        return False
    return True


def _words(text: str, most: int, name: str) -> list[str]:
    words = [word for word in text[:MOST_TEXT].split(BETWEEN) if word]
    if len(words) > most:
        address.unusable(f"{name}: {len(words)} are too many for one race; using the first {most}")
    return words[:most]


KIND = "race"


def arrive_result() -> None:
    """Take the result from the address if a visitor without a race arrives with one."""
    if current.status() is None:
        result.arrive(KIND)


def check_result(recipes: list[Recipe]) -> None:
    """Show the result of a race of `recipes` in the address, and compare it with the link's."""
    own = _result() if current.is_current(recipes) else None
    result.check(KIND, recipes, own)


def _result() -> Signature | None:
    """The result of the current race; None until every lane has ended by itself."""
    race = current.race()
    lanes, digits = race.lanes, race.dataset
    if digits is None or current.status() != Status.FINISHED:
        return None
    if not all(lane.job.view().state.reason for lane in lanes):
        return None

    def make() -> Signature:
        weights = digest(lane.job.run().theta for lane in lanes)
        settings = [to_query(lane.recipe) for lane in lanes]
        return sign(digits.fingerprint, settings, weights)

    return beat.once("race.result", [ref(lane.job) for lane in lanes], make)
