"""The parts of the benchmarks that could be wrong without anyone noticing."""

import base64
import io
import itertools
import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest

import data
from ann.coach.findings import TITLES
from ann.events import Step
from ann.history import History
from ann.keeping.database import MIN_ID
from ann.keeping.runs import Archive
from ann.recipe import Recipe
from ann.recipes.query import from_query
from ann.run import Run
from ann.saving.checkpoint import load_run
from ann.search import space
from ann.search.plan import MOST_SEEDS
from ann.state import Split, start
from ann.train import train
from pages.sweep import link
from pages.ui import charts
from pages.ui.live import chart
from pages.ui.server.visitor import COOKIE
from tests.benchmarks import coach, hostile, soak, soak_growth, soak_promise
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
from tests.benchmarks.contenders import CONTENDERS, first
from tests.benchmarks.first_points import click_times
from tests.benchmarks.hostile_browsers import LARGEST_SWEEP, SCENARIOS, large_picture, packed_run
from tests.benchmarks.speed import cell, verdict
from tests.benchmarks.tasks import Task, grid, most_of

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


def test_images_are_counted_from_epochs_and_their_fraction():
    assert images_seen(796 * 64 / 51_000, n_train=51_000) == 796 * 64
    assert images_seen(3 + 64 / 51_000, n_train=51_000) == 3 * 51_000 + 64


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
    assert told.splitlines()[-1] == "[128, 64], 64, adam: 0.70 of torch_fused, at most 0.62"


def test_a_ratio_that_misses_its_bar_is_in_bold():
    task = Task((10,), 64)
    assert cell(task, "sklearn", 0.51) == "**0.51**" and cell(task, "sklearn", 0.5) == "0.50"
    assert cell(task, "products", 9.0) == "9.00"


def test_every_network_of_the_grid_of_bars_must_not_be_slower_than_pytorch():
    tasks = grid("bars", threads=1, digits=100)
    assert {task.batch_size for task in tasks} == {32, 64, 256}
    assert all(most_of(task, "torch_fused") <= 1 for task in tasks)
    assert [t.hidden_sizes for t in tasks if most_of(t, "jax_scan")] == [(128, 64)]
    assert most_of(Task((512, 256), 64), "keras_jax_32") is None
    assert most_of(Task((128, 64), 64), "keras_jax_32") == 1.0


@pytest.mark.parametrize("name", ["ann_lab", "sklearn"])
def test_a_contender_learns_and_measures_the_same_held_out_digits(name):
    """The other contenders' libraries are not installed where tests run."""
    digits = first(data.load("mnist-5k"), 2_000)
    assert len(digits.validation_labels) == 300 and len(digits.train_labels) == 1_700
    epoch = CONTENDERS[name](Task((10,), 32), digits)
    (before, _), *_, (loss, accuracy) = [epoch() for _ in range(5)]
    assert loss < before and 0.5 < accuracy < 1
    assert 300 * accuracy == pytest.approx(round(300 * accuracy))


def test_what_only_multiplies_matrices_measures_nothing():
    assert CONTENDERS["products"](Task((10,), 32), first(data.load("mnist-5k"), 200))() is None


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

    def failures(grows_by):
        memory = 100 + np.linspace(0, grows_by, 300) + 5 * rng.standard_normal(300)
        found = soak_growth.growths([(m, 50, 60, 70, 9, 0.0, 3) for m in memory])
        return [growth.failure for growth in found if growth.failure]

    assert failures(grows_by=0) == failures(grows_by=20) == []
    assert len(failures(grows_by=60)) == 1
    assert failures(grows_by=60)[0].startswith("server's memory, MB: from 10")
    assert soak_growth.growths([(1.0,) * 7] * 8) == [], "too few to judge"


def test_a_soak_measures_the_server_and_the_archive(tmp_path):
    archive = Archive(tmp_path / "runs.sqlite")
    archive.list("a visitor of this test")  # creates the file
    taken = soak_growth.usage(os.getpid(), archive._db.path)
    found = {bound.name: one for bound, one in zip(soak_growth.BOUNDS, taken, strict=True)}
    assert found["server's memory, MB"] > 10
    assert found["server's open files"] > 3 and found["server's threads"] >= 1
    assert 1 < found["archive beyond what it holds, MB"] < 3, "the reserve"


