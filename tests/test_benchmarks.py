"""The parts of the benchmarks that could be wrong without anyone noticing."""

import base64
import io
import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest

from ann.events import Step
from ann.history import History
from ann.recipes.query import from_query
from ann.saving.checkpoint import load_run
from ann.search import space
from ann.search.plan import MOST_SEEDS
from pages.sweep import link
from pages.ui import charts
from pages.ui.live import chart
from tests.benchmarks import hostile, soak
from tests.benchmarks.bars import (
    COLUMNS,
    bars,
    epochs_done,
    heading,
    images_seen,
    percentile,
    row,
    verdicts,
)
from tests.benchmarks.hostile_browsers import LARGEST_SWEEP, SCENARIOS, large_picture, packed_run
from tests.benchmarks.speed import verdict
from tests.benchmarks.tasks import Task

ROOT = Path(__file__).parents[1]
# How the benchmarks name what they click on or wait for.
LABEL = re.compile(
    r'(?:(?:press|tab|option)\(page, |name=|has_text=|get_by_text\(|NO_RUNS = )"([^"]+)"'
)

GOOD = {"failed": 0, "share": 0.9, "session_mb": 3.0, "answer_p95": 0.1, "against_two": 0.95}


def trained(epochs):
    """A history whose last step is after this many epochs."""
    history = History()
    for step, epoch in enumerate(np.linspace(0, epochs, 50), 1):
        history.add(Step(step, epoch, 1.0, 0.5, 0.0, 0.001))
    return history


def test_a_percentile_is_one_of_the_values():
    assert percentile([0.1] * 94 + [9.0] * 6, 0.95) == 9.0
    assert percentile([0.1] * 95 + [9.0] * 5, 0.95) == 0.1
    assert np.isnan(percentile([], 0.5))


@pytest.mark.parametrize("learners", [1, 4, 16, 32, 64])
def test_a_good_result_meets_all_bars_and_an_empty_one_none(learners):
    assert all(verdicts(GOOD | {"learners": learners}).values())
    assert not any(verdicts({"learners": learners}).values())


def test_each_bar_can_be_missed():
    for key, bad in {"answer_p95": 0.6, "share": 0.69, "against_two": 0.79, "failed": 1}.items():
        result = GOOD | {"learners": 32, key: bad}
        assert [k for k, met in verdicts(result).items() if not met] == [key]
        assert row(result).count("missed") == 1


def test_every_bar_has_a_column_and_rows_fit_the_heading():
    assert {key for n in (2, 16, 32, 64) for key in bars(n)} <= {key for _, key, _ in COLUMNS}
    assert row({"learners": 2}).count("|") == heading().splitlines()[0].count("|")


def test_progress_is_read_from_the_curve_as_the_page_sends_it():
    figure = chart.write(charts.loss_curve(trained(2.5))).figure
    assert epochs_done(figure) == 2.5
    assert epochs_done(json.dumps({"figure": figure, "alt": ""})) == 2.5
    assert epochs_done(chart.write(charts.loss_curve(History())).figure) == 0


def test_images_are_counted_in_whole_batches():
    assert images_seen(796 * 64 / 51_000, n_train=51_000, batch_size=64) == 796 * 64
    assert images_seen(3 + 64 / 51_000, n_train=51_000, batch_size=64) == (3 * 796 + 1) * 64


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs Linux's /proc")
def test_a_process_and_its_costs_are_found_in_proc():
    from tests.benchmarks.server import cpu_seconds, descendants, fields

    assert fields(os.getpid(), "status")["VmRSS"] > 1
    assert cpu_seconds(os.getpid()) > 0
    assert os.getpid() in descendants(os.getppid())
    assert fields(2**30, "status") == {} and cpu_seconds(2**30) == 0


