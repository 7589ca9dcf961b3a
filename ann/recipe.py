"""The recipe of a training: every hyperparameter, its default, its bounds, in one place.

The field names of `Recipe` are the one vocabulary of ANN Lab. They are the keys of the sliders, the
query parameters of a link, the flags of `python -m ann` and the parameters of `ANNClassifier`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ann.fields import Field, setting
from ann.help import HELP

ACTIVATIONS = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu", "identity")
INITIALIZERS = ("he", "xavier", "lecun", "normal", "zeros")
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "step", "exponential", "cosine", "one_cycle", "plateau")
ROLLING = ("momentum", "nesterov")
DECAYING = ("step", "exponential", "plateau")
SCALINGS = ("unit", "symmetric", "standard")

# What a learner may change while the network trains: none of these changes a parameter's shape.
LIVE_FIELDS = ("learning_rate", "dropout", "l2", "batch_size")


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training, apart from the data. Immutable and always valid.

    Raises `ValueError` with the field, the value and the allowed range:

    >>> Recipe(hidden_sizes=(32,), learning_rate=0.01).hidden_sizes
    (32,)
    >>> Recipe(dropout=1.5)
    Traceback (most recent call last):
    ValueError: dropout: 1.5 is outside 0 to 0.9
    """

    hidden_sizes: tuple[int, ...] = setting(
        (128, 64), "widths", "network", "Hidden sizes", low=1, high=4_096
    )
    activation: str = setting("relu", "choice", "network", "Activation", choices=ACTIVATIONS)
    initializer: str = setting("he", "choice", "network", "Initializer", choices=INITIALIZERS)
    init_scale: float = setting(
        0.01,
        "float",
        "network",
        "Initial scale",
        low=0.0001,
        high=10,
        log=True,
        only_if=("initializer", ("normal",)),
    )
    batch_norm: bool = setting(False, "bool", "network", "Batch normalization")
    optimizer: str = setting("adam", "choice", "training", "Optimizer", choices=OPTIMIZERS)
    learning_rate: float = setting(
        0.001, "float", "training", "Learning rate", low=1e-5, high=10, log=True
    )
    schedule: str = setting("constant", "choice", "training", "Schedule", choices=SCHEDULES)
    decay: float = setting(
        0.5, "float", "training", "Decay", low=0.01, high=0.99, only_if=("schedule", DECAYING)
    )
    decay_every: int = setting(
        5,
        "int",
        "training",
        "Decay every (epochs)",
        low=1,
        high=1_000,
        only_if=("schedule", DECAYING),
    )
    warmup: float = setting(
        0.3, "float", "training", "Warm-up", low=0, high=0.9, only_if=("schedule", ("one_cycle",))
    )
    momentum: float = setting(
        0.9, "float", "training", "Momentum", low=0, high=0.999, only_if=("optimizer", ROLLING)
    )
    batch_size: int = setting(64, "int", "training", "Batch size", low=1, high=70_000, log=True)
    epochs: int = setting(10, "int", "training", "Epochs", low=1, high=5_000, log=True)
    patience: int = setting(0, "int", "training", "Patience (epochs)", low=1, high=1_000, off=True)
    clip_norm: float = setting(
        0.0, "float", "training", "Gradient clipping", low=0.001, high=1_000, log=True, off=True
    )
    ema: float = setting(
        0.0, "float", "training", "Weight averaging (EMA)", low=0.9, high=0.9999, off=True
    )
    dropout: float = setting(0.0, "float", "regularization", "Dropout", low=0, high=0.9)
    l2: float = setting(0.0, "float", "regularization", "L2", low=1e-7, high=1, log=True, off=True)
    l1: float = setting(0.0, "float", "regularization", "L1", low=1e-7, high=1, log=True, off=True)
    max_norm: float = setting(
        0.0, "float", "regularization", "Max norm", low=0.1, high=100, log=True, off=True
    )
    weight_decay: float = setting(
        0.01,
        "float",
        "regularization",
        "Weight decay",
        low=1e-6,
        high=1,
        log=True,
        off=True,
        only_if=("optimizer", ("adamw",)),
    )
    label_smoothing: float = setting(
        0.0, "float", "regularization", "Label smoothing", low=0, high=0.5
    )
    augment_shift: float = setting(0.0, "float", "augmentation", "Shift (pixels)", low=0, high=6)
    augment_rotation: float = setting(
        0.0, "float", "augmentation", "Rotation (degrees)", low=0, high=45
    )
    augment_scale: float = setting(0.0, "float", "augmentation", "Scale", low=0, high=0.5)
    augment_shear: float = setting(0.0, "float", "augmentation", "Shear", low=0, high=0.5)
    augment_elastic: float = setting(
        0.0, "float", "augmentation", "Elastic (pixels)", low=0, high=3
    )
    scaling: str = setting("unit", "choice", "data", "Scaling", choices=SCALINGS)
    validation_fraction: float = setting(
        0.15, "float", "data", "Validation fraction", low=0, high=0.5
    )
    seed: int = setting(0, "int", "data", "Seed", low=0, high=2**31 - 1)

    def __post_init__(self):
        for name, spec in FIELDS.items():
            object.__setattr__(self, name, spec.check(getattr(self, name)))

    def differences(self, other: "Recipe | None" = None) -> dict[str, Any]:
        """Fields whose values differ from `other` (from the defaults if not given), in order.

        >>> Recipe(l2=1e-4).differences()
        {'l2': 0.0001}
        """
        other = other or Recipe()
        return {n: getattr(self, n) for n in FIELDS if getattr(self, n) != getattr(other, n)}

    def applies(self, name: str) -> bool:
        """Whether field `name` has any effect beside the recipe's other choices.

        >>> Recipe(optimizer="adam").applies("momentum")
        False
        """
        condition = FIELDS[name].only_if
        return condition is None or getattr(self, condition[0]) in condition[1]

    def to_query(self) -> dict[str, str]:
        """The query parameters of a link: the fields that differ from their defaults, as text.

        >>> Recipe(hidden_sizes=(20, 7, 5), batch_norm=True).to_query()
        {'hidden_sizes': '20-7-5', 'batch_norm': 'true'}
        """
        return {name: FIELDS[name].format(value) for name, value in self.differences().items()}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "tuple[Recipe, list[str]]":
        """A recipe out of query parameters, and a message for each value that could not be used.

        Unknown names are left to whoever else reads the address. A forged or stale value falls back
        to its default alone, the other fields stay.

        >>> recipe, messages = Recipe.from_query({"epochs": "3", "dropout": "lots"})
        >>> recipe.epochs, messages
        (3, ["dropout: 'lots' is not a number; using 0.0"])
        """
        values, messages = {}, []
        for name, spec in FIELDS.items():
            if name not in query:
                continue
            try:
                values[name] = spec.parse(query[name])
            except ValueError as error:
                messages.append(f"{error}; using {spec.format(spec.default)}")
        return cls(**values), messages


FIELDS: dict[str, Field] = {
    f.name: Field(name=f.name, default=f.default, help=HELP[f.name], **f.metadata)
    for f in fields(Recipe)
}
