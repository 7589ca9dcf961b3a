"""The distributions on Look."""

import json
from dataclasses import replace

import numpy as np

from tests.pages.trained import SMALL, give, trained


def opened(app):
    app.session_state["look.spread"] = True
    app.run()
    assert not app.exception
    return app


def test_nothing_is_computed_until_it_is_opened(visit):
    app = give(visit("look"), trained())
    assert not app.dataframe


def test_the_table_has_the_numbers_of_each_layer(visit):
    run = trained().run()
    app = opened(give(visit("look"), trained()))
    table = app.dataframe[0].value
    assert list(table["Layer"]) == ["layer 1", "output"]
    for k, layer in enumerate(run.network.views(run.theta)):
        assert float(table["SD of weights"][k]) == float(f"{layer.weights.std():.3g}")
        largest = np.abs(layer.weights).max()
        assert float(table["Largest |weight|"][k]) == float(f"{largest:.3g}")
    assert table["Share of 0"][0].endswith("%") and table["Share of 0"][1] == "0%"


def test_many_layers_and_none_are_drawn(visit):
    for sizes in ((), (4,) * 20):
        recipe = replace(SMALL, hidden_sizes=sizes, epochs=1)
        app = opened(give(visit("look"), trained(recipe)))
        assert len(app.dataframe[0].value) == len(sizes) + 1
        sent = [one.proto.json for one in app.get("bidi_component")]
        figures = [json.loads(text) for text in sent if text]
        assert sum("figure" in one for one in figures) >= 2