def test_a_soak_promises_what_was_seen_for_long_enough():
    def visit(**what):
        return soak_promise.Visit(soak.RECIPES[0], "", **what)

    seen = {"began": 10.0, "seen": 10 + soak_promise.SEEN_SECONDS, "epochs": 3.0}

    def promised(upsets=(), **what):
        return visit(**what).promised(upsets)

    whole = {"began": 10.0, "seen": 12.0, "epochs": 149.5}
    assert promised(**seen) and not promised()
    assert not promised(**seen | {"seen": 12.0})
    assert promised(**whole), "it has ended"
    assert not promised(**seen, deleted_at=15.0)
    assert promised(**seen | {"seen": 15 + soak_promise.SEEN_SECONDS}, deleted_at=15.0)
    assert not promised(**whole, deleted_at=11.0)
    assert promised(**seen, disk_full_at=20.0), "it is tried again"
    assert not promised(**seen, disk_full_at=20.0, upsets=[50.0])
    assert promised(**seen, disk_full_at=20.0, upsets=[5.0, 500.0])
    assert promised(**seen | {"seen": 100.0}, disk_full_at=20.0, upsets=[50.0])


def test_a_soak_knows_how_many_epochs_must_have_been_saved():
    visit = soak_promise.Visit(soak.RECIPES[0], "")
    for second in range(100):
        visit.note(float(second), second / 10)
    assert visit.began == 10 and visit.seen == 99
    assert visit.least_epochs == pytest.approx((99 - soak_promise.BEHIND_SECONDS) / 10)


def test_a_soak_finds_what_was_lost_or_changed(tmp_path):
    recipe, dataset = Recipe(hidden_sizes=(4,), epochs=2), data.load("mnist-5k")
    split = Split(*dataset.split(recipe.validation_fraction))
    archive = Archive(tmp_path / "runs.sqlite")

    def visit(name, steps, status, change=0.0, epochs=1.0):
        state, history = start(recipe, split), History()
        for event in itertools.islice(train(state, split), steps):
            history.add(event)
        state.theta[0] += change
        run = Run.of(state, history, dataset.fingerprint)
        visitor = name * MIN_ID
        archive.save(visitor, run, status=status, state=state)
        cookie = f"_streamlit=1; {COOKIE}={visitor}.signature"
        return soak_promise.Visit(recipe, cookie, progress=[(-99.0, epochs)], seen=0.0)

    whole = 10_000
    checker = soak_promise.Checker(archive._db.path, [], dataset)
    assert checker.check(visit("a", whole, "finished")) == "finished"
    assert checker.check(visit("b", whole, "finished", change=1.0)) == "WRONG: other weights"
    assert checker.check(visit("c", 90, "interrupted")) == "unfinished, continued"
    found = checker.check(visit("d", 90, "interrupted", change=1.0))
    assert found == "WRONG: other weights when continued"
    assert checker.check(visit("e", 90, "interrupted", epochs=1.9)) == "LOST: epochs"
    unknown = f"{COOKIE}={'f' * MIN_ID}.signature"
    assert checker.check(soak_promise.Visit(recipe, unknown)) == "LOST: not saved"
    checker.close()


def test_the_coachs_own_list_holds_every_fault_and_healthy_runs():
    cases = coach.read(coach.OTHERS)
    assert len({case.name for case in cases}) == len(cases) >= 60
    found = {case.finding for case in cases}
    assert found >= {*TITLES} - {"batch_of_one", "dead_neurons"} and None in found


def test_the_coach_is_asked_about_each_seed_and_counted():
    recipe = Recipe(hidden_sizes=(8,), epochs=1, initializer="zeros")
    cases = [coach.Case("sick", recipe, "zero_initialization", digits=200)]
    outcomes = list(coach.examine(cases, seeds=2))
    assert [(o.seed, o.said) for o in outcomes] == [(k, "zero_initialization") for k in range(2)]
    assert coach.rates(outcomes) == {"found": 1.0, "right": 1.0, "accused": 0.0}


@pytest.mark.parametrize("name", ["digits8", "mnist-5k+hard", "mnist-5k+labels"])
def test_the_coachs_data_sets_have_digits_to_learn_from_and_to_validate_on(name):
    split = coach.split_of(name, 0.15)
    assert split.train_x.dtype == np.uint8 and len(split.train_x) > len(split.validation_x) > 100
    assert len(split.train_x) == len(split.train_y)


def test_learners_press_start_at_times_spread_over_the_whole_rush():
    times = click_times(150, within=7.5, seed=0)
    assert times == sorted(times) and len(set(times)) == 150
    assert times[0] < 0.5 and 7.0 < times[-1] <= 7.5
    assert click_times(150, within=7.5, seed=1) != times
