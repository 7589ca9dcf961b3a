"""How often pages are redrawn, by how many share the workers."""

from types import SimpleNamespace

import pytest

from ann.running.budget import Owner
from pages.ui.server import workers


@pytest.mark.parametrize(
    ("learners", "mine", "seconds"),
    [
        (1, 1, 0.5),
        (4, 1, 0.5),
        (8, 1, 1),
        (8, 4, 4),
        (16, 1, 2),
        (64, 1, 4),
        (65, 1, 8),
        (400, 1, 8),
    ],
)
def test_a_page_is_redrawn_about_as_often_as_its_training_gets_a_turn(
    monkeypatch, learners, mine, seconds
):
    """With two workers, which give each learner a quarter of a second in turn."""
    shared = SimpleNamespace(load=lambda owner: (learners - 1, mine))
    monkeypatch.setattr(workers, "turns", lambda: shared)
    monkeypatch.setattr(workers, "pool", lambda: SimpleNamespace(workers=2))
    monkeypatch.setattr(workers, "owner", Owner)
    assert workers.beat() == seconds
