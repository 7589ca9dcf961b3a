"""Robustness: how well a network holds up on changed digits, and when it may decline to answer."""
