"""`train --resume`: continuing from a checkpoint."""

import numpy as np
import pytest

from ann.saving.checkpoint import load_progress, load_run
from tests.ann.cli.clusters import SMALL
from tests.ann.cli.interrupt import interrupting


def test_ctrl_c_saves_a_checkpoint_from_which_a_run_equals_an_uninterrupted_one(
    run, result, tmp_path, monkeypatch
):
    unbroken, resumed, state = (tmp_path / name for name in ("a.npz", "b.npz", "state.npz"))
    recipe = [*SMALL, "--dropout", "0.2"]
    result("train", *recipe, "--out", unbroken)
    with monkeypatch.context() as patch:
        interrupting(patch, after=11)
        code, out, err = run("train", *recipe, "--checkpoint", state, "--json")
    assert (code, out) == (130, "")
    assert "epoch 1.22" in err  # 1 + 2 · 19 / 170: 170 digits make 9 batches
    assert "--resume" in err
    assert load_progress(state).state.step == 11
    result("train", *recipe, "--checkpoint", state, "--resume", "--out", resumed)
    first, second = load_run(unbroken), load_run(resumed)
    assert first.theta.tobytes() == second.theta.tobytes()
    assert np.array_equal(first.history.steps["loss"], second.history.steps["loss"])


@pytest.mark.parametrize(
    "more", [[], ["--ema", "0.9"], ["--patience", "9", "--learning-rate", "0.5"]], ids=str
)
def test_a_finished_training_continues_if_more_epochs_are_asked_for(result, tmp_path, more):
    state, longer, whole = (tmp_path / name for name in ("state.npz", "longer.npz", "whole.npz"))
    first = result("train", *SMALL, *more, "--checkpoint", state)
    again = ["train", "--checkpoint", state, "--resume"]
    assert result(*again)["test_loss"] == first["test_loss"]
    assert result(*again, "--epochs", 5, "--out", longer)["epochs"] == 5
    result("train", *SMALL[:-1], "5", *more, "--out", whole)
    second, unbroken = load_run(longer), load_run(whole)
    assert np.array_equal(second.theta, unbroken.theta)
    losses = [run.history.epochs["train_loss"].tolist() for run in (second, unbroken)]
    assert losses[0] == losses[1]


def test_resuming_takes_what_may_change_midway_and_refuses_the_rest(result, mistake, tmp_path):
    state = tmp_path / "state.npz"
    result("train", *SMALL, "--checkpoint", state)
    again = ["train", "--checkpoint", state, "--resume"]
    assert "hidden_sizes: (12,)" in mistake(*again, "--hidden-sizes", "5")
    assert "another data set" in mistake(*again, "--data", "other")
    changed = result(*again, "--epochs", "4", "--learning-rate", "0.002")
    assert changed["recipe"]["learning_rate"] == 0.002
    (first, second) = load_progress(state).history.changes
    assert first[2:] == ("learning_rate", 0.01, 0.002)
    assert second[2:] == ("epochs", 3, 4)


@pytest.mark.parametrize(
    ("ended", "change"),
    [
        ([], ["--learning-rate", "0.002"]),
        ([], ["--epochs", "2"]),
        (["--patience", "1", "--learning-rate", "10", "--epochs", "90"], ["--epochs", "99"]),
        (["--optimizer", "sgd", "--learning-rate", "10", "--l2", "1"], ["--dropout", "0.5"]),
    ],
    ids=["finished", "fewer epochs", "early_stopping", "diverged"],
)
def test_a_training_that_has_ended_takes_no_other_settings(
    result, mistake, tmp_path, ended, change
):
    state = tmp_path / "state.npz"
    first = result("train", *SMALL, *ended, "--checkpoint", state)
    again = ["train", "--checkpoint", state, "--resume"]
    assert change[0][2:].replace("-", "_") in mistake(*again, *change)
    assert result(*again)["recipe"] == first["recipe"]


def test_a_change_is_noted_at_its_fraction_of_an_epoch(run, result, tmp_path, monkeypatch):
    state = tmp_path / "state.npz"
    with monkeypatch.context() as patch:
        interrupting(patch, after=11)
        run("train", *SMALL, "--checkpoint", state)
    result("train", "--checkpoint", state, "--resume", "--dropout", "0.5")
    (change,) = load_progress(state).history.changes
    assert change == (11, 1 + 2 * 19 / 170, "dropout", 0.0, 0.5)
