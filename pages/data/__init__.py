"""Data: what the digits look like and how they are split."""
