"""Runs and sweeps that outlive the page and the server, in SQLite, saved while they grow."""
