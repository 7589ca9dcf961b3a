"""Presets: five published student projects as recipes, and the best this network can do.

A preset is data: choose one, see how it differs from the defaults, change it.
"""

from dataclasses import dataclass, replace

from ann.recipe import Recipe


@dataclass(frozen=True)
class Preset:
    """A named recipe: `name` on the command line and in links, `title` for people."""

    name: str
    title: str
    recipe: Recipe
    headline: str  # accuracy on MNIST's test set, by the source; "" if it reports none
    source_note: str  # what the source built, or found, or what our own preset is for
    about: str  # what to look for, and what was changed to reach the headline
    ours: bool = False  # no published source: the headline is our own measurement
    data_set: str = ""  # what it was made for and measured with; "" for MNIST


NUMPY = Recipe(
    hidden_sizes=(10,), optimizer="sgd", learning_rate=0.1, batch_size=70_000, epochs=300
)
DEEP = Recipe(hidden_sizes=(20, 7, 5), learning_rate=0.009, batch_size=128, epochs=40, patience=5)
KERAS = Recipe(hidden_sizes=(128, 32), schedule="cosine", epochs=20, augment_shift=1.0)
PYTORCH = Recipe(epochs=15, scaling="symmetric")

# Distortions as large as those of Simard, Steinkraus and Platt (2003).
AUGMENTED = Recipe(
    augment_shift=2.0,
    augment_rotation=12.0,
    augment_scale=0.12,
    augment_shear=0.1,
    augment_elastic=1.2,
    batch_norm=True,
    schedule="one_cycle",
)
GOOD = replace(
    AUGMENTED,
    hidden_sizes=(512, 256),
    learning_rate=2e-3,
    batch_size=256,
    epochs=18,
    validation_fraction=0.05,
)
BEST = replace(GOOD, hidden_sizes=(1024, 512), epochs=60, dropout=0.1, ema=0.999)
SMALL_SET = replace(
    AUGMENTED,
    hidden_sizes=(256, 128),
    learning_rate=3e-3,
    epochs=60,
    validation_fraction=0.1,
)
QUICK = replace(
    SMALL_SET,
    hidden_sizes=(256, 64),
    epochs=21,
    batch_size=256,
    learning_rate=8e-3,
    label_smoothing=0.05,
)

PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            name="numpy-two-layer",
            title="NumPy two-layer",
            recipe=NUMPY,
            headline="about 89%",
            source_note="One hidden layer of 10 ReLU neurons in plain NumPy: He initializer, "
            "gradient descent on all digits at once, pixels in [0, 1].",
            about="A batch of 70,000 means the whole set: one step per epoch, and a curve without "
            "noise. With a learning rate of 0.1, 300 steps are enough for this accuracy; at 0.5 "
            "the loss jumps, and at 1 the network learns nothing.",
        ),
        Preset(
            name="deep-and-narrow",
            title="Deep and narrow",
            recipe=DEEP,
            headline="",
            source_note="Hidden layers of 20, 7 and 5 ReLU neurons, learning rate 0.009, batches "
            "of 32 to 256, early stopping, with and without batch norm and L2.",
            about="All the network knows about a digit passes through 5 neurons, and after a few "
            "epochs only the training digits still improve. Try batches of 32 and of 256, other "
            "seeds, and the two variants. Here with Adam, batches of 128 and a patience of 5.",
        ),
        Preset(
            name="deep-and-narrow-batch-norm",
            title="Deep and narrow, batch norm",
            recipe=replace(DEEP, batch_norm=True),
            headline="",
            source_note="Deep and narrow, with batch normalization in every hidden layer.",
            about="Compare with the plain one: training starts faster, the curve is smoother, and "
            "one more digit in a hundred is classified correctly.",
        ),
        Preset(
            name="deep-and-narrow-l2",
            title="Deep and narrow, L2",
            recipe=replace(DEEP, l2=1e-3),
            headline="",
            source_note="Deep and narrow, with L2.",
            about="Compare with the plain one: the gap between training and validation is about "
            "half as wide, because the network fits the training digits less closely.",
        ),
        Preset(
            name="keras-classic",
            title="Keras classic",
            recipe=KERAS,
            headline="98.06%",
            source_note="Hidden layers of 128 and 32 ReLU neurons, Adam, pixels in [0, 1].",
            about="Two changes reach this accuracy, both chosen on the validation digits: 20 "
            "epochs with a learning rate that follows a cosine, and training digits shifted by up "
            "to one pixel. Without the shifts it gets about 98.1% on the validation digits and "
            "just misses the published accuracy on the test set: set Shift to 0 and compare.",
        ),
        Preset(
            name="pytorch-classic",
            title="PyTorch classic",
            recipe=PYTORCH,
            headline="96.7%",
            source_note="Hidden layers of 128 and 64 ReLU neurons, Adam at 0.001, batches of 64, "
            "pixels in [-1, 1].",
            about="As published, for 15 epochs. With pixels in [-1, 1] even the black ones are "
            "large inputs, and the validation curve jumps: compare with the scaling 0 to 1.",
        ),
        Preset(
            name="pytorch-regularized",
            title="PyTorch regularized",
            recipe=replace(PYTORCH, dropout=0.5, l2=1e-4),
            headline="",
            source_note="The PyTorch classic with dropout 0.5 and light L2, which made its "
            "validation curve steadier.",
            about="Compare with the PyTorch classic: the validation curve jumps less and stays "
            "close to the training curve, but accuracy is lower, because half of such small "
            "layers is not much. Try wider ones.",
        ),
        Preset(
            name="quick",
            title="Quick network",
            recipe=QUICK,
            headline="97.3% after learning from 11,000 digits",
            source_note="What one click on Home trains, on the embedded digits from more writers "
            "(mnist-uci): hidden layers of 256 and 64 with batch norm and augmentation.",
            about="Made to recognize what people draw. Train it on MNIST's embedded digits alone "
            "(on the Data page) and draw a 9 that ends in a hook, or a 7 with a bar.",
            ours=True,
            data_set="mnist-uci",
        ),
        Preset(
            name="five-thousand-digits",
            title="Best on 5,000 digits",
            recipe=SMALL_SET,
            headline="98.1% after learning from 3,600 digits",
            source_note="For the embedded digits: hidden layers of 256 and 128 with batch norm, "
            "and a new distortion of each digit every time it is used.",
            about="Augmentation makes new digits out of a few thousand. Set it to 0 and compare "
            "the validation accuracy.",
            ours=True,
            data_set="mnist-5k",
        ),
        Preset(
            name="good-in-a-minute",
            title="Good in a minute",
            recipe=GOOD,
            headline="99.1%",
            source_note="For full MNIST with more writers (mnist-hands, on the Data page): hidden "
            "layers of 512 and 256 with batch norm, augmentation, and one cycle of the learning "
            "rate.",
            about="Set the augmentation to 0 and compare the validation accuracy. Or train it on "
            "MNIST alone, and draw a 9 that ends in a hook for both.",
            ours=True,
            data_set="mnist-hands",
        ),
        Preset(
            name="best-of-an-mlp",
            title="Best of an MLP",
            recipe=BEST,
            headline="99.4%",
            source_note="For full MNIST: hidden layers of 1024 and 512, 60 epochs, light dropout, "
            "and a running average of the weights.",
            about="Good in a minute with three times the epochs, two and a half times the weights, "
            "dropout and weight averaging. It takes several minutes.",
            ours=True,
        ),
    )
}
