"""Schedules: what the learning rate is multiplied by as the training goes on."""

from math import cos, pi

from ann.recipe import Recipe

START = 1 / 25  # one_cycle begins at this share of the learning rate, as PyTorch's OneCycleLR
END = 1e-4  # and ends at this one; PyTorch's goes on to 1e-4 of where it began


def _constant(recipe, epoch, decays):
    return 1.0


def _step(recipe, epoch, decays):
    return recipe.decay ** (int(epoch) // recipe.decay_every)


def _exponential(recipe, epoch, decays):
    return recipe.decay ** (epoch / recipe.decay_every)


def _half_cosine(start, end, share):
    """From start (share 0) to end (share 1) along half a cosine wave."""
    return end + (start - end) * (1 + cos(pi * min(max(share, 0.0), 1.0))) / 2


def _cosine(recipe, epoch, decays):
    return _half_cosine(1.0, 0.0, epoch / recipe.epochs)


def _one_cycle(recipe, epoch, decays):
    share = epoch / recipe.epochs
    if share < recipe.warmup:
        return _half_cosine(START, 1.0, share / recipe.warmup)
    return _half_cosine(1.0, END, (share - recipe.warmup) / (1 - recipe.warmup))


def _plateau(recipe, epoch, decays):
    return recipe.decay**decays


SCHEDULES = {
    "constant": _constant,
    "step": _step,  # one factor every decay_every epochs
    "exponential": _exponential,  # the same, spread over all steps
    "cosine": _cosine,  # Loshchilov and Hutter (2017), without restarts
    "one_cycle": _one_cycle,  # Smith and Topin (2019)
    "plateau": _plateau,  # one factor each time the validation loss stops improving
}


def learning_rate(recipe: Recipe, epoch: float, decays: int = 0) -> float:
    """The learning rate after `epoch` epochs (with a fraction), `decays` plateaus so far.

    >>> learning_rate(Recipe(schedule="step", learning_rate=0.1, decay=0.5, decay_every=2), 5.5)
    0.025
    """
    return recipe.learning_rate * SCHEDULES[recipe.schedule](recipe, epoch, decays)
