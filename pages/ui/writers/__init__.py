"""Whom a network cannot read: one writer of a class after the other is left out of the training."""
