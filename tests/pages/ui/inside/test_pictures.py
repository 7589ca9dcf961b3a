"""What a browser sends when a digit is clicked may be forged."""

import numpy as np
import pytest

from pages.ui import session
from pages.ui.inside import pictures
from pages.ui.inside.pictures import Picture
from pages.ui.inside.place import Place


@pytest.mark.parametrize(
    ("sent", "shown"), [("v2", "v2")] + [(bad, "v0") for bad in ("v9", None, 2, ["v2"], {"v2": 1})]
)
def test_only_a_digit_that_is_offered_is_shown(monkeypatch, sent, shown):
    handlers, kept = [], {Place: Place("v0"), pictures.Clicked: pictures.Clicked()}

    def component(*args, **options):
        return lambda data, key, on_chosen_change: handlers.append(on_chosen_change)

    monkeypatch.setattr(pictures.st.components.v2, "component", component)
    monkeypatch.setattr(session, "get_control", lambda key: {"chosen": sent})
    monkeypatch.setattr(session, "keep", kept.__getitem__)
    offered = [Picture(f"v{k}", np.zeros(784, np.uint8), "", "a digit") for k in range(3)]
    pictures.show("here", offered, "Digits")
    handlers[0]()
    assert kept[Place].code == shown
