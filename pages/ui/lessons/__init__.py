"""Lessons on every page: the card that is docked there, and what a visitor has done so far."""
