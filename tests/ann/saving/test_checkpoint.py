"""Files of states and runs: what is saved can be loaded, and anything else is refused."""

import io
from dataclasses import replace

import numpy as np
import pytest

from ann.recipe import Recipe
from ann.run import Run
from ann.saving.checkpoint import (
    load_progress,
    load_run,
    load_state,
    save_run,
    save_state,
)
from ann.saving.history_json import to_json
from ann.state import start
from ann.train import train
from ann.version import version
from tests.ann.saving.files import (
    HISTORY,
    RECIPE,
    RUN,
    RUN_FILE,
    SPLIT,
    STATE,
    STATE_FILE,
    X,
    as_npy,
    refused,
    saved,
    with_header,
    zipped,
)


def test_a_loaded_run_is_complete_and_predicts_the_same():
    run = load_run(io.BytesIO(RUN_FILE))
    assert np.array_equal(run.predict_proba(X), RUN.predict_proba(X))
    for name in ("recipe", "scaling", "n_features", "n_classes", "fingerprint", "seconds"):
        assert getattr(run, name) == getattr(RUN, name), name
    for name in ("images_seen", "epoch", "step", "reason", "message", "parameters"):
        assert getattr(run, name) == getattr(RUN, name), name
    assert to_json(run.history) == to_json(HISTORY)


def test_a_loaded_state_has_its_curves_and_the_fingerprint_of_its_data():
    found = load_progress(io.BytesIO(saved(save_state, STATE, HISTORY, "abc")))
    assert found.fingerprint == "abc"
    assert to_json(found.history) == to_json(HISTORY)
    assert found.state.theta.tobytes() == STATE.theta.tobytes()


def test_a_state_without_curves_can_be_loaded():
    found = load_progress(io.BytesIO(STATE_FILE))
    assert len(found.history.steps["step"]) == 0
    assert found.state.recipe == RECIPE


def test_a_state_says_which_versions_have_trained_it():
    state = start(RECIPE, SPLIT)
    next(train(state, SPLIT))
    assert state.version == version()
    again = load_state(io.BytesIO(saved(save_state, state)))
    next(train(again, SPLIT))
    assert Run.of(again, HISTORY).version == version()


def test_a_training_that_an_earlier_version_began_goes_on_and_says_so():
    state = start(replace(RECIPE, batch_size=16), SPLIT)
    next(train(state, SPLIT))
    # earlier versions did not say which they were, and used whole batches only
    older = with_header(saved(save_state, state), version=None, position=16, images_seen=16)
    older = with_header(older, batch_sums=[1.0, 3, 16])
    again = load_state(io.BytesIO(older))
    assert again.version == "an earlier version"
    events = list(train(again, SPLIT))
    assert again.images_seen == 60 * RECIPE.epochs and events[-1].reason == "epochs"
    made = Run.of(again, HISTORY).version
    assert made == f"an earlier version; {version()}"
    assert load_run(io.BytesIO(saved(save_run, Run.of(again, HISTORY)))).version == made


@pytest.mark.parametrize("network", [(), (5,)], ids=["no hidden layer", "one"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adamw"])
def test_states_of_every_shape_can_be_loaded(network, optimizer):
    state = start(Recipe(hidden_sizes=network, optimizer=optimizer), SPLIT)
    again = load_state(io.BytesIO(saved(save_state, state)))
    assert again.moments.shape == state.moments.shape
    assert np.array_equal(again.theta, state.theta)


def test_a_file_on_disk_opens_with_plain_numpy(tmp_path):
    path = tmp_path / "run.npz"
    save_run(RUN, path)
    assert np.array_equal(np.load(path)["theta"], RUN.theta)
    assert load_run(path).recipe == RECIPE


@pytest.mark.parametrize(("content", "load"), [(STATE_FILE, load_state), (RUN_FILE, load_run)])
def test_a_file_cut_short_anywhere_is_refused(content, load):
    for length in range(0, len(content), 211):
        refused(content[:length], load)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"PK\x05\x06" + bytes(18), zipped({"a": b"b"}), as_npy(X)]
)
def test_other_files_are_refused(content):
    refused(content)
    refused(content, load_state)


def of_size(n_features, n_classes):
    """A file whose arrays have the sizes that follow from its header."""
    theta, none = np.ones((n_features + 1) * n_classes, np.float32), np.empty(0, np.float32)
    run = replace(RUN, recipe=Recipe(hidden_sizes=()), theta=theta, statistics=none)
    return saved(save_run, replace(run, n_features=n_features, n_classes=n_classes))


@pytest.mark.parametrize("sizes", [(0, 3), (12, 0), (10**6 + 1, 1), (1, 10_001)])
def test_too_many_or_too_few_classes_are_refused_even_if_the_arrays_fit(sizes):
    refused(of_size(*sizes), match="n_features: .* 1 to 1,000,000|n_classes: .* 1 to 10,000")


@pytest.mark.parametrize("sizes", [(1, 1), (1, 10_000), (10**6, 1)])
def test_the_smallest_and_the_largest_network_can_be_loaded(sizes):
    run = load_run(io.BytesIO(of_size(*sizes)))
    assert (run.n_features, run.n_classes) == sizes and run.theta.all()


def test_too_many_parameters_are_refused_before_any_is_read():
    content = with_header(RUN_FILE, n_features=10**6, recipe={"hidden_sizes": [200]})
    refused(content, match="200,000,803 parameters; the limit is 100,000,000")
