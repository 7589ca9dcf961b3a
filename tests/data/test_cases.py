"""The folders of ../shared/cases, as their list says: loaded, listed, and on the command line."""

import json
import subprocess
import sys
from functools import cache as once
from pathlib import Path

import pytest

import data
from data import names
from data.finding import places

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "cases"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not there")


@once
def expected() -> dict:
    return json.loads((CASES / "expected.json").read_text()) if CASES.is_dir() else {}


def named(kind):
    return pytest.mark.parametrize("name", expected().get(kind, ["none"]))


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """All folders, made once."""
    folder = tmp_path_factory.mktemp("cases")
    subprocess.run([sys.executable, CASES / "make.py", folder], cwd=ROOT, check=True)
    return folder


@pytest.fixture(autouse=True)
def in_data(made, monkeypatch):
    """The folders lie in data/."""
    monkeypatch.setattr(places, "HERE", made)


def listed(name):
    folder = places.HERE / name
    return next(info for info in data.available() if str(folder) in info.how)


@named("same as idx")
def test_it_is_the_same_as_idx(made, name):
    found = data.load(name)
    assert found.fingerprint == data.load(made / "idx").fingerprint
    assert found.class_names == names.DIGITS
    assert listed(name).here


@named("same as idx, names of clothes")
def test_it_is_the_same_as_idx_with_clothes(made, name):
    found = data.load(name)
    assert found.fingerprint == data.load(made / "idx").fingerprint
    assert found.class_names == names.CLOTHES and found.title.startswith("Fashion-MNIST")


@named("same as idx after turning by itself, said so")
def test_it_is_turned_by_itself_and_said_so(made, name):
    found = data.load(name)
    assert found.fingerprint == data.load(made / "idx").fingerprint
    assert any("turned" in note for note in found.notes)


@named("opens with a warning and one click that mends it to the same as idx")
def test_it_is_doubted_and_its_remedy_makes_it_the_same_as_idx(made, name):
    found = data.load(name)
    assert found.fingerprint != data.load(made / "idx").fingerprint
    (doubt,) = found.doubts
    mended = data.load("~".join([name, *doubt.remedies]))
    assert mended.fingerprint == data.load(made / "idx").fingerprint and not mended.doubts


@named("same as idx")
def test_it_raises_no_doubt(name):
    assert not data.load(name).doubts


@named("opens scaled to 0..255, said so")
def test_it_is_scaled_and_said_so(name):
    found = data.load(name)
    assert found.images.max() == 255
    assert any("scaled to 0 to 255" in note for note in found.notes)


@named("opens, test split made from the training file, said so")
def test_its_test_set_is_made_and_said_so(name):
    found = data.load(name)
    assert len(found.images) + len(found.test_images) == 600
    assert any("are the test set" in note for note in found.notes)


@pytest.mark.parametrize(
    ("name", "classes"), expected().get("opens with its own classes", {"none": 0}).items()
)
def test_it_has_its_own_classes(name, classes):
    assert len(data.load(name).class_names) == classes


@pytest.mark.parametrize(("name", "word"), expected().get("clear error", {"none": ""}).items())
def test_it_is_refused_in_a_word(name, word):
    with pytest.raises(data.DataError, match=word) as caught:
        data.load(name)
    assert len(str(caught.value)) < 400
    info = listed(name)
    assert not info.here and not info.can_fetch and word in info.how


def every():
    return sorted({name for kind in expected().values() for name in kind}) or ["none"]


@pytest.mark.parametrize("name", every())
def test_the_command_line_says_the_same(made, name, capsys):
    from ann.cli import main

    code = main(
        ["train", "--data", str(made / name), "--epochs", "1", "--hidden-sizes", "8", "--quiet"],
        data,
    )
    out, err = capsys.readouterr()
    wrong = expected()["clear error"].get(name)
    if wrong:
        assert code == 2 and wrong in err and len(err.splitlines()) == 1
        return
    assert code == 0 and "test accuracy" in out
    notes = data.load(made / name).notes
    told = [line for line in err.splitlines() if line.startswith("ann: note: ")]
    assert len(told) == len(notes)
    assert all(line.endswith(note) for line, note in zip(told, notes, strict=True))
