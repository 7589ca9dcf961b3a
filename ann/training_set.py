"""What a network learns from: how many of the training samples, and how many wrong labels."""

from ann.recipe import Recipe
from ann.state import LABELS, Split, stream


def training_set(recipe: Recipe, split: Split) -> Split:
    """The split with the training samples that the recipe uses; validation samples stay.

    `train_size` takes the first ones. With `label_noise`, that share of them exchange their labels
    at random: each class keeps its size, and some get their own label back.
    """
    n = recipe.training_size(len(split.train_x))
    labels = split.train_y[:n]
    if recipe.label_noise:
        rng = stream(recipe.seed, LABELS)
        mixed = rng.permutation(n)[: round(recipe.label_noise * n)]
        labels = labels.copy()
        labels[mixed] = labels[rng.permutation(mixed)]
    return split._replace(train_x=split.train_x[:n], train_y=labels)
