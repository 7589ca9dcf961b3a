"""The floor plan, held by one test of imports: what each folder may know of the others.

The rules speak of folders, so a new page or a new module needs no change here. A new package in
`ann/` or `pages/ui/` must be given its place in `ANN` or `UI`, and a test says so.
"""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Each package may import the core, what is listed for it here, and itself. `hyperparameters` is the
# other way around: it lies below the core, which makes a recipe of its lines.
ANN = {
    "hyperparameters": set(),
    "recipes": set(),
    "coach": {"recipes"},
    "saving": set(),
    "evaluation": set(),
    "inside": set(),
    "lessons": {"inside", "recipes", "saving"},
    "classroom": {"coach", "evaluation", "inside", "lessons", "recipes", "saving"},
    "running": {"coach", "inside"},
    "search": {"recipes", "saving", "evaluation", "coach", "inside", "running"},
    "keeping": {
        "recipes",
        "saving",
        "evaluation",
        "coach",
        "lessons",
        "inside",
        "classroom",
        "running",
        "search",
    },
    "cli": {"recipes", "saving", "evaluation", "coach"},
    "estimator": {"coach"},
}
# The rooms of `data/`, alike. Above them stand the doors: `catalog`, `hands` and `images`.
DATA = {
    "formats": set(),
    "known": set(),
    "writing": {"formats", "known"},
    "finding": {"formats"},
    "preparing": {"formats", "known", "writing", "finding"},
    "yours": {"formats", "finding", "preparing"},
}
DOORS = {("catalog",), ("hands",), ("images",)}
# From the ground up: each name may import those on the floors below, and on the ground floor also
# each other.
UI = (
    {
        "session",
        "words",
        "palette",
        "looks",
        "stops",
        "digits",
        "pixel_numbers",
        "qr",
        "site",
        "tables",
    },
    {"server", "charts", "controls"},
    {"frame", "links", "canvas", "picture_box", "buttons"},
    {"remedies"},
    {"live"},
    {"networks"},
    {"coach"},
    {"repeats", "writers"},
    {"inside"},
    {"classroom"},
    {"lessons", "gauges"},
)
OPTIONAL = {"dask", "distributed", "psutil", "tornado", "pyarrow"}  # used where they are installed
LEANS_ON_STREAMLIT = ("pages/ui/server/internals.py", "pages/ui/server/css.py", "pages/ui/live/")
INNER = ("runtime", "proto", "web", "elements")  # parts of `st` that are no public door
MOST_LINES, MOST_LINES_IN_ALL = 220, 2_450  # of the network: an evening's reading


def files(folder: str, pattern: str = "**/*.py") -> list[Path]:
    return sorted(p.relative_to(ROOT) for p in (ROOT / folder).glob(pattern))


FILES = [Path("app.py"), *files("ann"), *files("data"), *files("pages")]


@cache
def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


@cache
def imported(path: Path) -> frozenset[str]:
    """The full name of each module that a file imports, anywhere in it."""
    names = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            names |= {_module(node.module, alias.name) for alias in node.names}
    return frozenset(names)


@cache
def _module(package: str, name: str) -> str:
    """`package.name` where that is a module, else `package`: the name is something inside it."""
    inside = ROOT.joinpath(*package.split("."), name)
    return f"{package}.{name}" if inside.is_dir() or inside.with_suffix(".py").exists() else package


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def ours(path: Path, top: str) -> set[tuple[str, ...]]:
    """The modules below `top` that a file imports, each as the parts of its name after `top`."""
    return {tuple(name.split("."))[1:] for name in imported(path) if name.split(".")[0] == top}


def package_of(parts: tuple[str, ...], folder: str) -> str:
    """The package of `folder` that a module stands in; "" for a module directly in it."""
    return parts[0] if parts and ROOT.joinpath(folder, parts[0], "__init__.py").exists() else ""


each = pytest.mark.parametrize


@each("path", [p for p in files("ann", "*.py") if p.name != "__main__.py"], ids=str)
def test_the_core_imports_numpy_the_standard_library_and_the_core(path):
    allowed, packages = {"numpy", "ann", *sys.stdlib_module_names}, {"", "hyperparameters"}
    if path.name == "classifier.py":
        packages |= {"estimator"}
    assert tops(path) <= allowed
    assert {package_of(parts, "ann") for parts in ours(path, "ann")} <= packages


def test_the_network_can_be_read_in_an_evening():
    lines = {p: len(text_of(p).splitlines()) for p in files("ann", "*.py")}
    assert max(lines.values()) <= MOST_LINES and sum(lines.values()) <= MOST_LINES_IN_ALL


@each("path", [p for p in files("ann") if len(p.parts) > 2], ids=str)
def test_packages_of_ann_import_only_those_below_them(path):
    package = path.parts[1]
    below = {package, *ANN[package]}
    if package != "hyperparameters":
        below |= {"", "hyperparameters"}
    assert {package_of(parts, "ann") for parts in ours(path, "ann")} <= below


@each("path", files("ann"), ids=str)
def test_ann_knows_no_page_no_data_folder_and_nothing_that_draws(path):
    allowed = {"numpy", "ann", *sys.stdlib_module_names, *OPTIONAL}
    if path.parts[1] in ("__main__.py", "cli"):
        allowed |= {"sklearn", "data"}
    if path.parts[1] == "estimator":
        allowed |= {"sklearn"}
    assert tops(path) <= allowed
    found = re.search(r"""/ "data"|data/cache""", text_of(path))
    assert not found, "whoever calls says where the data lie"


