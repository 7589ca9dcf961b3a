"""A class: who is in it, what they have trained, and what its board shows. No pages, no storage.

Read in this order: codes, names, settings, post, snapshot; then what is made of it: board and
forecasts for all, overview, opening, export and report for the teacher.
"""
