"""The version in links and saved runs: it changes with what is computed, and with nothing else."""

import ast
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import ann
from ann import version as module
from ann.version import essence, version

HERE = Path(ann.__file__).parent
CORE = sorted([*HERE.glob("*.py"), *HERE.glob("hyperparameters/*.py")])


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.name)
def test_comments_and_docstrings_do_not_change_the_version(path):
    source = path.read_text(encoding="utf-8")
    lines = source.split("\n")
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    nodes = [
        n for n in ast.walk(ast.parse(source)) if isinstance(n, kinds) and ast.get_docstring(n)
    ]
    for text in sorted((n.body[0] for n in nodes), key=lambda text: -text.lineno):
        indent = " " * text.col_offset
        other = [
            f'{indent}"""Another docstring,',
            "",
            f'{indent}with a # sign."""  # and a comment',
        ]
        lines[text.lineno - 1 : text.end_lineno] = other
    assert essence("\n".join(["# A comment", *lines])) == essence(source)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("x = 1", "x = 1  # why"),
        ("x = '#1'", "x = '#1'  # »why«"),
        ("def f():\n    return 1", 'def f():\n    """What."""\n\n    return 1'),
        ('h(a, b="#")', 'h(a, b="#")   '),
        (
            'l2: float = hyperparameter(0.0, "L2", "Pulls weights", low=1e-7, step=2)',
            'l2: float = hyperparameter(0.0, "L²", "Zieht an den Gewichten", low=1e-6, live=True)',
        ),
        ('{"sgd": Optimizer("SGD", sgd, 0)}', '{"sgd": Optimizer("Plain »SGD«", sgd, 0)}'),
    ],
)
def test_labels_and_help_do_not_change_the_version(then, now):
    assert essence(then) == essence(now)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("x = a + b", "x = a - b"),
        ("x = '#1'", "x = '#2'"),
        ("if a:\n    b\n    c", "if a:\n    b\nc"),
        ("l2: float = hyperparameter(0.0, 'L2')", "l2: float = hyperparameter(0.1, 'L2')"),
        ('{"sgd": Optimizer("SGD", sgd, 0)}', '{"sgd": Optimizer("SGD", adam, 0)}'),
    ],
)
def test_a_changed_formula_changes_the_version(then, now):
    assert essence(then) != essence(now)


def test_the_version_covers_every_module_of_the_core(tmp_path, monkeypatch):
    (tmp_path / "hyperparameters").mkdir()
    for path in CORE:
        shutil.copy(path, tmp_path / path.relative_to(HERE))
    monkeypatch.setattr(module, "__file__", str(tmp_path / "version.py"))
    monkeypatch.setattr(module, "essence", cache(essence))  # most files are as before
    same = version.__wrapped__()
    assert same == version()
    for path in CORE:
        copy = tmp_path / path.relative_to(HERE)
        text = copy.read_text(encoding="utf-8")
        copy.write_text(text + "\n# a comment\n", encoding="utf-8")
        assert version.__wrapped__() == same, path.name
        copy.write_text(text + "\nA_FORMULA = 2 + 2\n", encoding="utf-8")
        assert version.__wrapped__() != same, path.name
        copy.write_text(text, encoding="utf-8")


def test_the_version_names_numpy_and_the_system():
    assert np.__version__ in version() and version() == version()
