"""Train: set the sliders, train, and watch the network learn."""
