"""`python -m ann train`: its results, and how it ends."""

import signal

import pytest

from tests.ann.cli import clusters
from tests.ann.cli.clusters import SMALL
from tests.ann.cli.interrupt import interrupting


def test_train_prints_its_results_as_one_line_of_json(result):
    found = result("train", *SMALL)
    assert found["test_accuracy"] > 0.8
    assert found["test_loss"] < 0.7
    assert found["epochs"] == 3
    assert found["steps"] == 3 * 9  # 170 digits in batches of up to 20
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


def test_without_json_people_can_read_the_results(run):
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
    diverging = ["--optimizer", "sgd", "--learning-rate", 10, "--initializer", "normal"]
    found = result(
        "train", *diverging, "--init-scale", 10, "--activation", "identity", "--epochs", 50
    )
    assert found["reason"] == "diverged"
    assert "smaller learning rate" in found["message"]


@pytest.mark.parametrize(
    ("flags", "warning"),
    [
        (["--momentum", "0.8"], "Momentum: only with optimizer Momentum or Nesterov."),
        (["--patience", "3", "--validation-fraction", "0"], "Patience: only with validation"),
        (["--schedule", "plateau", "--validation-fraction", "0"], "Schedule Reduce on plateau:"),
        (["--initializer", "zeros"], "All weights began at zero: the gradient"),
        (["--learning-rate", "1e-05"], "The learning rate is too small: no step"),
        (["--optimizer", "sgd", "--learning-rate", "10", "--l2", "1"], "Training diverged"),
    ],
)
def test_what_a_page_would_warn_of_is_on_stderr(run, flags, warning):
    code, out, err = run("train", *SMALL, *flags)
    assert code == 0
    assert [line for line in err.splitlines() if line.startswith("ann: warning: ")]
    assert warning in err
    assert "test accuracy" in out and warning not in out


def test_what_the_coach_finds_is_named_in_the_result(result):
    assert result("train", *SMALL, "--initializer", "zeros")["findings"] == ["zero_initialization"]
    assert result("train", *SMALL)["findings"] == []


def test_settings_that_have_an_effect_give_no_warning(run):
    flags = ["--optimizer", "nesterov", "--momentum", "0.8", "--patience", "3"]
    assert run("train", *SMALL, *flags)[2] == ""


def test_notes_on_the_data_are_on_stderr(run, monkeypatch):
    data = clusters.a_data_set()
    data.notes = ("The labels are in the last column.",)
    monkeypatch.setattr(clusters, "load", lambda name: data)
    code, _, err = run("train", *SMALL)
    assert (code, err) == (0, "ann: note: clusters: The labels are in the last column.\n")


def test_ctrl_c_without_a_checkpoint_says_that_nothing_was_saved(run, monkeypatch):
    interrupting(monkeypatch, after=3)
    before = signal.getsignal(signal.SIGINT)  # ignored if a shell runs the tests in the background
    code, _, err = run("train", *SMALL)
    assert code == 130
    assert "nothing was saved" in err
    assert signal.getsignal(signal.SIGINT) is before
