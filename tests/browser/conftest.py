"""A server and a real Chromium. Skipped, with the reason, where playwright or Chromium is missing.

When a test fails, a screenshot is saved in `screenshots` in the folder that ANN_SCREENSHOTS names,
by default pytest's temporary folder.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Streamlit shows only after half a second that it is running; its state says so at once
BUSY = '[data-testid="stApp"]:not([data-test-script-state="notRunning"])'
BUSY += ', [data-testid="stStatusWidget"], [data-testid="stSkeleton"]'
# an element's place in the window, scrolled into view; all zeros if it has been replaced
PLACE = """e => { e.scrollIntoView({ block: "nearest" }); const b = e.getBoundingClientRect()
                  return { x: b.x, y: b.y, width: b.width, height: b.height } }"""
WAIT = 60_000  # ms, for what takes a moment on an idle machine
PATIENCE = 180_000  # ms until training ends: workers have a low priority on a busy machine
# Streamlit itself probes for its base path below a deep link: /train/_stcore/health
NOT_OURS = "/_stcore/"
HEADINGS = {"Home": "ANN Lab"}  # of pages whose heading is not their title


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


class Lab:
    """A running server; `open` returns a settled page in a browser window of a new visitor."""

    def __init__(self, browser, server: subprocess.Popen, port: int):
        self.browser, self.server, self.port = browser, server, port
        self.url = f"http://127.0.0.1:{port}"
        self.windows = []
        # contexts that a visitor has left, by size and colors
        self.left = {(phone, dark): [] for phone in (False, True) for dark in (False, True)}

    def open(self, path: str = "", *, phone: bool = False, dark: bool = False):
        """A `playwright` page; `.errors` lists what went wrong in its console and its requests."""
        if self.left[phone, dark]:
            context = self.left[phone, dark].pop()
        else:
            size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
            scheme = "dark" if dark else "light"
            context = self.browser.new_context(viewport=size, color_scheme=scheme, has_touch=phone)
        page = context.new_page()
        _forget_visitor(page, self.url)
        page.set_default_timeout(WAIT)
        page.errors, page.kind = [], (phone, dark)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("requestfailed", lambda r: page.errors.append(f"{r.url}: {r.failure}"))
        page.on("console", lambda m: _note(page, m))
        self.windows.append(page)
        page.goto(f"{self.url}/{path}")
        settle(page)
        return page

    def leave(self, page) -> None:
        """Close a window with all its tabs.

        Another visitor gets its context: what is cached there, the scripts of the pages, takes
        Chromium seconds to load and compile.
        """
        for tab in page.context.pages:
            tab.close()
        self.left[page.kind].append(page.context)


def _forget_visitor(page, origin: str) -> None:
    """Delete what a browser keeps of its visitor, but not its cache."""
    page.context.clear_cookies()
    chromium = page.context.new_cdp_session(page)
    kept = {"origin": origin, "storageTypes": "local_storage"}
    chromium.send("Storage.clearDataForOrigin", kept)
    chromium.detach()


def _note(page, message):
    where = (message.location or {}).get("url", "")
    if message.type == "error" and NOT_OURS not in where:
        page.errors.append(f"{message.text} ({where})")


def settle(page, seconds: float = 30) -> None:
    """Wait until Streamlit runs nothing and the page is drawn.

    A click or a key may take effect only later: wait for its effect instead.
    """
    page.wait_for_selector('[data-testid="stHeading"]')
    end, quiet = time.monotonic() + seconds, 0
    while time.monotonic() < end and quiet < 4:
        quiet = 0 if page.query_selector(BUSY) else quiet + 1
        page.wait_for_timeout(100)


def place(element, seconds: float = 30) -> dict[str, float]:
    """Scroll to an element and return its box once it no longer moves or is redrawn."""
    seen, box, end = None, element.evaluate(PLACE), time.monotonic() + seconds
    while (box != seen or not box["width"]) and time.monotonic() < end:
        element.page.wait_for_timeout(100)
        seen, box = box, element.evaluate(PLACE)
    return box


def zoom(page, width: int = 960) -> None:
    """Shrink the window to what a laptop shows of a page at 150%, and wait for the new layout."""
    page.set_viewport_size({"width": width, "height": 600})
    page.wait_for_timeout(300)
    place(page.get_by_test_id("stMainBlockContainer"))


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs playwright: pip install -r tests/requirements.txt"
    )
    if not CHROMIUM:
        pytest.skip("needs Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def start_server(browser, log: Path, *, for_others: bool = False, **environment) -> Lab:
    """Start a server on a free port; `browser` may be None where nothing is opened.

    It listens to this machine alone, unless it is `for_others`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.port", str(port)]
    command += [] if for_others else ["--server.address", "127.0.0.1"]
    environment = {k: v for k, v in os.environ.items() if k != "ANN_DATA"} | environment
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log.open("w"), stderr=subprocess.STDOUT
    )
    for _ in range(600):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return Lab(browser, server, port)
        time.sleep(0.1)
    server.kill()
    raise RuntimeError(f"the server did not start: {log.read_text()}")


