"""What the benchmark of a class must find on the Train page; nothing else runs it in the tests."""

from inspect import signature

from tests.benchmarks.protocol import Visitor
from tests.pages.conftest import press, wait_until
from tests.pages.trained import job_of


def test_the_benchmark_of_a_class_finds_its_chart_buttons_and_slider(visit, end):
    app = end(visit("train", {"hidden_sizes": "8"}))
    assert {"train.start", "train.reset"} <= {button.key for button in app.button}
    assert {"0.1", "0.2", "0.3"} <= set(app.select_slider(key="dropout").options)
    press(app, "train.step")
    wait_until(app, lambda: job_of(app).status == "paused")
    chart = signature(Visitor).parameters["chart"].default
    assert any(found.proto.id.endswith(f"-{chart}") for found in app.get("bidi_component"))
