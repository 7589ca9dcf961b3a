"""evaluate: stage two."""

from pages.ui import frame

frame.open_page("Evaluate")