def stop_server(lab) -> None:
    for page in lab.windows:
        lab.leave(page)
    for contexts in lab.left.values():
        for context in contexts:
            context.close()
    lab.server.terminate()
    try:
        lab.server.wait(10)
    except subprocess.TimeoutExpired:
        lab.server.kill()


@pytest.fixture(scope="session")
def one_server(browser, tmp_path_factory):
    lab = start_server(browser, tmp_path_factory.mktemp("server") / "log")
    yield lab
    stop_server(lab)


@pytest.fixture
def lab(one_server, request, tmp_path_factory):
    """The shared server; each test opens its own windows, which are closed at its end."""
    yield one_server
    _finish(one_server, request, tmp_path_factory)


@pytest.fixture
def fresh_lab(browser, request, tmp_path_factory):
    """A new server, which nobody has visited."""
    lab = start_server(browser, tmp_path_factory.mktemp("server") / "log")
    yield lab
    _finish(lab, request, tmp_path_factory)
    stop_server(lab)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report


@pytest.fixture(scope="session")
def trained_window(one_server):
    """A visitor with a quick network, trained once for all tests that need one."""
    page = one_server.open("draw")
    one_server.windows.remove(page)
    train(page)
    yield page
    one_server.leave(page)


@pytest.fixture
def trained(trained_window, request, tmp_path_factory):
    """That visitor on the page named by the test's module, as the last test left it."""
    if trained_window.get_by_role("heading", level=1).inner_text() != request.module.TITLE:
        visit(trained_window, request.module.TITLE)
        settle(trained_window)
    trained_window.errors.clear()
    yield trained_window
    picture(trained_window, request, tmp_path_factory)


def wait_for_value(page, slider: str, text: str) -> None:
    """Wait until a slider shows this value."""
    found = page.get_by_role("slider", name=slider).and_(page.locator(f'[aria-valuetext="{text}"]'))
    found.wait_for(state="attached")


def visit(page, title: str) -> None:
    """Go to another page by its link in the sidebar."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=title).click()
    page.get_by_role("heading", name=HEADINGS.get(title, title), level=1).wait_for()


def button(page, name: str):
    """A button on the page itself: while a page runs, Streamlit shows its own Stop above it."""
    content = page.get_by_test_id("stMainBlockContainer")
    return content.get_by_role("button", name=name, exact=True)


def train(page) -> None:
    """Train a quick network with one click, and wait for it."""
    page.get_by_role("button", name="Train a quick network").click()
    page.get_by_text("The network is learning").wait_for()
    wait_until_trained(page)


def wait_until_trained(page) -> None:
    page.get_by_text("The network is learning").wait_for(state="detached", timeout=PATIENCE)
    settle(page)


def _finish(lab, request, tmp_path_factory) -> None:
    """Close the test's windows; save screenshots of them if it failed."""
    windows, lab.windows = lab.windows, []
    for number, page in enumerate(windows):
        picture(page, request, tmp_path_factory, number)
        lab.leave(page)


def picture(page, request, tmp_path_factory, number=0) -> None:
    if getattr(request.node, "failed", False) and not page.is_closed():
        folder = os.environ.get("ANN_SCREENSHOTS") or tmp_path_factory.getbasetemp()
        path = Path(folder) / "screenshots" / f"{request.node.name}-{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True)
        print(f"screenshot of the failure: {path}")
