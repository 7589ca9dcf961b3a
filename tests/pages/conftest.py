"""Tests of pages without a browser: AppTest runs app.py and the page it is switched to."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner
from streamlit.util import calc_hash

from pages.race.current import Race
from pages.sweep.current import CurrentSweep
from pages.ui import controls
from pages.ui.classroom import tries
from pages.ui.networks.current import CurrentTraining
from pages.ui.repeats import lanes as repeats_lanes
from pages.ui.server import classes, public_address, stores, workers
from tests import waiting

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def end_workers():
    """The tests of all pages share the server's workers, which end with the last test."""
    yield
    for resource in (workers.turns, workers.express, workers.measurement):
        resource.clear()


@pytest.fixture(scope="session", autouse=True)
def look_for_components_once():
    """For each AppTest, Streamlit scans all installed packages, which takes half its time."""
    found = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(scope="session", autouse=True)
def compile_pages_once():
    """For each run of a page, AppTest compiles it and app.py anew: an eighth of its time."""
    scripts = ScriptCache()
    with pytest.MonkeyPatch.context() as patch:
        for module in (app_test, local_script_runner):
            patch.setattr(module, "ScriptCache", lambda: scripts)
        yield


@pytest.fixture
def visit(monkeypatch):
    """`visit("train", {"dropout": "0.5"})` is a first visit by a deep link, already run."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("ANN_DATA", raising=False)

    def first_visit(page: str = "", query: dict[str, str] | None = None) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.query_params.update(query or {})
        if page:
            # before the first run, `switch_page` would look for a page named like its file, "page"
            app._page_hash = calc_hash(page)
        return app.run()

    return first_visit


@pytest.fixture
def comes_by(monkeypatch):
    """`comes_by("http://lab:8501/train", "192.168.1.5")`: what a browser and its connection say."""

    def change(url: str | None, ip: str | None = None) -> None:
        monkeypatch.setattr(type(st.context), "url", property(lambda _: url))
        monkeypatch.setattr(type(st.context), "ip_address", property(lambda _: ip))

    return change


@pytest.fixture
def at_address(monkeypatch):
    """`at_address("192.168.1.20", port=8502)`: this machine's address, and the server's options.

    The address is None where the machine is in no network.
    """
    before = {}
    for name in ("ANN_ADDRESS", "ANN_HOSTS", "ANN_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def change(network: str | None = "192.168.1.20", **options) -> None:
        monkeypatch.setattr(public_address, "network_address", lambda: network)
        for name, value in options.items():
            before.setdefault(name, config.get_option(f"server.{name}"))
            config.set_option(f"server.{name}", value)

    yield change
    for name, value in before.items():
        config.set_option(f"server.{name}", value)


@pytest.fixture
def end():
    """`end(app)` returns `app`; its visitor's trainings end with the test."""
    pages = []
    yield lambda app: pages.append(app) or app
    for app in pages:
        stop_all(app.session_state["lab"])


def stop_all(lab) -> None:
    """End all trainings of this visitor."""
    training = lab.kept.get(CurrentTraining, CurrentTraining())
    race, sweep = lab.kept.get(Race, Race()), lab.kept.get(CurrentSweep, CurrentSweep()).sweep
    for one in (training.job, race.group):
        if one:
            one.finish()
    current_repeats = lab.kept.get(repeats_lanes.CurrentRepeats, repeats_lanes.CurrentRepeats())
    for repeats in (race.repeats, current_repeats.repeats):
        if repeats:
            repeats.stop()
    if sweep:
        sweep.pause()


@pytest.fixture
def own_archive(tmp_path, monkeypatch):
    """A file of saved runs for this test alone, with an autosave of its own."""

    def let_go():
        for resource in (stores.run_autosave, stores.archive, stores.lessons, stores.drawings):
            resource.clear()
        for resource in (stores.classrooms, classes.snapshots, tries.wrong, tries.joined):
            resource.clear()

    monkeypatch.setenv("ANN_RUNS", str(tmp_path / "runs.sqlite"))
    let_go()
    yield
    let_go()


def texts(elements) -> str:
    """The text of all these elements."""
    return "\n".join(str(element.value) for element in elements)


def query(app) -> dict[str, str]:
    """The address's query; AppTest keeps some values as lists."""
    values = dict(app.query_params)
    return {name: v if isinstance(v, str) else v[-1] for name, v in values.items()}


def with_more(app, prefix: str = "", *, is_open: bool = True) -> AppTest:
    """Open or close the box "More" on Train, whose settings are drawn while it is open."""
    app.session_state[f"{prefix}{controls.MORE}"] = is_open
    return app.run()


def press(app, key: str) -> AppTest:
    """Click the button with this key."""
    return app.button(key=key).click().run()


def pressable(app, page: str) -> set[str]:
    """The keys of a page's enabled buttons, without the name of the page."""
    keys = {str(button.key) for button in app.button if not button.disabled}
    return {key.removeprefix(f"{page}.") for key in keys if key.startswith(f"{page}.")}


def wait_until(app, condition: Callable[[], bool], seconds: float = 60) -> AppTest:
    """Wait for the workers; then run the page once more, as its fragment would."""
    waiting.wait_until(condition, seconds=seconds)
    return app.run()
