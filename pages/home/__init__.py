"""Home: what the lab is, and one click to a first network."""
