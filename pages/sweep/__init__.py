"""Sweep: search many settings for the best."""