def test_optional_packages_are_imported_inside_functions_only():
    for path in FILES:
        for node in tree_of(path).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names]
                assert not {n.partition(".")[0] for n in names} & OPTIONAL, path


@each("path", files("data"), ids=str)
def test_data_knows_neither_the_network_nor_pages_nor_what_draws(path):
    assert not tops(path) & {"ann", "pages", "app", "streamlit", "plotly"}


@each("path", [p for p in files("data") if len(p.parts) > 2], ids=str)
def test_rooms_of_data_import_only_those_below_them(path):
    room, found = path.parts[1], ours(path, "data")
    assert {package_of(parts, "data") for parts in found} <= {"", room, *DATA[room]}
    assert not found & DOORS


@each("path", files("pages"), ids=str)
def test_a_page_imports_what_pages_share_and_its_own_folder_alone(path):
    assert "app" not in tops(path)
    own = {path.parts[1]} if len(path.parts) > 2 else set()
    assert {parts[0] for parts in ours(path, "pages") if parts} <= {"ui", *own}


@each("path", files("pages/ui"), ids=str)
def test_what_pages_share_imports_downwards_only(path):
    def floor(name: str) -> int:
        return next(k for k, names in enumerate(UI) if name in names)

    if len(path.parts) == 3 and path.name == "__init__.py":
        return
    here = path.parts[2].removesuffix(".py")
    below = {parts[1] for parts in ours(path, "pages") if len(parts) > 1 and parts[0] == "ui"}
    same = set() if floor(here) else UI[0]
    assert not {name for name in below - {here} - same if floor(name) >= floor(here)}


def test_no_two_modules_import_each_other_in_a_circle():
    known = {".".join(p.with_suffix("").parts).removesuffix(".__init__"): p for p in FILES}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in done:
            for other in sorted(_imported_at_once(known[name]) & known.keys() - {name}):
                visit(other, (*way, name))
            done.add(name)

    for name in known:
        visit(name, ())


def _imported_at_once(path: Path) -> set[str]:
    """What a file imports when it is imported itself: not inside functions, not for types alone."""
    names = set()
    for node in tree_of(path).body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {_module(node.module, alias.name) for alias in node.names}
    return names


def test_every_package_has_its_place_in_the_plan():
    packages = {p.parts[1] for p in files("ann", "*/*.py")}
    shared = {p.parts[2].removesuffix(".py") for p in files("pages/ui")} - {"__init__"}
    assert packages == set(ANN)
    assert {p.parts[1] for p in files("data", "*/*.py")} == set(DATA)
    assert shared == set().union(*UI)


def test_every_folder_says_what_lives_in_it():
    for folder in {p.parent for p in FILES} - {Path(), Path("pages")}:
        init = ROOT / folder / "__init__.py"
        assert init.exists() and ast.get_docstring(ast.parse(init.read_text())), folder


@each("path", files("pages/ui/charts"), ids=str)
def test_charts_never_import_streamlit(path):
    assert "streamlit" not in tops(path)


@each("path", [Path("app.py"), *files("pages")], ids=str)
def test_only_internals_and_live_lean_on_how_streamlit_works_inside(path):
    inner = {
        n for n in imported(path) if n.startswith("streamlit.") and not n.endswith("_generator")
    }
    style = re.search(r"\.st[A-Z]|data-testid", text_of(path))
    leans = inner or style or any(map(is_private, nodes_of(path)))
    assert not leans or str(path).startswith(LEANS_ON_STREAMLIT)


def is_private(node: ast.AST) -> bool:
    """Whether this is a private part of Streamlit or Plotly, or a private argument."""
    match node:
        case ast.Attribute(value=ast.Name(id="st"), attr=name):
            return name.startswith("_") or name in INNER
        case ast.ImportFrom(module=str(module), names=names):
            ours = module.partition(".")[0] not in ("streamlit", "plotly")
            return not ours and any(n.name.startswith("_") or n.name in INNER for n in names)
        case ast.keyword(arg=str(name)):
            return name.startswith("_")
    return False


@each("path", LEANS_ON_STREAMLIT)
def test_what_leans_on_inner_workings_names_the_versions_it_was_seen_with(path):
    file = ROOT / path if path.endswith(".py") else ROOT / path / "__init__.py"
    told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert told and re.search(r"Streamlit \d+\.\d+ and Plotly \d+", told)


@each("path", files("pages"), ids=str)
def test_only_one_module_touches_the_session_state(path):
    touches = any(
        isinstance(n, ast.Attribute) and n.attr == "session_state" for n in nodes_of(path)
    )
    assert not touches or str(path) == "pages/ui/session.py"


def test_nothing_unpickles():
    forbidden = {"pickle", "cloudpickle", "joblib", "dill", "shelve"}
    for path in FILES:
        assert not tops(path) & forbidden, path
        assert "allow_pickle=True" not in text_of(path), path


def test_no_page_script_stands_where_streamlit_runs_it_by_itself():
    assert not list((ROOT / "pages").glob("*.py")), "pages/*.py would run without app.py"
