"""Draw: a canvas, and the network's answer to each drawing."""
