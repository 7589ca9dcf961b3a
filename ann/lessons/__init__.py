"""Lessons: read from files, a learner's forecasts judged, and their own runs checked.

Read in this order: lesson (what a lesson is), read (from a file, with distrust, by build, cards and
fields), words (its languages), measures, forecast, check, progress.
"""
