"""What all commands share: mistakes, closed pipes, JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ann.cli import main

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        ([], "COMMAND"),
        (["dance"], "dance"),
        (["train", "--layers", "3"], "--layers"),
        (["train", "--dropout", "1.5"], "dropout: 1.5 is outside 0 to 0.9"),
        (["train", "--epochs"], "epochs"),
        (["train", "--preset", "best"], "preset: 'best' is not one of numpy-two-layer"),
        (["train", "--data", "missing"], "missing: neither a folder"),
        (["train", "--out", "/no/such/folder/run.npz"], "out: /no/such/folder/run.npz"),
        (["train", "--out", "/"], "out: /"),
        (["train", "--out", "/dev/null"], "out: /dev/null is not a plain file"),
        (["train", "--out", "a" * 252], "can't be written (File name too long)"),
        (["train", "--checkpoint", "a" * 300], "can't be written (File name too long)"),
        (["train", "--out", "/proc/run.npz"], "out: /proc/run.npz can't be written"),
        (
            ["train", "--out", "a.npz", "--checkpoint", "./a.npz"],
            "out: a.npz is also the checkpoint",
        ),
        (["train", "--resume"], "--checkpoint"),
        (["train", "--resume", "--checkpoint", "/no.npz"], "/no.npz: No such file"),
        (["evaluate", "/no.npz"], "/no.npz: No such file"),
        (["evaluate", str(ROOT)], f"{ROOT}: Is a directory"),
        (["evaluate", __file__], "test_main.py: not a file of ANN Lab"),
        (["predict", __file__, __file__], "test_main.py: not a file of ANN Lab"),
        (["evaluate", "run.npz", "--split", "train"], "split"),
        (["bench", "--measure", "0"], "measure: 0"),
        (["bench", "--measure", "nan"], "measure: nan"),
    ],
)
def test_a_mistake_is_one_line_that_names_what_is_wrong(argv, what, mistake):
    assert what in mistake(*argv)


@pytest.mark.parametrize(
    "argv",
    [
        ["x" * 9_000],
        ["train", "x" * 9_000],
        ["train", "--preset", "x" * 9_000],
        ["evaluate", "x" * 9_000],
    ],
    ids=["command", "argument", "preset", "file"],
)
def test_a_mistake_is_not_echoed_at_length(argv, mistake):
    assert len(mistake(*argv)) < 500


@pytest.mark.parametrize(
    "arguments",
    [["presets"], ["presets", "--json"], ["train", "--epochs", "10", "--json"]],
    ids=" ".join,
)
def test_a_pipe_that_is_closed_early_is_not_a_traceback(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "ann", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_ctrl_c_while_the_data_is_read_is_not_a_traceback(capsys):
    def load(name):
        raise KeyboardInterrupt

    assert main(["train"], SimpleNamespace(load=load)) == 130
    assert "stopped" in capsys.readouterr().err


def test_the_embedded_digits_are_trained_on_from_a_real_shell(tmp_path):
    path = tmp_path / "run.npz"
    command = [sys.executable, "-m", "ann", "train", "--epochs", "10", "--json", "--out", path]
    done = subprocess.run(
        [*command, "--data", "mnist-5k"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout)["test_accuracy"] > 0.8
    command = [sys.executable, "-m", "ann", "train", "--data", tmp_path / "nowhere"]
    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert failed.returncode == 2
    assert failed.stderr.startswith("ann: ")
    assert failed.stderr.count("\n") == 1
