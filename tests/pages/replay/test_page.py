"""Replay: its frames are those of the training, and all that moves shows their numbers."""

import base64
import json
import zlib
from dataclasses import replace

import numpy as np
import pytest

import data
from ann.inside.frames import equals
from ann.measure import measure
from ann.recipe import Recipe
from ann.running import limits
from ann.running.budget import NoRoomError
from ann.running.limits import Limits
from ann.running.replay import Replay
from ann.state import Split
from pages.replay.changes import POSITION, rows
from pages.replay.current import CurrentReplay
from pages.replay.filters import Filters
from pages.ui import site
from pages.ui.inside.drawing import Latest
from pages.ui.networks import jobs
from tests.pages.conftest import press, query, texts
from tests.pages.trained import SMALL, give, new_job, still_training, trained, training_of
from tests.waiting import wait_until

TINY = Recipe(hidden_sizes=(16,), epochs=2, batch_norm=True, dropout=0.2)
SPLIT = Split(*data.load("mnist-5k").split(TINY.validation_fraction))
EQUALS = "equals the network that was kept, bit for bit"


def held(app) -> CurrentReplay:
    return app.session_state["lab"].kept[CurrentReplay]


def ready(app):
    """The page once its replay has ended."""
    wait_until(lambda: not (app.exception or held(app).replay) or not app.run().get("progress"))
    assert not app.exception
    return app


@pytest.fixture
def replay(visit):
    """The page with a small current network."""
    return ready(give(visit("replay"), trained(TINY)))


def component(app, key: str) -> dict:
    """What the browser gets for one of the components."""
    (found,) = (one for one in app.get("bidi_component") if one.proto.id.endswith(f"-{key}"))
    return json.loads(found.proto.json)


def unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))


def film(app, key: str) -> list[tuple[dict, str]]:
    """The figure of each frame, and what a screen reader says of it."""
    text = unpacked(component(app, key)["film"])
    assert b"NaN" not in text, "a browser could not read it"
    frames = json.loads(text)
    return [(json.loads(figure), text) for figure, text in frames]


def numbers(array) -> np.ndarray:
    """One of Plotly's typed arrays."""
    if not isinstance(array, dict):
        return np.asarray(array)
    return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])


def test_the_frames_are_steps_that_double_and_the_last_equals_the_network(replay):
    sent = component(replay, "replay.player")
    assert sent["labels"] == ["0", "1", "2", "4", "8", "16", "32", "64", "108"]
    assert sent["start"] == 8 and EQUALS in texts(replay.caption)
    assert equals(held(replay).replay.frames[-1], trained(TINY).run())
    assert "Before the first step" in sent["texts"][0] and "Step 64, epoch 1.19" in sent["texts"][7]


def test_sentences_curves_and_confusions_are_those_of_the_measured_states(replay):
    sentences = component(replay, "replay.player")["texts"]
    accuracy, loss, confusion = (
        film(replay, f"replay.{name}") for name in ("accuracy", "loss", "confusion")
    )
    for k, frame in enumerate(held(replay).replay.frames):
        found = measure(frame.state, SPLIT.validation_x, SPLIT.validation_y)
        assert f"{found.accuracy:.1%} of 600 validation digits" in sentences[k]
        for chart, value in ((accuracy, found.accuracy), (loss, found.loss)):
            assert numbers(chart[k][0]["data"][1]["y"])[0] == value
            assert numbers(chart[0][0]["data"][0]["y"])[k] == value
        counts = np.zeros((10, 10), int)
        np.add.at(counts, (SPLIT.validation_y, found.probabilities.argmax(1)), 1)
        shown = confusion[k][0]["layout"]["annotations"]
        assert {(a["y"], a["x"]): a["text"] for a in shown} == {
            (int(i), int(j)): str(counts[i, j]) for i, j in np.argwhere(counts)
        }
        assert confusion[k][1], "a screen reader is told, too"


def test_the_chosen_digit_and_the_drawing_have_the_probabilities_of_each_frame(replay):
    replay.session_state["lab"].kept[Latest] = Latest(np.array(SPLIT.train_x[7]))
    press(replay, "inside.next")
    digits = {"replay.digit": SPLIT.validation_x[1], "replay.drawing": SPLIT.train_x[7]}
    for key, image in digits.items():
        bars = [numbers(figure["data"][0]["x"]) for figure, _ in film(replay, key)]
        for frame, shown in zip(held(replay).replay.frames, bars, strict=True):
            p = measure(frame.state, image[None], np.zeros(1, int)).probabilities[0]
            assert np.array_equal(shown, p.astype(float))


