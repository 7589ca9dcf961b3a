"""The coach finds in each exhibit of the museum the cause that it is shown for."""

import pytest

from ann.coach.advice import advise
from ann.coach.findings import TITLES
from ann.lessons.museum import EXHIBITS, exhibit
from tests.ann.lessons.test_ours import trained


@pytest.mark.parametrize("one", EXHIBITS, ids=lambda one: one.name)
def test_the_coach_finds_the_cause_and_knows_a_cure(one):
    run = trained(one.settings, 0)
    advice = advise(run, run.history)
    assert advice and advice.finding.name == one.cause and advice.cure


def test_there_are_a_dozen_and_their_causes_are_the_coachs():
    assert len({one.name for one in EXHIBITS}) == 12 and exhibit("wild") is EXHIBITS[0]
    assert {one.cause for one in EXHIBITS} <= set(TITLES) and exhibit("none") is None
