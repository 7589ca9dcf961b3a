"""The commands evaluate and predict: a saved run, and images of any kind."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest

from ann.cli import main
from ann.saving.checkpoint import load_run, save_run
from tests.ann.cli import clusters
from tests.ann.cli.clusters import SMALL, a_data_set


@pytest.fixture
def run_file(run, tmp_path):
    """A trained run of the clusters' 16 pixels and three classes."""
    path = tmp_path / "run.npz"
    assert run("train", *SMALL, "--out", path)[0] == 0
    return path


@pytest.fixture
def images(monkeypatch):
    """What the files that are named hold: the first test images, with these labels."""
    data = a_data_set()

    def hold(labels=None, count=6, notes=(), pixels=data.test_images):
        names = [f"{number}.png" for number in range(count)]
        found = SimpleNamespace(pixels=pixels[:count], labels=labels, names=names, notes=notes)
        monkeypatch.setattr(clusters, "read_images", lambda name: found, raising=False)
        return found

    return hold


@pytest.fixture
def file(tmp_path):
    """A file that is there and is no array."""
    path = tmp_path / "digits.csv"
    path.write_text("1,2,3")
    return path


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
    code, out, err = run("evaluate", path, "--data", "other")
    assert code == 0
    assert "accuracy" in out
    assert err.startswith("ann: warning: This run was trained on another data set")


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
    title, *lines = out.splitlines()
    assert title.split() == ["image", "prediction", "confidence"]
    assert [line.rsplit(maxsplit=2)[0] for line in lines] == [
        f"{one} [0]",
        *(f"{many} [{i}]" for i in range(5)),
    ]
    assert all(line.endswith("%") for line in lines)
    assert len({len(line) for line in out.splitlines()}) == 1, "the columns stand in line"


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
    [b"\x93NUMPY", b"\x93NUMPY\1\0\x10\0" + b"[" * 15 + b"\n"],
    ids=["cut off", "forged header"],
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
    code = main(["evaluate", str(path)], SimpleNamespace(load=lambda name: wide))
    assert code == 2


def test_predict_takes_whatever_the_data_can_read(run_file, file, images, result):
    images()
    found = result("predict", run_file, file)["predictions"]
    expected = load_run(run_file).predict_proba(a_data_set().test_images[:6])
    assert [one["label"] for one in found] == expected.argmax(axis=1).tolist()
    assert [one["image"] for one in found] == [f"{number}.png" for number in range(6)]
    assert {one["file"] for one in found} == {str(file)}


def test_notes_on_how_images_were_prepared_go_to_stderr_once(run_file, file, images, run):
    images(notes=("Dark strokes were inverted.",))
    code, out, err = run("predict", run_file, file, file)
    assert (code, err) == (0, "ann: note: Dark strokes were inverted.\n")
    assert len(out.splitlines()) == 13


def test_predict_writes_a_submission_for_kaggle(run_file, file, images, run, tmp_path):
    images()
    path = tmp_path / "submission.csv"
    code, out, _ = run("predict", run_file, file, "--out", path)
    assert code == 0
    assert out == f"6 predictions saved in {path}\n"
    expected = load_run(run_file).predict_proba(a_data_set().test_images[:6]).argmax(axis=1)
    with path.open(newline="") as written:
        assert list(csv.reader(written)) == [
            ["ImageId", "Label"],
            *([str(number), str(label)] for number, label in enumerate(expected, 1)),
        ]


def test_a_submission_that_cannot_be_written_is_noticed_before_the_images_are_read(
    run_file, file, images, mistake
):
    assert "out: /no/such" in mistake("predict", run_file, file, "--out", "/no/such/folder.csv")


@pytest.mark.parametrize("words", [False, True])
def test_evaluate_takes_labeled_images(words, run_file, file, images, result):
    data = a_data_set()
    labels = data.test_labels[:6].astype(np.int64)
    images(labels=np.array(["circle", "line", "star"])[labels] if words else labels)
    found = result("evaluate", run_file, file)
    right = load_run(run_file).predict_proba(data.test_images[:6]).argmax(axis=1) == labels
    assert found["accuracy"] == right.mean()
    assert found["images"] == 6
    assert found["files"] == [str(file)]


@pytest.mark.parametrize(
    ("labels", "complaint"),
    [
        (None, "holds no labels; `predict` classifies its images"),
        (np.array([0, 1, 2, 3, 0, 1]), "labels 0 to 3, of 4 kinds; this network knows the"),
        (np.array([5, 5, 5, 5, 5, 5]), "labels 5 to 5, of 1 kinds"),
        (np.array(["a", "b"] * 3), "labels a to b, of 2 kinds"),
    ],
)
def test_labels_that_the_network_does_not_know_are_refused(
    labels, complaint, run_file, file, images, mistake
):
    images(labels=labels)
    line = mistake("evaluate", run_file, file)
    assert "digits.csv" in line and complaint in line


def test_images_of_another_size_are_refused(run_file, file, images, mistake):
    images(pixels=np.zeros((6, 25), np.uint8))
    line = mistake("predict", run_file, file)
    assert "digits.csv: images of 25 pixels; this network takes 16" in line


@pytest.mark.parametrize("flag", [["--data", "other"], ["--split", "test"]])
def test_evaluate_takes_either_a_data_set_or_files(flag, run_file, file, mistake):
    assert f"{flag[0][2:]}: is for a data set" in mistake("evaluate", run_file, file, *flag)


def test_images_may_follow_after_flags(run_file, file, images, result):
    images(labels=a_data_set().test_labels[:6])
    assert result("evaluate", run_file, "--json", file)["images"] == 6
    assert len(result("predict", run_file, file, "--json", file)["predictions"]) == 12


def test_a_file_that_is_not_there_is_named(run_file, mistake):
    assert "/no.png: No such file" in mistake("predict", run_file, "/no.png")


def test_a_diverged_run_is_used_with_a_warning(run_file, file, images, run):
    broken = load_run(run_file)
    broken.reason, broken.message = "diverged", "Training diverged: the loss became infinite."
    save_run(broken, run_file)
    images()
    code, _, err = run("predict", run_file, file)
    assert (code, err) == (0, "ann: warning: Training diverged: the loss became infinite.\n")
