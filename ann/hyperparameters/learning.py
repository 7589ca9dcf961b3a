"""The hyperparameters of the network and of its training.

The names of a choice's values, and which fields have an effect only with some of them, come from
the rules themselves, such as `ann.optimizers.OPTIMIZERS`.
"""

from dataclasses import dataclass

from ann.hyperparameters.field import hyperparameter


@dataclass(frozen=True)
class NetworkFields:
    """The shape of the network and its initial weights."""

    hidden_sizes: tuple[int, ...] = hyperparameter(
        (128, 64),
        "Hidden sizes",
        "How many hidden layers stand between the pixels and the output, and how many neurons each "
        "has. More neurons can draw finer borders between the digits, but take longer to train. "
        "Try one layer of 10, then 128 and 64. In links: 128-64, or none for no hidden layer.",
        low=1,
        high=4_096,
        stops=(1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512,
               768, 1024, 1536, 2048, 3072, 4096),
        offered=((), (1,), (4,), (7,), (12,), (24,), (64,), (192,), (512,), (1536,), (4096,),
                 (32, 32), (64, 32), (128, 64), (256, 128), (20, 7, 5)),
        contrast=(12,),
        basic=True,
    )  # fmt: skip
    activation: str = hyperparameter(
        "relu",
        "Activation",
        "The nonlinear function in every hidden neuron. With identity the network stays linear: "
        "all its layers together can do no more than one. Try sigmoid with four layers: they learn "
        "slowly, because gradients shrink on their way back.",
        contrast="sigmoid",
    )
    initializer: str = hyperparameter(
        "he",
        "Initializer",
        "How the weights are drawn before training. He suits ReLU, Xavier (Glorot) suits tanh and "
        "sigmoid, LeCun suits linear layers. Try zeros: all neurons of a layer stay alike, and the "
        "network learns next to nothing.",
        contrast="zeros",
    )
    init_scale: float = hyperparameter(
        0.01,
        "Initial scale",
        "Standard deviation of the weights drawn by the plain normal initializer. If it is too "
        "small, the signal fades from layer to layer; if it is too large, the signal explodes.",
        low=0.0001,
        high=10,
        log=True,
    )
    batch_norm: bool = hyperparameter(
        False,
        "Batch normalization",
        "Normalizes the inputs of each activation to mean 0 and variance 1 over the batch, then "
        "lets the network learn its own shift and scale. It steadies the training of deep, narrow "
        "networks. Try it with layers of 20, 7 and 5.",
    )


@dataclass(frozen=True)
class TrainingFields:
    """How the parameters move, and for how long."""

    optimizer: str = hyperparameter(
        "adam",
        "Optimizer",
        "The rule that turns gradients into steps. SGD follows the gradient; momentum and Nesterov "
        "also keep some of their speed; RMSprop and Adam give each weight its own step size. SGD "
        "needs a learning rate at least ten times that of Adam.",
        contrast="sgd",
    )
    learning_rate: float = hyperparameter(
        0.001,
        "Learning rate",
        "The size of each step. Too small, and the loss barely falls; too large, and it jumps "
        "around or grows to infinity. Look for the largest one with which the loss still falls "
        "smoothly: about 0.001 for Adam and 0.1 for plain SGD.",
        low=1e-5,
        high=10,
        log=True,
        contrast=0.01,
        live=True,
        basic=True,
    )
    schedule: str = hyperparameter(
        "constant",
        "Schedule",
        "How the learning rate changes during training: large steps at first to get close, small "
        "steps at the end to settle. Try cosine, or one cycle with three times the learning rate.",
        contrast="cosine",
    )
    decay: float = hyperparameter(
        0.5,
        "Decay",
        "The factor by which the schedule multiplies the learning rate each time.",
        low=0.01,
        high=0.99,
        step=0.05,
    )
    decay_every: int = hyperparameter(
        5,
        "Decay every (epochs)",
        "Epochs between two decays. With reduce on plateau: how many epochs to wait for a better "
        "validation loss.",
        low=1,
        high=1_000,
        stops=(1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 1000),
    )
    warmup: float = hyperparameter(
        0.3,
        "Warm-up",
        "The share of the training during which one cycle raises the learning rate, before "
        "lowering it again.",
        low=0,
        high=0.9,
        step=0.05,
    )
    momentum: float = hyperparameter(
        0.9,
        "Momentum",
        "How much of the last step carries over into the next. At 0.9, steps in the same direction "
        "add up to ten times their size; with too much momentum, the weights overshoot.",
        low=0,
        high=0.999,
        stops=(0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999),
    )
    batch_size: int = hyperparameter(
        64,
        "Batch size",
        "Digits per step. Small batches take many noisy steps, large batches take few smooth ones; "
        "a batch larger than the training set is the whole set. An epoch uses every digit once, in "
        "as few batches as possible, all of nearly the same size.",
        low=1,
        high=70_000,
        log=True,
        names={70_000: "whole set"},
        stops=(*(2**k for k in range(14)), 70_000),
        contrast=512,
        live=True,
        basic=True,
    )
    epochs: int = hyperparameter(
        10,
        "Epochs",
        "How many times the training goes through all the training digits. Stop when the "
        "validation curve no longer improves.",
        low=1,
        high=5_000,
        log=True,
        stops=(1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 1000, 2000, 5000),
        contrast=20,
        basic=True,
    )  # fmt: skip
    patience: int = hyperparameter(
        0,
        "Patience (epochs)",
        "Early stopping: after this many epochs without a better validation loss, the training "
        "stops and the best weights are restored. 0 turns it off. It needs validation digits.",
        low=1,
        high=1_000,
        off=True,
        stops=(1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 1000),
        contrast=3,
    )
    clip_norm: float = hyperparameter(
        0.0,
        "Gradient clipping",
        "A gradient longer than this is shortened to this length, so that one bad batch cannot "
        "throw the network off course. 0 turns it off. Try 1 if the loss jumps.",
        low=0.001,
        high=1_000,
        log=True,
        off=True,
        contrast=1.0,
    )
    ema: float = hyperparameter(
        0.0,
        "Weight averaging (EMA)",
        "Measures and saves a running average of the weights instead of the latest ones, so that "
        "steps back and forth cancel out. At 0.999 it covers about the last thousand steps. 0 "
        "turns it off. Try 0.999 and watch the validation curve become smooth.",
        low=0.9,
        high=0.9999,
        off=True,
        stops=(0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999),
        contrast=0.999,
    )
