"""The door to the scikit-learn estimator, under the name by which saved estimators look for it."""

from ann.estimator.classifier import ANNClassifier
from ann.estimator.holdout import held_out

__all__ = ["ANNClassifier", "held_out"]
