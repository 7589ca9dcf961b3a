"""The end of a training: which weights it leaves, how good they are, and why it ended."""

from ann.history import History
from ann.recipe import Recipe
from ann.state import State, initial_theta


def brings_back(recipe: Recipe, reason: str) -> bool:
    """Whether a training with this end is left with its best epoch's weights, if it has one.

    That is with `patience`, and after a divergence. A training that was stopped has no `reason`:
    it keeps the weights of that moment.

    >>> patient = Recipe(patience=3)
    >>> brings_back(patient, "epochs"), brings_back(patient, ""), brings_back(Recipe(), "epochs")
    (True, False, False)
    """
    return reason == "diverged" or bool(reason and recipe.patience)


def restore(state: State) -> None:
    """Put usable weights into a finished state, in place; doing it again changes nothing.

    With `patience` the best epoch's come back, with `ema` the averages take their place. After a
    divergence no network is left that could be used: then the best epoch's come back too, or the
    first draw if no epoch was judged.
    """
    theta, statistics = state.judged
    if state.best_epoch and brings_back(state.recipe, state.reason):
        theta, statistics = state.best_theta, state.best_statistics
    elif state.reason == "diverged":
        theta = initial_theta(state.recipe, state.network)
        statistics = state.network.initial_statistics()
    state.theta[:], state.statistics[:] = theta, statistics
    if state.recipe.ema:  # so that what is measured and kept from here on is what came back
        state.average[:], state.average_statistics[:] = theta, statistics


def explain(state: State) -> str:
    """Why the training ended and what that means, in a learner's words."""
    recipe, best = state.recipe, state.best_epoch
    restored = f" The weights of epoch {best}, the best one, are restored." if best else ""
    if state.reason == "diverged" and state.step == 0:
        return (
            "The loss is beyond all numbers before the first step: the first weights are too "
            f"large for so many layers. Try a smaller initial scale than {recipe.init_scale:g}, or "
            "another initializer, such as he."
        )
    if state.reason == "diverged":
        back = restored or " The weights from before the training are restored."
        return (
            f"The loss grew beyond all numbers at step {state.step + 1}: each step overshot the "
            f"valley by more than the one before. Try a smaller learning rate than "
            f"{recipe.learning_rate:g}, such as {recipe.learning_rate / 10:g}, or gradient "
            f"clipping.{back}"
        )
    if state.reason == "early_stopping":
        waited = f"{recipe.patience} epochs" if recipe.patience > 1 else "1 epoch"
        return f"Stopped early: {waited} without a better validation loss.{restored}"
    done = f"All {recipe.epochs} epochs are" if recipe.epochs > 1 else "The one epoch is"
    return f"{done} done.{restored if recipe.patience else ''}"


def reached(state: State, history: History) -> float:
    """The validation accuracy of the network that a training leaves; NaN if none was measured.

    That is the last epoch's, or the best one's where its weights have come back: at the end of a
    training with `patience`, and after a divergence.
    """
    accuracy = history.epochs["validation_accuracy"]
    if state.best_epoch and brings_back(state.recipe, state.reason):
        return float(accuracy[state.best_epoch - 1])
    usable = len(accuracy) and state.reason != "diverged"
    return float(accuracy[-1]) if usable else float("nan")
