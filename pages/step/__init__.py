"""One step: everything that one step of training does to one weight, and the code that does it."""
