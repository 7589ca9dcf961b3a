"""Evaluate: how good a network is, and what it gets wrong."""
