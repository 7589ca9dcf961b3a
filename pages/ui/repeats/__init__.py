"""Repeats over seeds on a page: lanes, bands, verdicts."""
