"""Runs and checkpoints as `.npz` files with a JSON header, read with distrust, never unpickled."""
