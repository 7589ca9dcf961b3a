"""`python -m ann`: what it prints, what it writes, how it ends."""

import signal

import numpy as np
import pytest

from ann.cli.inputs import Mistake
from ann.cli.train import write
from ann.saving.checkpoint import load_progress, load_run
from tests.ann.cli.clusters import SMALL


def test_train_ends_with_one_line_of_json_with_what_it_measured(result):
    found = result("train", *SMALL)
    assert found["test_accuracy"] > 0.8
    assert found["test_loss"] < 0.7
    assert found["epochs"] == 3
    assert found["steps"] == 3 * (170 // 20)
    assert found["parameters"] == 16 * 12 + 12 + 12 * 3 + 3
    assert found["seconds"] > 0
    assert found["images_per_second"] > 0
    assert found["reason"] == "epochs"
    assert 0 <= found["validation_accuracy"] <= 1
    assert found["recipe"] == {
        "hidden_sizes": [12],
        "learning_rate": 0.01,
        "batch_size": 20,
        "epochs": 3,
    }
    assert found["fingerprint"] == "0123456789abcdef"


def test_without_json_people_read_the_same(run):
    code, out, err = run("train", *SMALL)
    assert code == 0
    assert err == ""
    assert "test accuracy" in out
    assert "All 3 epochs are done." in out
    assert "{" not in out


def test_without_validation_digits_their_numbers_are_null(result):
    found = result("train", *SMALL, "--validation-fraction", "0")
    assert found["validation_accuracy"] is None
    assert found["best_epoch"] is None


def test_a_divergence_is_a_result_with_its_reason(result):
    wild = ["--optimizer", "sgd", "--learning-rate", 10, "--initializer", "normal"]
    found = result("train", *wild, "--init-scale", 10, "--activation", "identity", "--epochs", 50)
    assert found["reason"] == "diverged"
    assert "smaller learning rate" in found["message"]


def test_a_disk_that_is_full_leaves_the_old_file_and_no_half_of_a_new_one(tmp_path):
    def save(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    path = tmp_path / "run.npz"
    path.write_bytes(b"old")
    with pytest.raises(Mistake, match=r"run\.npz: No space left"):
        write(str(path), save)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_written_to_a_link_goes_to_the_file_that_it_names(run, tmp_path):
    link, file = tmp_path / "latest.npz", tmp_path / "run.npz"
    link.symlink_to(file)
    run("train", *SMALL, "--out", link)
    assert link.is_symlink()
    assert load_run(file).epoch == 3


def interrupting(monkeypatch, after):
    """Ctrl-C in the middle of a step, after so many steps."""
    from ann.cli import train as cli_train

    def train(state, split):
        for event in real(state, split):
            if state.step == after:
                signal.raise_signal(signal.SIGINT)
            yield event

    real = cli_train.train
    monkeypatch.setattr(cli_train, "train", train)


def test_ctrl_c_saves_a_whole_checkpoint_and_a_resumed_run_equals_an_unbroken_one(
    run, result, tmp_path, monkeypatch
):
    unbroken, resumed, state = (tmp_path / name for name in ("a.npz", "b.npz", "state.npz"))
    recipe = [*SMALL, "--dropout", "0.2"]
    result("train", *recipe, "--out", unbroken)
    with monkeypatch.context() as patch:
        interrupting(patch, after=11)
        code, out, err = run("train", *recipe, "--checkpoint", state, "--json")
    assert (code, out) == (130, "")
    assert "epoch 1.35" in err  # 1 + 3 · 20 / 170
    assert "--resume" in err
    assert load_progress(state).state.step == 11
    result("train", *recipe, "--checkpoint", state, "--resume", "--out", resumed)
    first, second = load_run(unbroken), load_run(resumed)
    assert first.theta.tobytes() == second.theta.tobytes()
    assert np.array_equal(first.history.steps["loss"], second.history.steps["loss"])


def test_ctrl_c_without_a_checkpoint_says_that_nothing_is_saved(run, monkeypatch):
    interrupting(monkeypatch, after=3)
    before = signal.getsignal(signal.SIGINT)  # ignored, where a shell runs the tests in its back
    code, _, err = run("train", *SMALL)
    assert code == 130
    assert "nothing is saved" in err
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    "more", [[], ["--ema", "0.9"], ["--patience", "9", "--learning-rate", "0.5"]], ids=str
)
def test_a_finished_training_goes_on_when_more_epochs_are_asked_for(result, tmp_path, more):
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
    assert "other data" in mistake(*again, "--data", "other")
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
def test_a_training_that_is_over_takes_no_settings_that_it_was_not_trained_with(
    result, mistake, tmp_path, ended, change
):
    state = tmp_path / "state.npz"
    first = result("train", *SMALL, *ended, "--checkpoint", state)
    again = ["train", "--checkpoint", state, "--resume"]
    assert change[0][2:].replace("-", "_") in mistake(*again, *change)
    assert result(*again)["recipe"] == first["recipe"]


def test_a_change_is_noted_at_the_part_of_the_epoch_where_it_came(
    run, result, tmp_path, monkeypatch
):
    state = tmp_path / "state.npz"
    with monkeypatch.context() as patch:
        interrupting(patch, after=11)
        run("train", *SMALL, "--checkpoint", state)
    result("train", "--checkpoint", state, "--resume", "--dropout", "0.5")
    (change,) = load_progress(state).history.changes
    assert change == (11, 1 + 3 * 20 / 170, "dropout", 0.0, 0.5)
