"""The board: what a whole class sees of itself, on a projector and on every member's own screen."""
