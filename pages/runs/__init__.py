"""Runs: every training that was saved, to open, compare, continue and download."""
