"""Data: what the digits look like, how they are split and how they are scaled."""
