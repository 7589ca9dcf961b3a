"""Repeats over several seeds on a page: the lanes, what is shown of them, and the verdicts."""
