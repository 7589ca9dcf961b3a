"""A multilayer perceptron in NumPy, written to be read.

Read the modules in this order; each has one idea:

1. `activations`, `initializers`, `losses`, `regularizers`: the formulas.
2. `layers`, `network`: forward returns a trace of what it computed, backward uses the trace.
3. `optimizers`, `schedules`: how the gradient moves the parameters.
4. `recipe`: all hyperparameters in one object; the facts about each are in `hyperparameters`.
5. `training_set`, `scaling`, `augment`, `batches`: which digits go into the network, and how.
6. `state`, `buffers`, `events`, `train`: the loop, as a generator of events.
7. `measure`, `judge`, `finish`: the end of an epoch and the end of a training.
8. `history`, `run`, `version`: what a training leaves.

`ann.classifier.ANNClassifier` is the same network as a scikit-learn estimator. The packages:

- `hyperparameters`: default, bounds, label, help and slider of every hyperparameter
- `recipes`: presets, names, settings in words and in links, what differs between recipes
- `evaluation`: metrics, calibration, significance, and what a training costs
- `inside`: what happens inside a network: every number for one sample or step, and at any step
- `saving`: runs and states in `.npz` files
- `running`: training in worker processes, on this machine or others
- `search`: sweeps, and repeats over seeds
- `keeping`: runs and sweeps in a database, saved while they grow
- `cli`: `python -m ann`
- `estimator`: what `ANNClassifier` does before and after a training
"""

from typing import Any


def __getattr__(name: str) -> Any:
    # imported on first use: scikit-learn takes a second to import, and most of ann does not need it
    if name == "ANNClassifier":
        from ann.classifier import ANNClassifier

        return ANNClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
