"""Names for runs, made from what differs."""

from collections.abc import Collection, Iterable

from ann.recipe import FIELDS, Recipe
from ann.recipes.presets import PRESETS

MOST_NAMED = 4  # differences in a name; more than that nobody reads
NEAR = 2  # differences from a preset that may stand in its name


def setting(name: str, value) -> str:
    """One setting in words.

    >>> setting("learning_rate", 0.01), setting("l2", 0.0), setting("batch_norm", True)
    ('learning rate 0.01', 'no L2', 'batch normalization')
    """
    field, label = FIELDS[name], label_of(name)
    if field.kind == "bool":
        return label if value else f"no {label}"
    if field.off and not value:
        return f"no {label}"
    return f"{label} {shown(name, value)}"


def label_of(name: str) -> str:
    """A field's label in the middle of a sentence.

    >>> label_of("decay_every"), label_of("l2")
    ('decay every', 'L2')
    """
    label = FIELDS[name].label.partition(" (")[0]
    return label if label[1:2].isdigit() else label.lower()


def shown(name: str, value) -> str:
    """A value as it stands in a name or a table.

    >>> shown("hidden_sizes", (20, 7)), shown("epochs", 10), shown("learning_rate", 1e-5)
    ('20-7', '10', '1e-05')
    """
    return f"{value:g}" if isinstance(value, float) else FIELDS[name].format(value)


def default_name(recipe: Recipe) -> str:
    """A preset's title, or what differs from the defaults, or from a preset that is very near.

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
    parts = [setting(name, value) for name, value in changed.items()]
    if len(parts) > MOST_NAMED:
        parts[MOST_NAMED - 1 :] = [f"{len(parts) - MOST_NAMED + 1} more"]
    return ", ".join([title] * bool(title) + parts)


def unique(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it if it is taken already.

    >>> unique("defaults", {"defaults", "defaults (2)"})
    'defaults (3)'
    """
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def difference(recipe: Recipe, names: Iterable[str]) -> str:
    """What a recipe has in those of these fields that have an effect in it, in words.

    >>> difference(Recipe(), ["dropout", "learning_rate", "momentum"])
    'dropout 0, learning rate 0.001'
    """
    at_work = (name for name in names if recipe.applies(name))
    return ", ".join(setting(name, getattr(recipe, name)) for name in at_work)
