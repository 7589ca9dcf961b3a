"""All forecasts of a visitor in one sentence, for Lessons and Home."""

from ann.lessons.words import number
from pages.ui.lessons import desk, shelf


def sentence() -> str:
    """As Markdown; "" before the first forecast has a result."""
    found = desk.tally()
    if not found.forecasts:
        return ""
    off = ""
    if found.off == found.off:
        off = shelf.word("tally_off", off=number(round(found.off, 1), shelf.style()))
    text = shelf.word("tally", near=found.within_reach, all=found.forecasts, off=off)
    if found.skipped:
        text += " " + shelf.word("tally_skipped", skipped=found.skipped)
    return text
