"""Runs and training states as `.npz` files with a JSON header, never unpickled, always checked.

Small tables kept as JSON text are read here, too.
"""
