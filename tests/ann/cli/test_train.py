"""`python -m ann`: what it prints, what it writes, how it ends."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ann.cli import main
from ann.cli.inputs import Mistake
from ann.cli.progress import Bar
from ann.cli.train import write
from ann.events import Step
from ann.recipe import FIELDS
from ann.recipes.presets import PRESETS
from ann.saving.checkpoint import load_progress, load_run, save_run

ROOT = Path(__file__).parents[3]
SMALL = ["--hidden-sizes", "12", "--batch-size", "20", "--learning-rate", "0.01", "--epochs", "3"]


def a_data_set(seed=0, fingerprint="0123456789abcdef"):
    """Three classes of 16 pixels: 200 to learn from, 60 to test by."""
    rng = np.random.default_rng(seed)
    centers = np.random.default_rng(9).integers(30, 225, (3, 16))
    labels = (np.arange(260) % 3).astype(np.uint8)
    images = np.clip(centers[labels] + rng.normal(0, 30, (260, 16)), 0, 255).astype(np.uint8)

    def split(fraction):
        cut = 200 - round(200 * fraction)
        return images[:cut], labels[:cut], images[cut:200], labels[cut:200]

    return SimpleNamespace(
        name="clusters",
        title="Clusters",
        split=split,
        test_images=images[200:],
        test_labels=labels[200:],
        class_names=("a", "b", "c"),
        fingerprint=fingerprint,
    )


def load(name):
    if name == "missing":
        raise ValueError("missing: neither a folder nor a data set's name")
    return a_data_set(fingerprint="another") if name == "other" else a_data_set()


@pytest.fixture
def run(capsys):
    """Run a command: exit code, stdout, stderr."""

    def run(*argv):
        code = main([str(part) for part in argv], load)
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def result(run):
    """Run a command with --json that ends well: what its last line says."""

    def result(*argv):
        code, out, err = run(*argv, "--json")
        assert (code, err) == (0, "")
        return json.loads(out.splitlines()[-1])

    return result


@pytest.fixture
def mistake(run):
    """Run a command that is wrong: the one line on stderr."""

    def mistake(*argv):
        code, out, err = run(*argv)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return err

    return mistake


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


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_the_recipe_has_a_flag_in_both_spellings(name, mistake):
    for flag in {f"--{name}", f"--{name.replace('_', '-')}"}:
        assert mistake("train", flag, "nonsense").startswith(f"ann: {name}: 'nonsense'")


def test_flags_take_what_a_link_takes_and_what_people_write(result):
    for widths in (["8-4"], ["8", "4"], ["8,4"]):
        found = result("train", "--epochs", 1, "--batch_norm", "--hidden_sizes", *widths)
        assert found["recipe"] == {"hidden_sizes": [8, 4], "batch_norm": True, "epochs": 1}
    assert "batch_norm" not in result("train", "--epochs", 1, "--batch-norm", "false")["recipe"]
    assert result("train", "--epochs", 1, "--hidden-sizes", "none")["parameters"] == 16 * 3 + 3


def test_a_flag_goes_before_the_preset(result):
    found = result("train", "--preset", "keras-classic", "--epochs", "1", "--seed", "4")
    expected = PRESETS["keras-classic"].recipe.differences() | {"epochs": 1, "seed": 4}
    assert found["recipe"] == expected | {"hidden_sizes": list(expected["hidden_sizes"])}
    assert found["preset"] == "keras-classic"


def test_a_saved_run_is_evaluated_to_the_same_numbers(result, tmp_path):
    path = tmp_path / "run.npz"
    trained = result("train", *SMALL, "--out", path)
    tested = result("evaluate", path)
    assert tested["accuracy"] == trained["test_accuracy"]
    assert tested["loss"] == pytest.approx(trained["test_loss"])
    assert tested["trained_on_this_data"]
    validated = result("evaluate", path, "--split", "validation")
    assert validated["images"] == 30
    assert validated["accuracy"] == trained["validation_accuracy"]
    assert load_run(path).fingerprint == "0123456789abcdef"


def test_evaluating_on_other_data_says_that_it_is_other_data(run, tmp_path):
    path = tmp_path / "run.npz"
    run("train", *SMALL, "--out", path)
    code, out, _ = run("evaluate", path, "--data", "other")
    assert code == 0
    assert "trained on other data" in out


@pytest.mark.parametrize("shape", [(16,), (4, 4), (1, 16), (1, 4, 4)])
def test_predict_reads_images_of_any_of_the_usual_shapes(shape, result, tmp_path):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    result("train", *SMALL, "--out", run_file)
    data = a_data_set()
    np.save(image_file, data.test_images[0].reshape(shape))
    (found,) = result("predict", run_file, image_file)["predictions"]
    expected = load_run(run_file).predict_proba(data.test_images[:1])[0]
    assert found["label"] == expected.argmax()
    assert found["probabilities"] == pytest.approx(expected.tolist())


def test_predict_reads_several_files_of_several_images_in_order(run, tmp_path):
    run_file, one, many = (tmp_path / name for name in ("run.npz", "one.npy", "many.npy"))
    run("train", *SMALL, "--out", run_file)
    np.save(one, a_data_set().test_images[0])
    np.save(many, a_data_set().test_images[:5])
    code, out, _ = run("predict", run_file, one, many)
    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines()] == [
        f"{one} [0]",
        *(f"{many} [{i}]" for i in range(5)),
    ]


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (np.zeros((4, 4)), "float64"),
        (np.zeros((5, 5), np.uint8), "(5, 5)"),
        (np.zeros((0, 16), np.uint8), "(0, 16)"),
        (np.array(None), "Python objects"),
    ],
)
def test_an_image_of_another_kind_is_refused_by_file(array, what, run, mistake, tmp_path):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    run("train", *SMALL, "--out", run_file)
    np.save(image_file, array, allow_pickle=True)
    line = mistake("predict", run_file, image_file)
    assert "image.npy" in line
    assert what in line


def test_an_image_file_that_claims_more_than_it_holds_is_refused_without_making_room(
    run, mistake, tmp_path
):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    run("train", *SMALL, "--out", run_file)
    claim = {"descr": "|u1", "fortran_order": False, "shape": (10**13, 16)}
    with image_file.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, claim)
        file.write(bytes(16))
    assert "image.npy" in mistake("predict", run_file, image_file)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\3\4 no archive", b"\x93NUMPY\1\0\x10\0" + b"[" * 15 + b"\n"],
    ids=["empty", "no archive", "forged header"],
)
def test_a_damaged_image_file_is_refused_in_a_line(content, run, mistake, tmp_path):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    run("train", *SMALL, "--out", run_file)
    image_file.write_bytes(content)
    assert "image.npy" in mistake("predict", run_file, image_file)


def test_a_network_beyond_all_numbers_is_refused_as_json_too(run, mistake, tmp_path):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    run("train", *SMALL, "--out", run_file)
    broken = load_run(run_file)
    broken.theta[:] = np.nan
    save_run(broken, run_file)
    np.save(image_file, a_data_set().test_images[:1])
    for command in (["predict", run_file, image_file, "--json"], ["evaluate", run_file]):
        assert "theta: " in mistake(*command)


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


def test_a_reader_that_has_seen_enough_is_no_traceback():
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "ann", "presets"]
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_bench_measures_steps_alone(result):
    found = result("bench", *SMALL, "--measure", "0.1")
    assert found["images_per_second"] > 0
    assert found["milliseconds_per_step"] > 0
    assert found["steps"] > 1


def test_presets_lists_their_names(run, result):
    _, out, _ = run("presets")
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)
    assert [entry["name"] for entry in result("presets")["presets"]] == list(PRESETS)


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
        (["train", "--out", "/dev/null"], "out: /dev/null is no plain file"),
        (["train", "--out", "a" * 252], "can't be written (File name too long)"),
        (["train", "--checkpoint", "a" * 300], "can't be written (File name too long)"),
        (["train", "--out", "/proc/run.npz"], "out: /proc/run.npz can't be written"),
        (["train", "--out", "a.npz", "--checkpoint", "./a.npz"], "out: a.npz is the checkpoint"),
        (["train", "--resume"], "--checkpoint"),
        (["train", "--resume", "--checkpoint", "/no.npz"], "/no.npz: No such file"),
        (["evaluate", "/no.npz"], "/no.npz: No such file"),
        (["evaluate", str(ROOT)], f"{ROOT}: Is a directory"),
        (["evaluate", __file__], "test_cli.py: not a file of ANN Lab"),
        (["predict", __file__, __file__], "test_cli.py: not a file of ANN Lab"),
        (["evaluate", "run.npz", "--split", "train"], "split"),
        (["bench", "--measure", "0"], "measure: 0"),
        (["bench", "--measure", "nan"], "measure: nan"),
    ],
)
def test_a_mistake_is_one_line_that_names_what_is_wrong(argv, what, mistake):
    assert what in mistake(*argv)


def test_a_run_for_other_images_is_refused(run, mistake, tmp_path):
    path = tmp_path / "run.npz"
    run("train", *SMALL, "--out", path)
    wide = a_data_set()
    wide.test_images = np.zeros((60, 25), np.uint8)
    code = main(["evaluate", str(path)], lambda name: wide)
    assert code == 2


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


def test_ctrl_c_while_the_data_is_read_is_no_traceback(capsys):
    def load(name):
        raise KeyboardInterrupt

    assert main(["train"], load) == 130
    assert "stopped" in capsys.readouterr().err


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


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drawn(stream, quiet=False):
    """What the bar draws on `stream` in the first steps of epoch 6 of 20."""
    state = SimpleNamespace(recipe=PRESETS["keras-classic"].recipe, epoch=5, images_seen=0)
    bar = Bar(quiet, stream)
    for part in (0.1, 0.2, 0.3):
        state.images_seen += 640
        bar.show(state, Step(1, 5 + part, 0.5, 0.9, 0.0, 0.01))
    return stream.getvalue()


def test_the_bar_shows_epoch_speed_and_time_left_on_a_terminal_only():
    line = drawn(Terminal())
    assert "epoch 6/20 [#####....." in line
    assert "images/s" in line
    assert "left" in line
    assert drawn(Terminal(), quiet=True) == ""
    assert drawn(io.StringIO()) == ""


def test_the_embedded_digits_are_trained_on_from_a_real_shell(tmp_path):
    path = tmp_path / "run.npz"
    command = [sys.executable, "-m", "ann", "train", "--epochs", "2", "--json", "--out", path]
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
