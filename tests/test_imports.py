"""Imports run downwards only: app -> pages -> pages.ui -> {ann, data}."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [
    path
    for top in ("app.py", "ann", "data", "pages")
    for path in ([ROOT / top] if top.endswith(".py") else sorted((ROOT / top).rglob("*.py")))
]
OURS = {"app", "pages", "ann", "data", "tests"}


def imported(path: Path) -> set[str]:
    """Names of all modules that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tops(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def below(folder: str) -> list[Path]:
    return [path for path in FILES if path.is_relative_to(ROOT / folder)]


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", below("ann"), ids=ids)
def test_the_core_imports_numpy_the_standard_library_and_itself(path):
    allowed = {"numpy", "ann", *sys.stdlib_module_names}
    if path.name == "classifier.py":
        allowed |= {"sklearn"}
    if path.name == "scheduler.py":
        allowed |= {"distributed", "dask"}  # optional, inside one function
    assert tops(imported(path)) <= allowed


def test_dask_is_imported_inside_one_function_only():
    tree = ast.parse((ROOT / "ann" / "scheduler.py").read_text())
    importing = {
        node.name
        for node in tree.body
        for below in ast.walk(node)
        if isinstance(below, ast.Import) and {"dask", "distributed"} & {a.name for a in below.names}
    }
    assert importing == {"engine"}


@pytest.mark.parametrize("path", below("data"), ids=ids)
def test_data_imports_neither_the_core_nor_the_pages_nor_what_draws(path):
    forbidden = {"ann", "pages", "app", "streamlit", "plotly", "pandas"}
    assert not tops(imported(path)) & forbidden


@pytest.mark.parametrize("path", below("pages/ui/charts"), ids=ids)
def test_charts_never_import_streamlit(path):
    assert "streamlit" not in tops(imported(path))


@pytest.mark.parametrize("path", below("pages/ui"), ids=ids)
def test_what_pages_share_knows_no_page(path):
    names = imported(path)
    assert not {n for n in names if n.startswith("pages.") and not n.startswith("pages.ui")}
    assert "app" not in tops(names)


@pytest.mark.parametrize("path", below("pages"), ids=ids)
def test_only_one_module_touches_the_session_state(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    touches = any(
        isinstance(n, ast.Attribute) and n.attr == "session_state" for n in ast.walk(tree)
    )
    assert not touches or ids(path) == "pages/ui/session.py"


def test_nothing_unpickles():
    forbidden = {"pickle", "cloudpickle", "joblib", "dill", "shelve"}
    for path in FILES:
        assert not tops(imported(path)) & forbidden, path
        assert "allow_pickle=True" not in path.read_text(encoding="utf-8"), path


def test_no_page_script_stands_where_streamlit_runs_it_by_itself():
    assert not list((ROOT / "pages").glob("*.py")), "pages/*.py would run without app.py"
