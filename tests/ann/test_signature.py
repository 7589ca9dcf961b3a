"""The signature of a result: equal for equal results, and where it differs it tells why."""

import ast
import shutil
from pathlib import Path

import numpy as np
import pytest

import ann
from ann import signature
from ann.recipe import Recipe
from ann.recipes.query import to_query
from ann.signature import Signature, digest, essence, sign, version

WEIGHTS = [np.arange(5, dtype=np.float32)]
SETTINGS = [to_query(Recipe(dropout=0.5))]
OWN = sign("data", SETTINGS, digest(WEIGHTS))


def test_a_signature_comes_back_from_its_text():
    assert Signature.read(str(OWN)) == OWN
    assert [len(part) for part in OWN] == [8, 6, 6, 12]


@pytest.mark.parametrize("text", ["", "x", str(OWN).upper(), str(OWN) + "\n", str(OWN)[1:]])
def test_what_is_no_signature_is_refused(text):
    with pytest.raises(ValueError, match="result: "):
        Signature.read(text)


def test_equal_results_have_equal_signatures_and_the_last_bit_of_a_weight_counts():
    assert sign("data", SETTINGS, digest(WEIGHTS)) == OWN
    moved = [np.nextafter(WEIGHTS[0], np.float32(9))]
    assert sign("data", SETTINGS, digest(moved)).weights != OWN.weights
    assert sign("data", SETTINGS, digest(moved)).reasons(OWN) == []


def test_two_signatures_tell_how_their_results_differ():
    assert sign("other", SETTINGS, "").reasons(OWN) == ["another data set"]
    assert sign("data", [{}], "").reasons(OWN) == ["other settings"]
    (reason,) = sign("data", SETTINGS, "", "an earlier version").reasons(OWN)
    assert reason.startswith("another version of the lab or of NumPy")
    assert len(sign("other", [{}], "", "earlier").reasons(OWN)) == 3


def test_the_order_of_a_links_parameters_does_not_matter():
    one = {"dropout": "0.5", "epochs": "3"}
    assert sign("data", [one], "") == sign("data", [dict(reversed(one.items()))], "")


def test_the_version_names_numpy_and_the_system():
    assert np.__version__ in version() and version() == version()


HERE = Path(ann.__file__).parent
CORE = sorted([*HERE.glob("*.py"), *HERE.glob("hyperparameters/*.py")])


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.name)
def test_comments_and_docstrings_of_the_core_are_no_part_of_the_version(path):
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
def test_words_for_people_are_no_part_of_the_version(then, now):
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
def test_what_is_computed_is_the_version(then, now):
    assert essence(then) != essence(now)


def test_the_version_covers_every_module_of_the_core(tmp_path, monkeypatch):
    (tmp_path / "hyperparameters").mkdir()
    for path in CORE:
        shutil.copy(path, tmp_path / path.relative_to(HERE))
    monkeypatch.setattr(signature, "__file__", str(tmp_path / "signature.py"))
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
