"""Look: the layers of a network for one digit."""
