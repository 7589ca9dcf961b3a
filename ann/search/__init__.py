"""Training many: sweeps over settings, successive halving, repeats over seeds."""
