"""Draw: a canvas, and what the network answers."""
