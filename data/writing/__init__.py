"""Handwriting: how a drawing, a photo or a filled sheet becomes digits, and what a digit is."""