def test_without_a_drawing_it_leads_to_the_canvas(replay):
    assert "Draw a digit" in texts(replay.markdown)


def test_the_pictures_are_what_training_changed(replay):
    sent, run = component(replay, "replay.filters"), trained(TINY).run()
    frames = held(replay).replay.frames
    values = np.frombuffer(unpacked(sent["packed"]), np.int8).reshape(len(frames), 16, 784)
    first = frames[0].state.network.views(frames[0].state.theta)[0].weights
    for k in (1, 4, -1):
        weights = run.network.views(frames[k].state.theta)[0].weights
        change = (weights - first).T[sent["units"]]
        assert np.abs(change).max() == pytest.approx(sent["scales"][k])
        shown = values[k] / 127 * sent["scales"][k]
        assert np.abs(shown - change).max() <= sent["scales"][k] / 250
    assert sent["scales"][0] == 0 and not values[0].any()


def test_of_many_frames_fewer_pictures_are_sent():
    frames = [*ready_frames()] * 5
    made = Filters.of(frames)
    assert len(made.units) == 8 and len(unpacked(made.packed)) <= 500_000
    assert len(unpacked(Filters.of(frames[:9]).packed)) == 9 * 16 * 784


def ready_frames():
    job = trained(TINY)
    plan_of_frames = replay_of(job.run())
    plan_of_frames.resume()
    wait_until(lambda: plan_of_frames.status == "finished")
    return plan_of_frames.frames


def replay_of(run) -> Replay:
    from ann.inside.replay import Plan, frame_steps

    plan = Plan.of(run)
    stops = frame_steps(plan, run.history.epochs["step"], 99)
    job = new_job(run.recipe)
    return Replay(job._dispatcher._pool, job.view().state, job.source, plan, stops)


def test_the_table_of_weights_has_those_that_differ_most(replay):
    frames, run = held(replay).replay.frames, trained(TINY).run()
    found = rows(run, frames[3], frames[-1])
    before, after = (frames[k].state.theta[: run.network.n_weights] for k in (3, -1))
    most = np.sort(np.abs(after - before))[::-1][:10]
    changes = [float(row["Change"].replace("−", "-")) for row in found]
    assert np.allclose(np.abs(changes), most, atol=6e-5)
    for row in found:
        kind, at = row["To"].removeprefix("unit ").split("-"), row["From"].split()
        layer = run.network.views(frames[-1].state.theta)[int(kind[0]) - 1].weights
        source = int(at[-1].split("-")[-1])
        if at[0] == "pixel":
            source += 28 * int(at[3].rstrip(","))
        assert f"{layer[source, int(kind[1])]:+.4f}".replace("-", "−") == row["After"]


def test_the_player_says_where_it_rests_and_the_address_follows(replay):
    assert query(replay)["step"] == "108" and len(replay.table) == 1
    for forged in ({"frame": 10**9}, {"frame": "2"}, {"frame": -1}, {}, {"frame": [1]}):
        replay.session_state[POSITION] = forged
        assert not replay.run().exception and query(replay)["step"] == "108"


@pytest.mark.parametrize(
    ("sent", "start"),
    [("16", 5), ("17", 5), ("0", 0), ("999999", 8), ("x" * 9, 8), ("-1", 8), ("٣", 8)],
)
def test_a_link_leads_to_its_step(visit, sent, start):
    app = give(visit("train"), trained(TINY))
    app.query_params.update({"step": sent})
    app = app.switch_page(site.path("replay")).run()
    warned = texts(app.warning)
    ready(app)
    warned += texts(app.warning)
    assert component(app, "replay.player")["start"] == start
    assert ("allowed are 0 to 108" in warned) == (not sent.isascii() or not sent[:6].isdecimal())


def test_a_training_that_goes_on_is_replayed_up_to_where_it_is(visit):
    app = ready(give(visit("replay"), still_training()))
    assert component(app, "replay.player")["labels"][-1] == "108"
    assert EQUALS in texts(app.caption)


