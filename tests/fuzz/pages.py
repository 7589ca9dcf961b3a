"""A fuzzer of whole pages: each opens with any link, and shows no exception."""

import functools
import re
from pathlib import Path
from random import Random

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from pages.ui import site
from tests.fuzz import mutate, visits
from tests.fuzz.fuzzer import Fuzzer
from tests.pages import trained

ROOT = Path(__file__).parents[2]
LIVE = re.compile(r"]\(http|(?<!\\)<script")  # Markdown and HTML that is not escaped
LONGEST_ALERT = 1_000  # characters: a message and where it comes from
NAMES = [page.name for section in site.PAGES.values() for page in section]
PAGES = ["" if name == site.HOME else name for name in NAMES]
# AppTest scans all installed packages each time, which takes half its time.
scan_once = functools.cache(manifest_scanner.scan_component_manifests)


def visit(rng: Random) -> tuple[str, dict[str, str]]:
    """The address of a page, and the parameters of a link to it."""
    return rng.choice(PAGES), {
        name: text.encode(errors="replace").decode()  # an address holds no half characters
        for name, text in visits.query(rng).items()
    }


def visit_inside(rng: Random) -> tuple[str, dict[str, str]]:
    """The address of a page of Inside, with a link to one of its digits, units or steps."""
    _, link = visit(rng)
    own = {"digit": "v5", "unit": "1-3", "step": "5", "epoch": "1", "run": "settings"}
    name = rng.choice(list(own))
    forged = mutate.text(rng).encode(errors="replace").decode()
    link[name] = rng.choice((own[name], own[name] + "0", forged))
    return rng.choice(site.PAGES[site.INSIDE]).name, link


def read_visit_inside(given: tuple[str, dict[str, str]]) -> None:
    """The same for a visitor who has a network to look into."""
    read_visit(given, network=True)


def read_visit(given: tuple[str, dict[str, str]], *, network: bool = False) -> None:
    """The page runs to its end; its alerts are short, and no link in them leads elsewhere."""
    page, link = given
    before, manifest_scanner.scan_component_manifests = (
        manifest_scanner.scan_component_manifests,
        scan_once,
    )
    try:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app.query_params.update(link)
        if page:
            app._page_hash = calc_hash(page)
        app.run()
        if network:
            trained.give(app, trained.trained())
    finally:
        manifest_scanner.scan_component_manifests = before
    assert not app.exception, app.exception
    assert len(app.title) == 1, page
    for alert in (*app.warning, *app.error, *app.info):
        assert len(alert.value) <= LONGEST_ALERT, f"{len(alert.value):,}: {alert.value[:300]}"
        assert not LIVE.search(alert.value), alert.value


FUZZERS = (
    Fuzzer("pages", visit, read_visit, inputs=12, seconds=30, megabytes=4_000),
    Fuzzer("inside", visit_inside, read_visit_inside, inputs=12, seconds=60, megabytes=4_000),
)
