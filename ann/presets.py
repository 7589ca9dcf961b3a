"""Presets: five published student projects as recipes, each with its source's headline.

A preset is data: pick one, look at how it differs from the defaults, change it. `headline` is what
the source reports on MNIST's test set, `about` what to look for and what was changed to reach it.
"""

from dataclasses import dataclass, replace

from ann.recipe import Recipe


@dataclass(frozen=True)
class Preset:
    """A named recipe: `name` on the command line and in links, `title` for people."""

    name: str
    title: str
    recipe: Recipe
    headline: str
    source_note: str
    about: str


NUMPY = Recipe(
    hidden_sizes=(10,),
    optimizer="sgd",
    learning_rate=0.5,
    batch_size=70_000,
    epochs=500,
)
DEEP = Recipe(hidden_sizes=(20, 7, 5), learning_rate=0.009, batch_size=128, epochs=40, patience=5)
KERAS = Recipe(hidden_sizes=(128, 32), schedule="cosine", epochs=20)
PYTORCH = Recipe(epochs=15, scaling="symmetric")

PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "numpy-two-layer",
            "NumPy two-layer",
            NUMPY,
            "about 89%",
            "A network of 10 hidden neurons written out in NumPy, trained by plain gradient "
            "descent on all digits at once.",
            "One step an epoch: watch a curve without any noise, and how long it takes. A batch "
            "size larger than the set means the whole set. The source does not say how far to "
            "go.",
        ),
        Preset(
            "deep-and-narrow",
            "Deep and narrow",
            DEEP,
            "its curves and findings",
            "Layers of 20, 7 and 5 neurons, learning rate 0.009, batches of 32 to 256, early "
            "stopping.",
            "All that the network knows of a digit passes through 5 neurons. Try batches of 32 "
            "and 256, other seeds, and the two variants with batch normalization and L2.",
        ),
        Preset(
            "deep-and-narrow-batch-norm",
            "Deep and narrow, batch norm",
            replace(DEEP, batch_norm=True),
            "its curves and findings",
            "The same with batch normalization in every hidden layer.",
            "Compare with the plain one.",
        ),
        Preset(
            "deep-and-narrow-l2",
            "Deep and narrow, L2",
            replace(DEEP, l2=1e-3),
            "its curves and findings",
            "The same with L2.",
            "Compare with the plain one.",
        ),
        Preset(
            "keras-classic",
            "Keras classic",
            KERAS,
            "98.06%",
            "Layers of 128 and 32 ReLU neurons, Adam, pixels in [0, 1].",
            "Changed.",
        ),
        Preset(
            "pytorch-classic",
            "PyTorch classic",
            PYTORCH,
            "96.7%",
            "Layers of 128 and 64 ReLU neurons, Adam at 0.001, batches of 64, pixels in [-1, 1].",
            "Plain.",
        ),
        Preset(
            "pytorch-regularized",
            "PyTorch regularized",
            replace(PYTORCH, dropout=0.5, l2=1e-5),
            "steadier validation",
            "The PyTorch classic with dropout 0.5 and light L2.",
            "Compare.",
        ),
    )
}
