"""The recipe of a training: every hyperparameter in one immutable object.

The field names of `Recipe` are used everywhere in ANN Lab: as the keys of the sliders, the query
parameters of a link, the flags of `python -m ann` and the parameters of `ANNClassifier`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ann.activations import ACTIVATIONS
from ann.hyperparameters.field import KINDS, Field, Rule
from ann.hyperparameters.generalization import AugmentationFields, DataFields, RegularizationFields
from ann.hyperparameters.learning import NetworkFields, TrainingFields
from ann.initializers import INITIALIZERS
from ann.optimizers import OPTIMIZERS
from ann.schedules import SCHEDULES

GROUPS: dict[str, type] = {
    "Network": NetworkFields,
    "Training": TrainingFields,
    "Regularization": RegularizationFields,
    "Augmentation": AugmentationFields,
    "Data and seed": DataFields,
}
RULES: dict[str, Mapping[str, Rule]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}


@dataclass(frozen=True)
class Recipe(  # dataclass takes the fields of its bases in reverse order
    DataFields, AugmentationFields, RegularizationFields, TrainingFields, NetworkFields
):
    """Everything that determines a training, apart from the data. Immutable and always valid.

    Raises `ValueError` with the field, the value and the allowed range:

    >>> Recipe(hidden_sizes=(32,), learning_rate=0.01).hidden_sizes
    (32,)
    >>> Recipe(dropout=1.5)
    Traceback (most recent call last):
    ValueError: dropout: 1.5 is outside 0 to 0.9
    """

    def __post_init__(self) -> None:
        for name, spec in FIELDS.items():
            object.__setattr__(self, name, spec.check(getattr(self, name)))

    def differences(self, other: "Recipe | None" = None) -> dict[str, Any]:
        """The fields whose values differ from those of `other` (by default, from the defaults).

        >>> Recipe(l2=1e-4).differences()
        {'l2': 0.0001}
        """
        other = other or Recipe()
        return {n: getattr(self, n) for n in FIELDS if getattr(self, n) != getattr(other, n)}

    def training_size(self, n: int) -> int:
        """How many of n training samples it learns from."""
        return min(self.train_size or n, n)

    def applies(self, name: str) -> bool:
        """Whether field `name` has any effect, given the recipe's other choices.

        >>> Recipe(optimizer="adam").applies("momentum")
        False
        """
        condition = FIELDS[name].only_if
        return condition is None or getattr(self, condition[0]) in condition[1]


def _fields() -> Iterator[Field]:
    """Every hyperparameter in order, with the facts that follow from the rules to choose from."""
    for group, base in GROUPS.items():
        for line in fields(base):
            facts = dict(line.metadata)
            if line.name in RULES:
                facts["names"] = {name: rule.label for name, rule in RULES[line.name].items()}
            for choice, rules in RULES.items():
                users = tuple(name for name, rule in rules.items() if line.name in rule.uses)
                if users:
                    facts["only_if"] = (choice, users)
            kind = KINDS[type(line.default)]
            yield Field(name=line.name, default=line.default, kind=kind, group=group, **facts)


FIELDS: dict[str, Field] = {field.name: field for field in _fields()}

# What may change while the network trains.
LIVE_FIELDS = tuple(name for name, field in FIELDS.items() if field.live)
