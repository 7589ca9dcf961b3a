"""Names for runs, made from the settings that differ."""

from collections.abc import Collection

from ann.recipe import Recipe
from ann.recipes import wording
from ann.recipes.presets import PRESETS

MOST_NAMED = 4  # differences in a name; nobody reads more
NEAR = 2  # differences from a preset that is still named


def default_name(recipe: Recipe) -> str:
    """A preset's title, or the differences from the defaults, or from a preset that is close.

    >>> default_name(Recipe()), default_name(Recipe(dropout=0.5, learning_rate=0.01))
    ('defaults', 'learning rate 0.01, dropout 0.5')
    >>> default_name(PRESETS["keras-classic"].recipe)
    'Keras classic'
    """
    origins = {"": Recipe()} | {p.title: p.recipe for p in PRESETS.values()}
    title = min(origins, key=lambda t: (len(recipe.differences(origins[t])), t != ""))
    if len(recipe.differences(origins[title])) > NEAR:
        title = ""
    changed = recipe.differences(origins[title])
    if not changed:
        return title or "defaults"
    parts = [wording.setting(name, value) for name, value in changed.items()]
    if len(parts) > MOST_NAMED:
        parts[MOST_NAMED - 1 :] = [f"{len(parts) - MOST_NAMED + 1} more"]
    return ", ".join([title] * bool(title) + parts)


def unique(name: str, taken: Collection[str]) -> str:
    """The name, followed by a number if it is already taken.

    >>> unique("defaults", {"defaults", "defaults (2)"})
    'defaults (3)'
    """
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free
