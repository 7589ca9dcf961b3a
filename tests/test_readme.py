"""The READMEs: their commands are accepted, their examples run, and their links lead somewhere."""

import argparse
import importlib
import json
import os
import pkgutil
import re
import shlex
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import data
from ann.cli import main
from ann.cli.flags import build_parser
from ann.recipes.presets import PRESETS
from pages.ui import site

ROOT = Path(__file__).parents[1]
FOLDERS = ("ann", "data", "pages", "tests")
FRONT = ROOT / "README.md"
READMES = [FRONT, *sorted(path for name in FOLDERS for path in (ROOT / name).rglob("README.md"))]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PROGRAM = re.compile(r"(python -m|pip|streamlit run) ")  # how a command within a sentence begins
SOURCE = re.compile(rf"({'|'.join(FOLDERS)})/[\w./*-]+\.(py|md)")
DOTTED = re.compile(rf"({'|'.join(FOLDERS)})(\.\w+)+")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, *languages: str) -> list[str]:
    """The fenced blocks in any of these languages; "" is a fence that names none."""
    return [code for language, code in FENCE.findall(text_of(path)) if language in languages]


def spans(path: Path) -> list[str]:
    """What stands in backticks within sentences."""
    return CODE.findall(FENCE.sub("", text_of(path)))


def commands(path: Path) -> list[str]:
    """Every command, without comments and leading variables, as one string each."""
    lines = [line for block in blocks(path, "", "sh") for line in block.splitlines()]
    lines += filter(PROGRAM.match, spans(path))
    found = []
    for line in lines:
        words = shlex.split(line, comments=True)
        while words:
            end = words.index("&&") if "&&" in words else len(words)
            found.append(shlex.join(w for w in words[:end] if not re.match(r"[A-Z_]+=", w)))
            words = words[end + 1 :]
    return found


def each_command() -> list:
    """Every command of every README, once, named after where it stands."""
    found = {command: path for path in reversed(READMES) for command in commands(path)}
    return [pytest.param(c, id=f"{name_of(path)}: {c}") for c, path in reversed(found.items())]


each_readme = pytest.mark.parametrize("path", READMES, ids=name_of)


class Parsed(Exception):  # noqa: N818, nothing went wrong
    """A command line was accepted."""


def check_arguments(module: str, arguments: list[str], monkeypatch) -> None:
    """Let one of our modules parse its arguments, and do no more than that."""
    if find_spec(module).submodule_search_locations:  # a package
        module = f"{module}.__main__"
    if "argparse" not in text_of(Path(find_spec(module).origin)):
        assert not any(word.startswith("-") for word in arguments), f"{module} takes no flags"
        return
    parse = argparse.ArgumentParser.parse_args

    def parse_only(self, *given):
        parse(self, *given)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_only)
    monkeypatch.setattr(sys, "argv", [module, *arguments])
    with pytest.raises(Parsed):
        importlib.import_module(module).main()


def check_dask(command: str, *arguments: str) -> None:
    """Let Dask's own command line parse the arguments."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    importlib.import_module(f"distributed.cli.dask_{command}").main.make_context(
        command, list(arguments)
    )


def test_the_readmes_have_commands():
    assert len(each_command()) > 20


@pytest.mark.parametrize("command", each_command())
def test_a_command_is_accepted(command, monkeypatch):
    words = shlex.split(command)
    if words[:2] == ["python", "-m"]:
        module, *arguments = words[2:]
        assert find_spec(module), f"no module {module}"
        if module == "ann":
            build_parser().parse_args(arguments)
        elif module == "dask":
            check_dask(*arguments)
        elif module.partition(".")[0] in FOLDERS:
            check_arguments(module, arguments, monkeypatch)
    elif words[:2] == ["python", "-c"]:
        compile(words[2], command, "exec")
    elif words[0] == "pip":
        for before, word in pairwise(words):
            assert before != "-r" or (ROOT / word).is_file(), f"no file {word}"
    elif words[:2] == ["streamlit", "run"]:
        assert (ROOT / words[2]).is_file(), f"no file {words[2]}"
    else:
        assert words[0] == "rm", f"what is {words[0]}?"


def ann_commands() -> list[list[str]]:
    """The arguments of the front page's `python -m ann` lines, in order."""
    lines = [line for block in blocks(FRONT, "", "sh") for line in block.splitlines()]
    return [shlex.split(line)[3:] for line in lines if line.startswith("python -m ann ")]


