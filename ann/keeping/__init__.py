"""Runs and sweeps, saved in SQLite while they run: they outlive the page and the server."""
