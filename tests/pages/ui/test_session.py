"""What a visitor's session remembers."""

from pages.ui import session


class Made:
    """Counts how often it is made."""

    count = 0

    def __init__(self):
        Made.count += 1


def test_what_is_kept_for_a_visitor_is_made_once(monkeypatch):
    """Making a visitor draws an id, for example: that must not happen with every look at it."""
    kept = session.Session()
    monkeypatch.setattr(session, "state", lambda: kept)
    assert session.keep(Made) is session.keep(Made)
    assert Made.count == 1
