"""The hyperparameters that help a network with digits it has never seen, and those of the data."""

from dataclasses import dataclass

from ann.hyperparameters.field import hyperparameter


@dataclass(frozen=True)
class RegularizationFields:
    """What keeps a network from overfitting."""

    dropout: float = hyperparameter(
        0.0,
        "Dropout",
        "The share of hidden neurons switched off at random in each training step. No neuron can "
        "rely on another one. Try 0.2, then 0.5, and compare validation accuracy: here it "
        "changes by a point or less, and more digits or augmentation do far more.",
        low=0,
        high=0.9,
        step=0.05,
        contrast=0.5,
        live=True,
        basic=True,
    )
    l2: float = hyperparameter(
        0.0,
        "L2",
        "Adds (l2/2)·Σ‖W‖² to the loss, which pulls every weight toward 0 in proportion to its "
        "size. Try 0.0001 to 0.001; at 0.1 the network learns little.",
        low=1e-7,
        high=1,
        log=True,
        off=True,
        contrast=0.001,
        live=True,
        basic=True,
    )
    l1: float = hyperparameter(
        0.0,
        "L1",
        "Adds l1·Σ|W| to the loss, which pulls every weight toward 0 by the same amount, so that "
        "many end up close to 0. Try 0.00001.",
        low=1e-7,
        high=1,
        log=True,
        off=True,
        contrast=0.0001,
    )
    max_norm: float = hyperparameter(
        0.0,
        "Max norm",
        "Limits the length of each hidden neuron's vector of incoming weights: longer ones are "
        "shortened after each step. 0 turns it off. Try 3 together with dropout.",
        low=0.1,
        high=100,
        log=True,
        off=True,
        contrast=2.0,
    )
    weight_decay: float = hyperparameter(
        0.01,
        "Weight decay",
        "AdamW shrinks every weight by learning_rate · weight_decay in each step, separately from "
        "the gradient.",
        low=1e-6,
        high=1,
        log=True,
        off=True,
    )
    label_smoothing: float = hyperparameter(
        0.0,
        "Label smoothing",
        "Spreads a little of the target over all classes, so that the network does not become "
        "overconfident. Try 0.1 and look at the reliability diagram.",
        low=0,
        high=0.5,
        step=0.025,
        contrast=0.1,
    )


@dataclass(frozen=True)
class AugmentationFields:
    """How training digits are changed at random, each time they are used."""

    augment_shift: float = hyperparameter(
        0.0,
        "Shift (pixels)",
        "Moves each training digit by up to this many pixels, a different way each time. A network "
        "trained on off-center digits recognizes drawings better. Try 2. Validation and test "
        "digits stay as they are.",
        low=0,
        high=6,
        step=0.5,
        contrast=2.0,
    )
    augment_rotation: float = hyperparameter(
        0.0,
        "Rotation (degrees)",
        "Rotates each training digit by up to this many degrees, either way. Try 12; at 45, a 7 "
        "and a 1 begin to look alike.",
        low=0,
        high=45,
        step=3,
        contrast=12.0,
    )
    augment_scale: float = hyperparameter(
        0.0,
        "Scale",
        "Makes each training digit larger or smaller by up to this share. Try 0.12.",
        low=0,
        high=0.5,
        step=0.02,
    )
    augment_shear: float = hyperparameter(
        0.0,
        "Shear",
        "Slants each training digit, like italics, by up to this many pixels per pixel of height. "
        "Try 0.1.",
        low=0,
        high=0.5,
        step=0.05,
    )
    augment_elastic: float = hyperparameter(
        0.0,
        "Elastic (pixels)",
        "Stretches each training digit like rubber: its pixels move by about this much, together "
        "with their neighbors. This comes closest to how one person's digits vary. Try 1.2; at 3 "
        "the digits fall apart.",
        low=0,
        high=3,
        step=0.2,
    )

    pixel_noise: float = hyperparameter(
        0.0,
        "Pixel noise",
        "Adds random noise to each gray level of a training digit, other noise each time. Its "
        "standard deviation is this share of the range from black to white. Try 0.2, and see "
        "whether the network still learns; at 1, hardly anything of the digit is left.",
        low=0,
        high=1,
        step=0.05,
        contrast=0.3,
    )


@dataclass(frozen=True)
class DataFields:
    """Which digits are learned from, how their pixels are scaled, and the seed."""

    scaling: str = hyperparameter(
        "unit",
        "Scaling",
        "The range of the gray levels that enter the network: 0 to 1, −1 to 1, or standardized "
        "to mean 0 and variance 1 over the training digits.",
        names={"unit": "0 to 1", "symmetric": "−1 to 1", "standard": "Standardized"},
    )
    validation_fraction: float = hyperparameter(
        0.15,
        "Validation fraction",
        "The share of the training digits held out to compare settings. The network never learns "
        "from them. At 0 there are no validation curves.",
        low=0,
        high=0.5,
        step=0.05,
        not_searched="all trials must be judged by the same digits",
    )
    train_size: int = hyperparameter(
        0,
        "Training digits",
        "How many of the training digits to learn from; 0 is all of them. With few, a network "
        "soon classifies them all correctly and still makes mistakes on others. Try 100, 300 and "
        "1,000.",
        low=10,
        high=1_000_000,
        off=True,
        log=True,
        names={0: "all"},
        stops=(10, 20, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10000, 20000, 50000, 1000000),
        contrast=500,
    )  # fmt: skip
    label_noise: float = hyperparameter(
        0.0,
        "Label noise",
        "The share of the training digits that exchange their labels at random. A large network "
        "can learn even wrong labels, but that does not help with other digits. At 1, there is "
        "nothing to learn but the digits themselves.",
        low=0,
        high=1,
        step=0.05,
        contrast=0.3,
    )
    seed: int = hyperparameter(
        0,
        "Seed",
        "Determines every random draw: initial weights, order of the digits, dropout. The same "
        "seed repeats a run exactly; another seed shows how much the result varies by chance.",
        low=0,
        high=2**31 - 1,
        offered=tuple(range(10)),
        contrast=1,
        not_searched="repeat seeds instead",
    )
