"""A sweep while it runs: its table and its map."""

import json

from pages.ui.live import beat
from tests.pages.conftest import press, texts, wait_until
from tests.pages.sweep.conftest import (
    SEARCH,
    TINY,
    buttons,
    run_to_the_end,
    sweep,
)


def test_a_sweep_whose_trials_all_diverged_says_so_and_draws_no_empty_axes(visit, end):
    unstable = {"optimizer": "sgd", "activation": "identity", "search": "learning_rate~10~9"}
    app = end(press(visit("sweep", unstable | {"epochs": "1"}), "sweep.start"))
    run_to_the_end(app)
    assert not app.exception
    assert list(app.dataframe[0].value["Status"]) == ["diverged"] * 2
    assert "Try smaller learning rates" in texts(app.warning)
    assert "Each point is a trial" not in texts(app.caption)
    assert buttons(app) == {"start"}, "there is no best to use or to save"


def map_of(app):
    """The accuracies in the cells of the map, the largest first; dots mark unfinished trials."""
    figure = json.loads(app.session_state["lab"].kept[beat.Drawn].made["sweep.map"][1].figure)
    found = [note["text"] for note in figure["layout"]["annotations"]]
    return sorted((text for text in found if "%" in text), reverse=True)


def table_of(app):
    """The same from the table."""
    rows = app.dataframe[0].value[["Validation accuracy", "Status"]].dropna()
    texts = [
        f"{a:.1f}%" + " …" * (status != "finished") for a, status in rows.itertuples(index=False)
    ]
    return sorted(texts, reverse=True)


def test_map_and_table_show_the_same_moment_while_trials_train(visit, end, monkeypatch):
    monkeypatch.setattr(beat, "SLOW", 0.01)  # or they would not change in so short a time
    app = end(press(visit("sweep", TINY | SEARCH | {"epochs": "2000"}), "sweep.start"))
    seen = set()

    def enough_seen():
        app.run()
        assert map_of(app) == table_of(app)
        assert app.dataframe[0].proto.placeholder == "–", "learners should not see None"
        seen.add(tuple(map_of(app)))
        return len(seen) == 4

    wait_until(app, enough_seen)
    sweep(app).pause()
    app.run()
    table = app.dataframe[0].value
    assert map_of(app) == table_of(app)
    best = table["Validation accuracy"]
    assert best[0] == best.max() and f"validation accuracy of **{best[0]:.1f}%**" in texts(
        app.markdown
    )
