"""The visitor's networks: the current one, saved ones, and how a page gets a network."""