def test_restored_weights_are_a_frame_of_their_own(visit):
    recipe = replace(SMALL, patience=1, learning_rate=0.05, epochs=30)
    app = ready(give(visit("replay"), trained(recipe)))
    run = trained(recipe).run()
    sent = component(app, "replay.player")
    assert sent["labels"][-1] == "kept"
    assert f"Kept, the weights of epoch {run.history.best_epoch}:" in sent["texts"][-1]
    assert EQUALS in texts(app.caption)


def test_a_training_that_diverged_is_replayed_to_where_it_did(visit):
    recipe = Recipe(hidden_sizes=(32, 16), activation="identity", optimizer="sgd")
    recipe = replace(recipe, learning_rate=10.0, epochs=3)
    assert trained(recipe).run().reason == "diverged"
    app = ready(give(visit("replay"), trained(recipe)))
    sent = component(app, "replay.player")
    assert sent["texts"][-1].startswith("Kept, the initial weights:")
    assert EQUALS in texts(app.caption) and "diverged" in texts(app.warning)
    for key in ("accuracy", "loss", "confusion", "digit"):
        assert len(film(app, f"replay.{key}")) == len(sent["labels"])


def test_a_network_that_the_replay_does_not_reach_is_said_to_be_another(visit):
    job = new_job(TINY)
    job.resume()
    wait_until(lambda: job.status == "finished")
    state = job.view().state
    state.theta = state.theta.copy()
    state.theta[0] += 1
    app = ready(give(visit("replay"), job))
    assert "does **not** equal" in texts(app.caption) and EQUALS not in texts(app.caption)


def test_a_run_whose_record_is_damaged_says_so(visit):
    job = new_job(TINY)
    job.resume()
    wait_until(lambda: job.status == "finished")
    job._history.add_change(3, 0.1, "seed", 0, 1)
    app = give(visit("replay"), job)
    assert "changed midway is damaged" in texts(app.warning) and not app.exception


def test_a_network_that_is_too_large_says_what_it_would_take(visit, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", Limits(max_replay_gb=0.0001))
    app = give(visit("replay"), trained(replace(TINY, hidden_sizes=(32,))))
    assert "too large for a replay" in texts(app.warning) and not app.exception


def test_a_large_network_has_fewer_frames(visit, monkeypatch):
    size = 4 * (784 * 16 + 16 * 10 + 10 + 32 + 32)
    monkeypatch.setattr(limits, "LIMITS", Limits(max_replay_gb=5 * size / 1e9))
    app = ready(give(visit("replay"), trained(TINY)))
    assert len(component(app, "replay.player")["labels"]) == 5
    assert EQUALS in texts(app.caption)


def test_without_memory_it_says_what_would_fit(visit, monkeypatch):
    def refuse(*args, **options):
        raise NoRoomError("Training this network takes 900 MB of memory.")

    monkeypatch.setattr(jobs, "new_replay", refuse)
    app = give(visit("replay"), trained(TINY))
    assert "takes 900 MB" in texts(app.warning)


def test_a_long_replay_shows_its_frames_so_far_and_can_be_stopped(visit):
    job = new_job(replace(TINY, epochs=5000, hidden_sizes=(400,)))
    job.resume()
    wait_until(lambda: job.view().state.step > 3)
    job.finish()
    wait_until(lambda: job.at_rest)
    job._state.step, job._state.epoch = 200_000, 3000
    app = give(visit("replay"), job)
    wait_until(lambda: any("player" in one.proto.id for one in app.run().get("bidi_component")))
    assert len(component(app, "replay.player")["labels"]) == 11
    assert "up to step 200,000" in app.get("progress")[0].proto.text
    press(app, "rewind.stop")
    wait_until(lambda: app.run().warning)
    assert "Stopped" in texts(app.warning) and EQUALS not in texts(app.caption)
    first = held(app).replay
    press(app, "replay.again")
    assert held(app).replay is not first
    held(app).replay.finish()


def test_another_network_ends_the_replay_of_the_first(visit):
    app = ready(give(visit("replay"), trained(TINY)))
    first = held(app).replay
    ready(give(app, trained(SMALL)))
    assert held(app).replay is not first and training_of(app).job is trained(SMALL)
    assert component(app, "replay.player")["labels"][-1] == "108"


def test_all_numbers_stand_in_a_table_too(replay):
    table = replay.dataframe[0].value
    assert list(table["Frame"])[:4] == ["0", "1", "2", "4"] and len(table) == 9
