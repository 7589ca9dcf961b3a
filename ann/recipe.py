"""The recipe of a training: every hyperparameter, its default, its bounds, in one place.

The field names of `Recipe` are the one vocabulary of ANN Lab. They are the keys of the sliders, the
query parameters of a link, the flags of `python -m ann` and the parameters of `ANNClassifier`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ann.fields import Field, setting

ACTIVATIONS = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "gelu", "identity")
INITIALIZERS = ("he", "xavier", "lecun", "normal", "zeros")
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "step", "exponential", "cosine", "one_cycle", "plateau")
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

    hidden_sizes: tuple[int, ...] = field(
        default=(128, 64),
        metadata=setting(
            "widths", "network", "Hidden sizes", low=1, high=4096,
            help="How many hidden layers stand between the pixels and the answer, and how many "
            "neurons each has. More neurons can draw finer borders between digits and take longer. "
            "Try one layer of 10, then 128 and 64. In links: 128-64, or none for no hidden layer.",
        ),
    )
    activation: str = field(
        default="relu",
        metadata=setting(
            "choice", "network", "Activation", choices=ACTIVATIONS,
            help="The bend in every hidden neuron. With identity there is none, and all layers "
            "together are no more than one. Try sigmoid with four layers: it learns slowly, because "
            "its gradients shrink on the way back.",
        ),
    )
    initializer: str = field(
        default="he",
        metadata=setting(
            "choice", "network", "Initializer", choices=INITIALIZERS,
            help="How the weights are drawn before training. He suits ReLU, Xavier (Glorot) tanh and "
            "sigmoid, LeCun linear layers. Try zeros: all neurons of a layer stay alike and the "
            "network learns next to nothing.",
        ),
    )
    init_scale: float = field(
        default=0.01,
        metadata=setting(
            "float", "network", "Initial scale", low=1e-4, high=10, log=True,
            only_if=("initializer", ("normal",)),
            help="Standard deviation of the weights for the plain normal initializer. Too small and "
            "the signal dies out from layer to layer; too large and it explodes.",
        ),
    )
    batch_norm: bool = field(
        default=False,
        metadata=setting(
            "bool", "network", "Batch normalization",
            help="Shifts and scales what enters each activation to mean 0 and variance 1 over the "
            "batch, then lets the network choose its own shift and scale. Deep, narrow networks "
            "train more steadily. Try it with layers of 20, 7 and 5.",
        ),
    )
    optimizer: str = field(
        default="adam",
        metadata=setting(
            "choice", "training", "Optimizer", choices=OPTIMIZERS,
            help="The rule that turns gradients into steps. SGD follows the gradient; momentum and "
            "Nesterov keep rolling; RMSprop and Adam give each weight a step size of its own. Try "
            "SGD with ten times the learning rate of Adam or more.",
        ),
    )
    learning_rate: float = field(
        default=1e-3,
        metadata=setting(
            "float", "training", "Learning rate", low=1e-5, high=10, log=True,
            help="The size of each step. Too small: the loss creeps. Too large: it jumps about or "
            "flies off to infinity. Find the largest that still goes down smoothly; Adam likes "
            "0.001, plain SGD 0.1.",
        ),
    )
    schedule: str = field(
        default="constant",
        metadata=setting(
            "choice", "training", "Schedule", choices=SCHEDULES,
            help="How the learning rate changes during training. Large steps first get near, small "
            "steps at the end settle. Try cosine, or one_cycle with three times the learning rate.",
        ),
    )
    decay: float = field(
        default=0.5,
        metadata=setting(
            "float", "training", "Decay", low=0.01, high=0.99,
            only_if=("schedule", ("step", "exponential", "plateau")),
            help="By what the schedule multiplies the learning rate each time.",
        ),
    )
    decay_every: int = field(
        default=5,
        metadata=setting(
            "int", "training", "Decay every (epochs)", low=1, high=1000,
            only_if=("schedule", ("step", "exponential", "plateau")),
            help="Epochs between two decays; for plateau, epochs without a better validation loss.",
        ),
    )
    warmup: float = field(
        default=0.3,
        metadata=setting(
            "float", "training", "Warm-up", low=0.0, high=0.9,
            only_if=("schedule", ("one_cycle",)),
            help="The share of the training in which one_cycle raises the learning rate before it "
            "lets it fall.",
        ),
    )
    momentum: float = field(
        default=0.9,
        metadata=setting(
            "float", "training", "Momentum", low=0.0, high=0.999,
            only_if=("optimizer", ("momentum", "nesterov")),
            help="How much of the last step goes into the next one. At 0.9 ten steps in one "
            "direction add up; too much and the ball rolls past the valley.",
        ),
    )
    batch_size: int = field(
        default=64,
        metadata=setting(
            "int", "training", "Batch size", low=1, high=70_000, log=True,
            help="Digits seen before each step. Small batches take many noisy steps, large ones few "
            "and smooth ones. Larger than the training set means the whole set. Digits left over at "
            "the end of an epoch, too few for a batch, are left out: the next epoch is shuffled anew.",
        ),
    )
    epochs: int = field(
        default=10,
        metadata=setting(
            "int", "training", "Epochs", low=1, high=5000, log=True,
            help="How often the training goes through all training digits. Stop when the validation "
            "curve no longer improves.",
        ),
    )
    patience: int = field(
        default=0,
        metadata=setting(
            "int", "training", "Patience (epochs)", low=1, high=1000, off=True,
            help="Early stopping: after this many epochs without a better validation loss the "
            "training ends, and the best weights are restored. 0 is off.",
        ),
    )
    clip_norm: float = field(
        default=0.0,
        metadata=setting(
            "float", "training", "Gradient clipping", low=1e-3, high=1000, log=True, off=True,
            help="A gradient longer than this is shortened to it, so that one bad batch cannot throw "
            "the network off. 0 is off. Try 1 where the loss jumps.",
        ),
    )
    dropout: float = field(
        default=0.0,
        metadata=setting(
            "float", "regularization", "Dropout", low=0.0, high=0.9,
            help="The share of hidden neurons switched off at random in each training step. No "
            "neuron can rely on another, which works against learning by heart. Try 0.5 with wide "
            "layers and watch the gap between the curves.",
        ),
    )
    l2: float = field(
        default=0.0,
        metadata=setting(
            "float", "regularization", "L2", low=1e-7, high=1, log=True, off=True,
            help="Adds (l2/2)·Σ‖W‖² to the loss, which pulls every weight towards 0 in proportion to "
            "its size. Try 0.0001 to 0.001; at 0.1 little is learned.",
        ),
    )
    l1: float = field(
        default=0.0,
        metadata=setting(
            "float", "regularization", "L1", low=1e-7, high=1, log=True, off=True,
            help="Adds l1·Σ|W| to the loss, which pulls every weight towards 0 by the same amount, "
            "so that many end near 0. Try 0.00001.",
        ),
    )
    max_norm: float = field(
        default=0.0,
        metadata=setting(
            "float", "regularization", "Max norm", low=0.1, high=100, log=True, off=True,
            help="No neuron's incoming weights may be longer than this; after each step they are "
            "shortened to it. 0 is off. Try 3 together with dropout.",
        ),
    )
    weight_decay: float = field(
        default=0.01,
        metadata=setting(
            "float", "regularization", "Weight decay", low=1e-6, high=1, log=True, off=True,
            only_if=("optimizer", ("adamw",)),
            help="AdamW shrinks every weight by learning_rate · weight_decay in each step, apart "
            "from the gradient.",
        ),
    )
    label_smoothing: float = field(
        default=0.0,
        metadata=setting(
            "float", "regularization", "Label smoothing", low=0.0, high=0.5,
            help="The target asks for a little of every class instead of all of one, so that the "
            "network does not grow too sure of itself. Try 0.1 and look at the reliability diagram.",
        ),
    )
    scaling: str = field(
        default="unit",
        metadata=setting(
            "choice", "data", "Scaling", choices=SCALINGS,
            help="Where the gray levels lie that enter the network: unit is 0 to 1, symmetric -1 to "
            "1, standard has mean 0 and variance 1 over the training digits.",
        ),
    )
    validation_fraction: float = field(
        default=0.15,
        metadata=setting(
            "float", "data", "Validation fraction", low=0.0, high=0.5,
            help="The share of the training digits that is kept aside to judge settings by. The "
            "network never learns from them. With 0 there are no validation curves.",
        ),
    )
    seed: int = field(
        default=0,
        metadata=setting(
            "int", "data", "Seed", low=0, high=2**31 - 1,
            help="Decides every random draw: first weights, order of the digits, dropout. The same "
            "seed repeats a run exactly; another one shows how much was luck.",
        ),
    )

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
    f.name: Field(name=f.name, default=f.default, **f.metadata) for f in fields(Recipe)
}
