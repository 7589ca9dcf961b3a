"""The board of a class in a real Chromium: large enough to read, and never late."""

from functools import partial

import pytest

from ann.classroom.post import RunPost
from ann.keeping.classrooms import ClassArchive
from ann.recipe import Recipe
from pages.ui import looks
from pages.ui.server import ids
from pages.ui.server.visitor import COOKIE
from tests.browser.conftest import settle, start_server, stop_server

TEACHER, LEARNER = "t" * 43, "s" * 43
PROJECTOR = {"width": 1280, "height": 720}
MEMBERS = 30
# of all texts that can be seen, also those inside charts: font sizes in pixels, with the text
SIZES = """() => [...document.querySelectorAll("[data-testid=stMain] *")]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => !e.closest("style, script, .modebar") && e.checkVisibility({ opacityProperty: true,
    visibilityProperty: true }))
  .filter(e => { const b = e.getBoundingClientRect(); return b.width > 1 && b.height > 1 })
  .filter(e => getComputedStyle(e).fontFamily.indexOf("Material") < 0)
  .map(e => [parseFloat(getComputedStyle(e).fontSize), e.textContent.trim().slice(0, 40)])"""
POINTS = """() => [...document.querySelectorAll(".live-chart .scatterlayer .point")]
  .map(p => [p.style.fill, p.getAttribute("d")])"""
OVERFLOW = """() => { const m = document.querySelector("[data-testid=stMain]")
  return m.scrollHeight - m.clientHeight }"""


def post(k: int) -> RunPost:
    """The k-th run of a class, with the numbers that a training would leave."""
    return RunPost(
        number=k,
        recipe=Recipe(seed=k),
        fingerprint="none",
        epochs=5.0,
        seconds=1.0,
        multiply_adds=1e9 * (1 + k),
        validation_accuracy=0.9 + 0.001 * k,
        confusion=((40 + k, 3), (2, 50)),
    )


@pytest.fixture(scope="module")
def own_server(browser, tmp_path_factory):
    """A server with classes of its own: the lab, and the classes."""
    folder = tmp_path_factory.mktemp("board")
    path = folder / "runs.sqlite"
    lab = start_server(browser, folder / "log", ANN_RUNS=str(path))
    secret = ids.secret_at(path.with_name(f"{path.stem}.secret"))
    yield lab, ClassArchive(path, partial(ids.derive, secret=secret)), secret
    stop_server(lab)


def open_board(own_server, room, browser_id, view):
    lab, _, secret = own_server
    page = lab.open()
    page.set_viewport_size(PROJECTOR)
    cookie = {"name": COOKIE, "value": ids.sign(browser_id, secret), "url": lab.url}
    page.context.add_cookies([cookie])
    page.goto(f"{lab.url}/board?code={room.code}&view={view}")
    settle(page)
    return page


@pytest.fixture(scope="module")
def room(own_server):
    """A class of thirty, each with a run."""
    _, archive, _ = own_server
    room = archive.create(TEACHER)
    for k in range(MEMBERS):
        archive.post(archive.join(room.id, LEARNER).visitor, post(k + 1))
    return room


def test_all_type_can_be_read_from_eight_meters_without_scrolling(own_server, room):
    page = open_board(own_server, room, TEACHER, "join")
    for view in ("Join", "Dots", "Confusions", "Test set"):
        page.get_by_role("button", name=view, exact=True).or_(
            page.get_by_role("radio", name=view, exact=True)
        ).first.click()
        settle(page)
        if view in ("Dots", "Confusions"):
            page.wait_for_selector(".live-chart .ytick text")
        sizes = page.evaluate(SIZES)
        assert len(sizes) > 8
        assert not [found for found in sizes if found[0] < 23.99], view
        assert page.evaluate(OVERFLOW) <= 1, view
    page.get_by_role("button", name="Who is who").first.click()
    legend = page.locator(".member")
    legend.last.wait_for()
    assert legend.count() == MEMBERS
    assert legend.first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 23.99
    assert page.errors == []
    own_server[0].leave(page)


def test_the_points_of_thirty_members_differ_in_color_or_shape(own_server, room):
    page = open_board(own_server, room, TEACHER, "dots")
    page.wait_for_selector(".live-chart .scatterlayer .point")
    points = page.evaluate(POINTS)
    assert len(points) == MEMBERS
    assert len({tuple(point) for point in points}) == MEMBERS
    assert len({shape for _, shape in points}) == len(looks.SHAPES)
    own_server[0].leave(page)


def test_a_run_is_on_an_open_board_within_five_seconds(own_server):
    lab, archive, _ = own_server
    room = archive.create(TEACHER)
    who = archive.join(room.id, LEARNER)
    archive.post(who.visitor, post(1))
    page = open_board(own_server, room, TEACHER, "dots")
    page.wait_for_function(f"({POINTS})().length === 1")
    archive.post(who.visitor, post(2))
    page.wait_for_function(f"({POINTS})().length === 2", timeout=5_000)
    assert page.errors == []
    lab.leave(page)


def test_a_board_at_which_nothing_happens_costs_next_to_nothing(own_server, room):
    page = open_board(own_server, room, TEACHER, "dots")
    received: list[bytes] = []
    listen = partial(socket_frames, received)
    page.on("websocket", listen)
    page.reload()
    page.wait_for_selector(".live-chart .ytick text")
    settle(page)
    drawn = sum(map(len, received))
    page.wait_for_timeout(1_000)
    received.clear()
    page.wait_for_timeout(5_000)
    assert received and not any(b"Validation accuracy" in frame for frame in received)
    assert sum(map(len, received)) < drawn / 4
    own_server[0].leave(page)


def socket_frames(received: list[bytes], socket) -> None:
    """Collect what a socket receives."""
    socket.on("framereceived", lambda frame: received.append(bytes(frame)))
