"""The commands beside train: evaluate, predict, bench, presets."""

import numpy as np
import pytest

from ann.cli import main
from ann.recipes.presets import PRESETS
from ann.saving.checkpoint import load_run, save_run
from tests.ann.cli.clusters import SMALL, a_data_set


def test_evaluating_a_saved_run_gives_the_same_numbers(result, tmp_path):
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


def test_evaluating_on_another_data_set_says_so(run, tmp_path):
    path = tmp_path / "run.npz"
    run("train", *SMALL, "--out", path)
    code, out, _ = run("evaluate", path, "--data", "other")
    assert code == 0
    assert "trained on another data set" in out


@pytest.mark.parametrize("shape", [(16,), (4, 4), (1, 16), (1, 4, 4)])
def test_predict_takes_images_of_all_usual_shapes(shape, result, tmp_path):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    result("train", *SMALL, "--out", run_file)
    data = a_data_set()
    np.save(image_file, data.test_images[0].reshape(shape))
    (found,) = result("predict", run_file, image_file)["predictions"]
    expected = load_run(run_file).predict_proba(data.test_images[:1])[0]
    assert found["label"] == expected.argmax()
    assert found["probabilities"] == pytest.approx(expected.tolist())


def test_predict_takes_several_files_of_several_images_in_order(run, tmp_path):
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
def test_an_array_that_is_not_an_image_is_refused_and_its_file_named(
    array, what, run, mistake, tmp_path
):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    run("train", *SMALL, "--out", run_file)
    np.save(image_file, array, allow_pickle=True)
    line = mistake("predict", run_file, image_file)
    assert "image.npy" in line
    assert what in line


def test_an_image_file_that_claims_more_than_it_holds_is_refused_without_allocating_it(
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
def test_a_damaged_image_file_is_refused_in_one_line(content, run, mistake, tmp_path):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    run("train", *SMALL, "--out", run_file)
    image_file.write_bytes(content)
    assert "image.npy" in mistake("predict", run_file, image_file)


def test_a_network_with_weights_that_are_not_finite_is_refused(run, mistake, tmp_path):
    run_file, image_file = tmp_path / "run.npz", tmp_path / "image.npy"
    run("train", *SMALL, "--out", run_file)
    broken = load_run(run_file)
    broken.theta[:] = np.nan
    save_run(broken, run_file)
    np.save(image_file, a_data_set().test_images[:1])
    for command in (["predict", run_file, image_file, "--json"], ["evaluate", run_file]):
        assert "theta: " in mistake(*command)


def test_a_run_for_other_images_is_refused(run, mistake, tmp_path):
    path = tmp_path / "run.npz"
    run("train", *SMALL, "--out", path)
    wide = a_data_set()
    wide.test_images = np.zeros((60, 25), np.uint8)
    code = main(["evaluate", str(path)], lambda name: wide)
    assert code == 2


def test_bench_times_steps_alone(result):
    found = result("bench", *SMALL, "--measure", "0.1")
    assert found["images_per_second"] > 0
    assert found["milliseconds_per_step"] > 0
    assert found["steps"] > 1


def test_presets_lists_all_names(run, result):
    _, out, _ = run("presets")
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)
    assert [entry["name"] for entry in result("presets")["presets"]] == list(PRESETS)
