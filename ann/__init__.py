"""A multilayer perceptron in NumPy, written to be read.

Read the modules in this order; each has one idea:

1. `activations`, `initializers`, `losses`, `regularizers`: the formulas.
2. `layers`, `network`: forward returns a trace of what it saw, backward takes the trace.
3. `optimizers`, `schedules`: how the gradient moves the parameters.
4. `recipe`: every hyperparameter, its default, its bounds.
5. `batches`, `state`, `train`: the loop, as a generator of events.
6. `history`, `run`, `mark`, `metrics`: what is left of a training and how good it is.
7. `augment`: digits bent a little, each time another way.
8. `npz`, `checkpoint`: saving. `chunks`, `parcel`, `pool`, `courier`, `goal`, `jobs`: training in
   worker processes; `scheduler`, `cluster`, `places`: on other machines.
9. `variants`, `luck`, `cost`: comparing. `search`, `halving`, `plan`, `trials`, `ladder`, `sweep`:
   searching; `standings`, `phase`, `workload`, `results`: what a sweep shows, takes, comes to.
10. `kept`, `naming`, `packing`, `archive`, `watcher`, `keeper`: runs that outlive the page and the
    server; `kept_sweeps`, `sweep_keeper`, `again`: sweeps that do.

`ann.classifier.ANNClassifier` is the same network as a scikit-learn estimator, and `python -m ann`
the same from a terminal.
"""


def __getattr__(name):
    # asked for only when used: scikit-learn takes a second to import, and most of ann needs none
    if name == "ANNClassifier":
        from ann.classifier import ANNClassifier

        return ANNClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
