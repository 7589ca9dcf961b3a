"""The network as a scikit-learn estimator, and what it does before and after a training."""
