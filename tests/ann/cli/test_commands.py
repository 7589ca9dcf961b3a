"""The commands bench and presets."""

from ann.recipes.presets import PRESETS
from tests.ann.cli.clusters import SMALL


def test_bench_times_steps_alone(result):
    found = result("bench", *SMALL, "--measure", "0.1")
    assert found["images_per_second"] > 0
    assert found["milliseconds_per_step"] > 0
    assert found["steps"] > 1


def test_presets_lists_all_names(run, result):
    _, out, _ = run("presets")
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)
    assert [entry["name"] for entry in result("presets")["presets"]] == list(PRESETS)
