"""The names that `sklearn.neural_network.MLPClassifier` gives to its parameters, and ours."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

P = ParamSpec("P")

PEER = {
    "hidden_layer_sizes": "hidden_sizes",
    "max_iter": "epochs",
    "alpha": "l2, which is alpha divided by the batch size",
    "learning_rate_init": "learning_rate",
    "solver": 'optimizer, such as "adam", "sgd" or "momentum"',
    "power_t": "schedule and decay",
    "nesterovs_momentum": 'optimizer="nesterov"',
    "early_stopping": "patience, the number of epochs to wait; 0 is off",
    "n_iter_no_change": "patience",
    "loss": "no parameter: it is always cross-entropy",
    "tol": "no parameter: with patience, any lower validation loss counts",
    "shuffle": "no parameter: the samples are shuffled in each epoch",
    "beta_1": "no parameter",
    "beta_2": "no parameter",
    "epsilon": "no parameter",
    "max_fun": "no parameter",
    "class_weight": "sample_weight of fit",
}


def in_our_words(names: Iterable[str]) -> str:
    """What MLPClassifier's parameters among `names` are called here; empty if there are none.

    >>> in_our_words(["max_iter", "epochs"])
    'max_iter: here it is epochs'
    """
    return "; ".join(f"{name}: here it is {PEER[name]}" for name in names if name in PEER)


def explain_foreign_names(init: Callable[P, None]) -> Callable[P, None]:
    """Let a constructor answer MLPClassifier's parameters with a `TypeError` that names ours."""

    @wraps(init)
    def checked(*args: P.args, **kwargs: P.kwargs) -> None:
        if told := in_our_words(kwargs):
            raise TypeError(told)
        init(*args, **kwargs)

    return checked
