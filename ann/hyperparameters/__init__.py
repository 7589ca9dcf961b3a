"""Every fact about each hyperparameter: default, bounds, label, help, the stops of its slider.

To add one, add its line in `learning` or `generalization`, and its effect in the core; `ann.recipe`
makes the recipe of them all. `field` says which facts a line may state, and checks values.
"""
