"""Every fact about each hyperparameter: default, bounds, label, help, the stops of its slider.

To add one, add its line in `learning` or `generalization`, and its effect in the core. `ann.recipe`
combines them all. `field` defines the facts that a line can state, and checks values.
"""
