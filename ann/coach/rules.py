"""The rules behind the findings: each gives its evidence as a sentence, or "" where there is none.

The thresholds were measured on trainings of known faults; `tests/benchmarks/coach.py` repeats the
measurement, on recipes that they were not tuned on, too.
"""

from math import isfinite

from ann.augment import augments
from ann.coach.evidence import SOON, Evidence

EXCESS = 2.5  # of the loss before the first step over that of guessing; healthy: 0 to 0.7
EXPLODED = 2.0  # times the first loss; healthy: at most 1.1, of Adam at 0.01 up to 1.9
NOISE = 8.0  # a batch of n digits may exceed that by NOISE / n: a single digit can be very wrong
JUMPS = 0.1  # relative size of an update; healthy: 0.0008 to 0.09
MANY_DEAD, SPOILED = 0.75, 1.25  # share of a layer's units; healthy: up to 0.7. Rise of the loss
CRAWLS, SLOW = 5e-4, 1.2e-3  # the same: too small in any case, and where little has been learned
VANISHED = 0.12  # first layer's gradient over the last one's; healthy: above 0.6
STUCK = 0.7  # accuracy after SOON steps; with such gradients at most 0.6, unless they do no harm
NO_GRADIENT = 0.01  # norm of every layer's gradient before the first step; healthy: 0.4 to 4
HINDERED = 0.2  # of what it classifies correctly at rest; healthy: below 0.13
PENALIZED = 0.25  # share of the penalty in what is minimized
MILD, STRONG = 0.01, 0.05  # L2 that does no harm yet; L2 that leaves no weight standing
STRONGER = 10.0  # L1 counts that much more than L2
FEW_STEPS, MORE_STEPS = 100, 250
FALLING, STEEP = 0.05, 0.15  # of the training loss over the last fifth of the epochs
LEARNED, WELL = 0.9, 0.97  # accuracy on the training digits
GAP, NARROW = 0.16, 0.05  # training minus validation accuracy; healthy: up to 0.15
ROSE, ROSE_FAR = 1.35, 1.5  # validation loss, relative to its lowest
ALL_RIGHT, LONG = 0.995, 30  # accuracy, epochs
HEALTHY = 0.85  # training accuracy: below it, nobody knows what is wrong
SILENT = 0.9  # share of a layer's units
LARGE_PICTURE = 20 * 20  # features: with fewer, a linear network can be as good as any


def zeros(e: Evidence) -> str:
    """Neurons that begin alike."""
    if not e.start or not e.recipe.hidden_sizes or e.start.gradients[0] != 0:
        return ""
    if not isfinite(e.start.loss) or e.start.loss > 1.05 * e.guessing:
        return ""
    return "the gradient of the first layer is exactly 0 before the first step."


def large_start(e: Evidence) -> str:
    """A loss far above guessing before the first step."""
    if not e.start:
        return ""
    loss, guess = e.start.loss, f"guessing would give {e.guessing:.2f}"
    if not isfinite(loss):
        return f"the loss is infinite before the first step; {guess}."
    if loss <= e.guessing + EXCESS:
        return ""
    return f"the loss is {loss:,.3g} before the first step; {guess}."


def large_steps(e: Evidence) -> str:
    """Steps that overshoot."""
    if e.diverged:
        return "the loss became infinite."
    n = e.batch
    dead, layer = e.dead
    if not e.changed and e.explosion > EXPLODED + NOISE / n:
        highest, first = e.history.highest_loss, e.history.first_loss
        return f"a batch reached a loss of {highest:,.3g}, after {first:.3g} in the first step."
    if not e.changed and e.update > JUMPS and (e.explosion > 1.12 + NOISE / n or dead > 0.4):
        return f"a single step moved the first layer's weights by {e.update:.0%} of their size."
    if dead >= MANY_DEAD and e.validation_rise > SPOILED:
        return (
            f"{dead:.0%} of layer {layer}'s neurons never respond, and the validation loss is "
            f"{_now_and_lowest(e)}."
        )
    return ""


def alone(e: Evidence) -> str:
    """Batch norm over one digit."""
    if e.recipe.batch_norm and e.batch == 1 and e.steps:
        return f"every batch is 1 digit; training accuracy is {e.accuracy:.1%}."
    return ""


def vanishing(e: Evidence) -> str:
    """A gradient that shrinks on its way back."""
    begun = len(e.history.epoch_rows) > 1 or e.ended
    least = STUCK if e.steps >= SOON / 2 or e.ended else STUCK / 2  # it may yet begin to learn
    stuck = begun and e.early_accuracy < least
    if not e.start or len(e.recipe.hidden_sizes) < 2 or not stuck:
        return ""
    if e.gradient_ratio < VANISHED:
        return (
            f"before the first step, the gradient of the first layer is {e.gradient_ratio:.1%} of "
            "the last layer's."
        )
    if 0 < max(e.start.gradients) < NO_GRADIENT:
        return f"before the first step, no layer's gradient is longer than {NO_GRADIENT:g}."
    return ""


def small_steps(e: Evidence) -> str:
    """Steps that hardly move the weights."""
    warming = e.recipe.schedule == "one_cycle" and not e.ended
    learned = e.accuracy > WELL and not e.still_falling > FALLING
    if e.changed or warming or learned or not e.update < SLOW or e.recipe.clip_norm:
        return ""
    if e.update >= CRAWLS and (e.accuracy >= HEALTHY or not e.ended):
        return ""
    most = f"{max(100 * e.update, 1e-4):.2g}%"
    return f"no step moved the first layer's weights by more than {most} of their size."


