"""The gauges on Train: closed they cost nothing, open they show the signals of every layer."""

import base64
import re

from ann.events import Signals
from pages.ui.gauges import FILTERS, curve, table
from pages.ui.words import DIGITS
from tests.pages.conftest import press, texts, wait_until
from tests.pages.trained import job_of

TINY = {"hidden_sizes": "16-8", "epochs": "2", "batch_size": "512"}


def test_the_table_has_a_row_for_each_layer_with_its_latest_numbers():
    signals = [
        Signals(0, 2.3, (1.5, 0.5), (), (0.0,)),
        Signals(1, 2.3, (1.25, 0.4), (0.01, 0.02), (0.5,)),
    ]
    drawn = table(signals, DIGITS)
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', drawn)
    told = [re.sub("<[^>]+>", " ", row).split() for row in rows]
    assert told == [["layer", "1", "1.2", "1.00%", "50%"], ["output", "0.4", "2.00%", "–"]]
    assert "At step 1" in drawn and "digits" in drawn and "images" in table(signals, ["Coat"])


def test_curves_of_numbers_that_are_not_finite_are_drawn_without_them():
    drawn = curve([1.0, float("nan"), 3.0, float("inf")], logarithmic=True)
    points = base64.b64decode(drawn.partition("base64,")[2].partition('"')[0]).decode()
    assert "<polyline" in points and "nan" not in points and "inf" not in points
    assert curve([], logarithmic=True) == ""


def test_open_they_show_layers_and_filters_of_a_training(visit):
    app = press(visit("train", TINY), "train.start")
    wait_until(app, lambda: job_of(app).status == "finished")
    assert not [h for h in app.get("html") if "gauges" in h.proto.body]
    app.session_state["train.gauges"] = True
    app.run()
    assert not app.exception
    drawn = "".join(h.proto.body for h in app.get("html"))
    assert all(f'<th scope="row">{name}</th>' in drawn for name in ("layer 1", "layer 2", "output"))
    assert drawn.count('alt="neuron') == FILTERS
    assert "layer 1" in texts(app.caption)