def test_the_front_pages_commands_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANN_DATA", raising=False)
    digits = data.load("mnist-5k").test_images
    Image.fromarray(digits[0].reshape(28, 28)).save("four.png")
    Path("test.csv").write_text("\n".join(",".join(map(str, row)) for row in digits[:9].tolist()))
    ran = []
    for arguments in ann_commands():
        if "mnist" not in arguments:
            assert main(arguments, data) == 0, capsys.readouterr().err
            ran.append(arguments[0])
    assert ran == ["presets", "train", "evaluate", "predict", "predict"]
    assert len(Path("submission.csv").read_text().splitlines()) == 10


@pytest.mark.slow
def test_the_front_pages_commands_on_full_mnist_run(full_mnist, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ANN_DATA", str(full_mnist))
    monkeypatch.chdir(tmp_path)
    (arguments,) = [a for a in ann_commands() if "mnist" in a]
    assert main([*arguments, "--epochs", "1"], data) == 0  # one, as it takes a while
    assert json.loads(capsys.readouterr().out)["test_accuracy"] > 0.9


@pytest.fixture(scope="module")
def folder_with_a_run(tmp_path_factory):
    """A folder with a small `run.npz`, as `python -m ann train --out run.npz` writes it."""
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ANN_DATA", raising=False)
        arguments = ["train", "--hidden-sizes", "8", "--epochs", "1"]
        assert main([*arguments, "--out", str(folder / "run.npz")], data) == 0
    return folder


@each_readme
def test_its_python_runs(path, folder_with_a_run, monkeypatch, capsys):
    """In order and in one namespace, with a few digits as X, y, X_test and y_test."""
    monkeypatch.chdir(folder_with_a_run)
    monkeypatch.delenv("ANN_DATA", raising=False)
    digits = data.load()
    names = {"X": np.array(digits.images[:500]), "y": np.array(digits.labels[:500])}
    names |= {"X_test": names["X"][:50], "y_test": names["y"][:50]}
    found = blocks(path, "python")
    for number, block in enumerate(found, 1):
        exec(compile(block, f"{name_of(path)}, Python block {number}", "exec"), names)
    if path == FRONT:
        assert len(found) == 2 and "epoch 5: " in capsys.readouterr().out


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading.

    >>> slug("Is it faster than `Keras`?")
    'is-it-faster-than-keras'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@each_readme
def test_its_links_lead_somewhere(path):
    for link in LINK.findall(FENCE.sub("", text_of(path))):
        if re.match(r"\w+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), f"{link}: no such file"
        if anchor:
            assert anchor in map(slug, HEADING.findall(text_of(target))), f"{link}: no such heading"


@each_readme
def test_the_files_names_and_variables_in_it_exist(path):
    for word in spans(path):
        if SOURCE.fullmatch(word):
            assert list(ROOT.glob(word)), f"no file {word}"
        elif DOTTED.fullmatch(word):
            pkgutil.resolve_name(word)
    code = [text_of(p) for name in ("ann", "data", "pages") for p in (ROOT / name).rglob("*.py")]
    for variable in set(re.findall(r"\bANN_[A-Z]+\b", text_of(path))):
        assert any(f'"{variable}"' in text for text in code), f"{variable} is read nowhere"


def test_the_front_page_is_short_and_names_every_page():
    text = text_of(FRONT)
    assert len(text.splitlines()) <= 120
    for page in (page for section in site.PAGES.values() for page in section):
        assert f"\n| {page.title} |" in text, f"{page.title} is missing in the table of pages"


def test_the_presets_page_names_every_preset():
    text = text_of(ROOT / "ann" / "recipes" / "README.md")
    for name in PRESETS:
        assert f"\n| `{name}`" in text, f"{name} is missing in the tables of presets"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no executable bit")
def test_ci_can_be_run_as_the_front_page_says():
    assert "`.ci/run`" in text_of(FRONT) and os.access(ROOT / ".ci" / "run", os.X_OK)