def held_back(e: Evidence) -> str:
    """Regularization that keeps it from learning."""
    if not _late(e):
        return ""
    disturbed = e.recipe.dropout or augments(e.recipe)
    long = len(e.history.epoch_rows) > 3  # in the first, it gets better while it is measured
    if disturbed and long and e.hindrance > HINDERED * e.accuracy and e.accuracy < 0.95:
        return (
            f"while it trains, it classifies {e.last('batch_accuracy'):.1%} correctly; with "
            f"dropout and augmentation off, {e.accuracy:.1%}."
        )
    pull = e.recipe.l2 + STRONGER * e.recipe.l1
    if pull >= MILD and e.penalty > PENALIZED and e.accuracy < 0.93 and e.gap < NARROW:
        return (
            f"the penalty makes up {e.penalty:.0%} of what is minimized, and training accuracy is "
            f"only {e.accuracy:.1%}."
        )
    if pull >= STRONG and e.accuracy < 0.93 and e.gap < 0.1:
        return f"L1 or L2 is so strong that training accuracy stays at {e.accuracy:.1%}."
    return ""


def few_steps(e: Evidence) -> str:
    """A training that ended while it still learned."""
    overfits = e.gap >= GAP and e.accuracy > LEARNED  # more steps would not help
    if not e.ended or e.accuracy >= 0.96 or overfits:
        return ""
    falling = e.still_falling > FALLING
    steeply = e.still_falling > (FALLING if e.accuracy < LEARNED else STEEP)
    few = e.steps < FEW_STEPS or (e.steps < MORE_STEPS and steeply)
    narrow = min(e.recipe.hidden_sizes, default=0) < e.n_classes
    if few or (falling and e.accuracy < 0.85 and not narrow and e.steps < 10 * MORE_STEPS):
        falls = f", and the loss fell by {e.still_falling:.0%} in the last fifth" if falling else ""
        return f"after {e.steps:,} steps, training accuracy is {e.accuracy:.1%}{falls}."
    return ""


def small_network(e: Evidence) -> str:
    """Too little room for the classes."""
    if not _late(e) or not e.steps > MORE_STEPS:
        return ""
    sizes, validation = e.recipe.hidden_sizes, e.last("validation_accuracy")
    if not sizes or e.recipe.activation == "identity":
        what = "a linear network" if sizes else "a network without hidden layers"
        if e.accuracy < (WELL if e.n_features >= LARGE_PICTURE else LEARNED):
            return f"{what} has reached {e.accuracy:.1%} on its own training digits."
        if e.n_features >= LARGE_PICTURE and validation < 0.92:
            return f"{what} has reached {validation:.1%} on the validation digits."
        return ""
    narrowest = min(sizes)
    settled = e.steps > 4 * MORE_STEPS or not e.still_falling > STEEP
    missed = narrowest < e.n_classes / 2 and validation < 0.85
    if narrowest < e.n_classes and settled and (e.accuracy < 0.88 or missed):
        width = f"{narrowest} neuron{'s' * (narrowest > 1)}"
        return (
            f"{width} must tell {e.n_classes} classes apart, and training accuracy is "
            f"{e.accuracy:.1%} after {e.steps:,} steps."
        )
    return ""


def dead(e: Evidence) -> str:
    """Neurons that give the same output for every digit."""
    share, layer = e.dead
    if share < SILENT or not e.accuracy < LEARNED or not _late(e):
        return ""
    return f"{share:.0%} of layer {layer}'s neurons give the same output for every digit."


def overfitting(e: Evidence) -> str:
    """Training digits memorized."""
    if len(e.history.epoch_rows) < 3 or not e.accuracy > LEARNED:
        return ""
    if e.gap >= GAP:
        return (
            f"{e.accuracy:.1%} of the training digits are classified correctly, but only "
            f"{e.last('validation_accuracy'):.1%} of the validation digits."
        )
    long = len(e.history.epoch_rows) >= LONG  # a few epochs may rise and fall by chance
    all_right = e.accuracy > ALL_RIGHT
    rose = e.validation_rise > (ROSE if long and all_right else ROSE_FAR)
    if rose and (all_right or (long and e.accuracy > 0.93)):
        return (
            f"the validation loss is {_now_and_lowest(e)}, while training accuracy is "
            f"{e.accuracy:.1%}: it grows more confident in its mistakes."
        )
    return ""


def unjudged(e: Evidence) -> str:
    """No validation digits."""
    if e.recipe.validation_fraction or not e.history.epoch_rows or isfinite(e.gap):
        return ""
    return f"training accuracy is {e.accuracy:.1%}; on unseen digits it is not known."


def _now_and_lowest(e: Evidence) -> str:
    """The validation loss as the chart shows it."""
    lowest = min(filter(isfinite, e.history.epochs["validation_loss"]))
    return f"{e.last('validation_loss'):.2f}, after {lowest:.2f} at its lowest"


def _late(e: Evidence) -> bool:
    """Whether a training has had the time to show what it can do."""
    return bool(e.history.epoch_rows) and (
        e.ended or len(e.history.epoch_rows) >= max(5, 0.5 * e.recipe.epochs)
    )
