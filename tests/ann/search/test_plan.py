"""Plans as text: a forged one is refused."""

import json

import pytest

from ann.search.plan import Plan
from tests.ann.sweeps import plan_of


def forged_plan(**changes):
    return json.dumps(json.loads(plan_of().to_json()) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "null",
        "{}",
        forged_plan(first={"learning_rate": 1e999}),
        forged_plan(first={"hidden_sizes": [10**12]}),
        forged_plan(differing=["seed", "__class__"]),
        forged_plan(rows=[]),
        forged_plan(rows=[[0.1]] * 201),
        forged_plan(rows=[[{}]]),
        forged_plan(rows=[5]),
        forged_plan(fields=["seed"]),
        forged_plan(fields=[[]]),
        forged_plan(fields=[]),
        forged_plan(fields="l2"),
        forged_plan(seeds=10**9),
        forged_plan(seeds="1"),
        forged_plan(halving=1),
    ],
)
def test_a_forged_plan_is_refused(text):
    with pytest.raises(ValueError):
        Plan.from_json(text)
