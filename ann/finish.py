"""The end of a training: which weights it leaves, how good they are, and why it ended."""

from ann.events import Reason
from ann.history import History
from ann.hyperparameters.field import number_text
from ann.recipe import Recipe
from ann.state import State, initial_theta


def brings_back(recipe: Recipe, reason: str) -> bool:
    """Whether a training that ended like this gets back the weights of its best epoch, if any.

    It does so with `patience`, and after diverging. A training that was stopped has no `reason`: it
    keeps its latest weights.

    >>> patient = Recipe(patience=3)
    >>> brings_back(patient, "epochs"), brings_back(patient, ""), brings_back(Recipe(), "epochs")
    (True, False, False)
    """
    return reason == Reason.DIVERGED or bool(reason and recipe.patience)


def restore(state: State) -> None:
    """Put usable weights into a finished state, in place; doing it again changes nothing.

    With `patience` these are the weights of the best epoch, with `ema` the averages. The weights of
    a diverged training are useless, so it also gets back those of the best epoch, or the initial
    weights if no epoch was judged.
    """
    theta, statistics = state.judged
    if state.best_epoch and brings_back(state.recipe, state.reason):
        theta, statistics = state.best_theta, state.best_statistics
    elif state.reason == Reason.DIVERGED:
        theta = initial_theta(state.recipe, state.network)
        statistics = state.network.initial_statistics()
    state.theta[:], state.statistics[:] = theta, statistics
    if state.recipe.ema:  # the averages are what is measured and saved from here on
        state.average[:], state.average_statistics[:] = theta, statistics


def explain(state: State) -> str:
    """Why the training ended and what that means, for a learner."""
    recipe, best = state.recipe, state.best_epoch
    restored = f" The weights of the best epoch, {best}, are restored." if best else ""
    if state.reason == Reason.DIVERGED and state.step == 0:
        return (
            "Training diverged before the first step: the initial weights are too large for this "
            "many layers, so the loss is infinite. Try a smaller initial scale than "
            f"{number_text(recipe.init_scale)}, or another initializer, such as He."
        )
    if state.reason == Reason.DIVERGED:
        back = restored or " The initial weights are restored."
        rate, smaller = map(number_text, (recipe.learning_rate, recipe.learning_rate / 10))
        return (
            f"Training diverged: the loss became infinite at step {state.step + 1}, because each "
            f"step overshot by more than the one before. Try a smaller learning rate than {rate}, "
            f"such as {smaller}, or gradient clipping.{back}"
        )
    if state.reason == Reason.EARLY_STOPPING:
        waited = f"{recipe.patience} epochs" if recipe.patience > 1 else "1 epoch"
        return f"Stopped early: {waited} without a better validation loss.{restored}"
    done = f"All {recipe.epochs:,} epochs are" if recipe.epochs > 1 else "The one epoch is"
    return f"{done} done.{restored if recipe.patience else ''}"


def reached(state: State, history: History) -> float:
    """The validation accuracy of the network that a training leaves; NaN if none was measured.

    It is that of the last epoch, or of the best one if its weights were restored.
    """
    accuracy = history.epochs["validation_accuracy"]
    if state.best_epoch and brings_back(state.recipe, state.reason):
        return float(accuracy[state.best_epoch - 1])
    usable = len(accuracy) and state.reason != Reason.DIVERGED
    return float(accuracy[-1]) if usable else float("nan")
