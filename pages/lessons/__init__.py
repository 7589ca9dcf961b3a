"""The page Lessons: all lessons, and how the visitor's forecasts went."""
