"""Train: set the sliders, train, and watch."""