def test_the_verdict_on_speed_names_each_bar_that_is_missed_and_by_how_much():
    task = Task((128, 64), 64)
    ratios = {"torch_fused": 0.7, "sklearn": 0.5, "keras_jax": 0.9, "products": 3.0}
    told = verdict([{"task": task.to_json(), "ratios": ratios}])
    assert "2 bars met, 1 missed" in told
    assert told.splitlines()[-1] == "[128, 64], 64, adam: 0.70 of torch_fused, at most 0.67"


@pytest.mark.parametrize("name", ["feel", "overlay"])
def test_what_a_benchmark_looks_for_is_written_on_a_page(name):
    """Nothing runs these benchmarks in the tests, so a renamed button would go unnoticed."""
    source = (ROOT / "tests" / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
    pages = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "pages").rglob("*.py"))
    labels = set(LABEL.findall(source))
    assert labels and [label for label in labels if label not in pages] == []


def beside_a_hostile_browser(**hostile_window):
    one_more = {"speeds": [100.0, 100.0], "answers": [0.1] * 20}
    attacked = one_more | {"speeds": [50.0, 90.0]} | hostile_window
    return {"scenario": "tabs", "alone": one_more, "one_more": one_more, "hostile": attacked}


def test_each_bar_beside_a_hostile_browser_can_be_missed():
    def missed(lives=True, **hostile_window):
        judged = hostile.judge(beside_a_hostile_browser(**hostile_window) | {"lives": lives})
        assert hostile.row(judged).count("|") == hostile.heading().splitlines()[0].count("|")
        return [bar.partition(" ")[0] for bar, met in judged["bars"].items() if not met]

    assert missed() == []
    assert missed(speeds=[49.0, 200.0]) == ["share"], "the slowest learner counts"
    assert missed(answers=[0.1] * 18 + [0.6] * 2) == ["p95"]
    assert missed(lives=False) == ["the"]


def test_the_hostile_browsers_ask_for_what_the_pages_take(monkeypatch):
    messages = []
    monkeypatch.setattr(link.address, "unusable", messages.append)
    asked = dict(parse_qsl(LARGEST_SWEEP))
    assert len(link._parse(asked["search"])) == 3
    assert (int(asked["trials"]), int(asked["seeds"])) == (space.MOST_TRIALS, MOST_SEEDS)
    for scenario in SCENARIOS.values():
        messages += from_query(dict(parse_qsl(scenario.query)))[1]
    assert messages == []


def test_the_hostile_uploads_are_small_and_hold_much():
    packed = packed_run()
    assert len(packed) < 50_000
    assert load_run(io.BytesIO(packed)).theta.nbytes > 30_000_000
    kind, picture = large_picture().split(";base64,")
    assert kind == "data:image/png"
    assert base64.b64decode(picture)[16:24] == (13_000).to_bytes(4) * 2


def test_a_soak_finds_growth_and_takes_noise_for_what_it_is():
    rng = np.random.default_rng(0)

    def growth(per_hour, noise=0.0):
        times = np.arange(0, 600, 2.0)
        memory = 100 + per_hour * times / 3600 + noise * rng.standard_normal(len(times))
        life = [(t, m, 50, 0.0, 9) for t, m in zip(times, memory, strict=True)]
        return soak.slopes(life)["memory, MB"]

    assert growth(90)[0] == pytest.approx(90)
    slope, error = growth(90, noise=2)
    assert abs(slope - 90) < 4 * error < 40
    assert np.isnan(soak.slopes([(0.0, 1, 2, 3, 4)])["threads"][0])


def test_a_soak_promises_what_was_seen_for_long_enough():
    def visit(**what):
        return soak.Visit(soak.RECIPES[0], "", **what)

    seen = {"began": 10.0, "seen": 10 + soak.SEEN_SECONDS, "epochs": 3.0}
    assert visit(**seen).promised
    assert not visit().promised
    assert not visit(**seen | {"seen": 12.0}).promised
    assert visit(began=10.0, seen=12.0, epochs=39.5).promised, "it has ended"
    assert not visit(**seen, disk_full_at=20.0).promised
