"""What a sweep is asked to do: which recipes, from how many seeds, with or without halving."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from ann.hyperparameters.field import reason
from ann.recipe import FIELDS, Recipe
from ann.search import halving as halve
from ann.search.space import MOST_FIELDS, MOST_TRIALS, SWEEPABLE

MOST_SEEDS = 5


@dataclass(frozen=True)
class Plan:
    """Trials of `recipes`, which differ in `fields`, from `seeds` seeds each.

    With `halving`, trials are compared again and again, and each time only the best third continues
    for more epochs. `ValueError` if there is nothing to do, or too much.
    """

    recipes: Sequence[Recipe]
    fields: Sequence[str] = ()  # those that are searched
    seeds: int = 1
    halving: bool = False

    def __post_init__(self) -> None:
        # tuples, so that equal plans compare equal
        object.__setattr__(self, "recipes", tuple(self.recipes))
        object.__setattr__(self, "fields", tuple(self.fields))
        if not 1 <= len(self.recipes) <= MOST_TRIALS:
            raise ValueError(f"trials: {len(self.recipes)} is outside 1 to {MOST_TRIALS}")
        if not 1 <= self.seeds <= MOST_SEEDS:
            raise ValueError(f"seeds: {self.seeds} is outside 1 to {MOST_SEEDS}")

    @cached_property
    def longest(self) -> int:
        """The epochs of the longest trial."""
        return max(recipe.epochs for recipe in self.recipes)

    @cached_property
    def rungs(self) -> tuple[int, ...]:
        """The epochs after which trials are compared; the last is the end.

        >>> Plan([Recipe(epochs=e) for e in (3, 9, 5)], halving=True).rungs
        (3, 9)
        """
        if self.halving:
            return halve.rungs(len(self.recipes), self.longest)
        return (self.longest,)

    def to_json(self) -> str:
        """As text: the first recipe, and the values of all recipes in the fields that differ."""
        names = [n for n in FIELDS if len({getattr(r, n) for r in self.recipes}) > 1]
        return json.dumps(
            {
                "first": asdict(self.recipes[0]),
                "differing": names,
                "rows": [[getattr(recipe, name) for name in names] for recipe in self.recipes],
                "fields": self.fields,
                "seeds": self.seeds,
                "halving": self.halving,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """What `to_json` wrote, in this or an earlier version. `ValueError` for anything else.

        >>> plan = Plan([Recipe(l2=0.1), Recipe(hidden_sizes=(9,))], ["l2"], seeds=2)
        >>> Plan.from_json(plan.to_json()) == plan
        True
        """
        try:
            found = json.loads(text)
            names, rows = found["differing"], found["rows"]
            first = Recipe(**{k: v for k, v in found["first"].items() if k in FIELDS})
            if len(rows) > MOST_TRIALS:
                raise ValueError(f"trials: {len(rows)} is outside 1 to {MOST_TRIALS}")
            recipes = [replace(first, **dict(zip(names, row, strict=True))) for row in rows]
            fields, seeds, halving = found["fields"], found["seeds"], found["halving"]
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError(f"plan: not a plan of ANN Lab ({reason(error)})") from error
        if not isinstance(fields, list) or not set(map(str, fields)) <= set(SWEEPABLE):
            raise ValueError(f"fields: {str(fields)[:80]} are not fields to search")
        if len({*fields}) != len(fields) or not 1 <= len(fields) <= MOST_FIELDS:
            raise ValueError(f"fields: {len(fields)}; allowed are 1 to {MOST_FIELDS}, each once")
        if type(seeds) is not int or type(halving) is not bool:
            raise ValueError(f"seeds, halving: {seeds!r:.20}, {halving!r:.20} have a wrong type")
        return cls(recipes, fields, seeds, halving)
