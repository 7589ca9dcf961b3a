"""What a request must pass before Streamlit sees it, as ASGI."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from ann.history import History
from ann.recipe import Recipe
from ann.run import Run
from ann.state import Split, start
from pages.ui.server import addresses, ids, middleware, policy, stores, uploads
from pages.ui.server.visitor import COOKIE


@pytest.fixture(autouse=True)
def archive(tmp_path, monkeypatch):
    """An archive of its own, in a folder of its own."""
    for name in ("ANN_HOSTS", "ANN_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANN_RUNS", str(tmp_path / "runs.sqlite"))
    for resource in (stores.archive, stores.sweeps):
        resource.clear()
    yield tmp_path
    for resource in (stores.archive, stores.sweeps):
        resource.clear()


@pytest.fixture
def ask():
    """`ask("/train", cookie=...)`: what came back, and what Streamlit saw."""
    seen = []

    async def streamlit(scope, receive, send):
        seen.append(scope)
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "websocket.accept"})

    visitors = middleware.Visitors(streamlit)
    entrance = middleware.Entrance(visitors)

    def request(path="/", kind="http", client=("10.0.0.7", 50_000), scheme="http", **headers):
        headers = {"accept": "text/html,*/*", "host": "127.0.0.1:8501", **headers}
        raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
        scope = {"type": kind, "path": path, "scheme": scheme, "headers": raw, "client": client}
        sent, before = [], len(seen)

        async def send(message):
            sent.append(message)

        if kind == "http":
            scope["method"] = headers.get("method", "GET")
        with ThreadPoolExecutor(1) as aside:  # Playwright's event loop may be running here
            aside.submit(asyncio.run, entrance(scope, None, send)).result()
        answer = [(k.decode(), v.decode()) for k, v in sent[0].get("headers", [])]
        return SimpleNamespace(
            status=sent[0].get("status", sent[0]["type"]),
            headers=dict(answer),
            cookies=[v for k, v in answer if k == "set-cookie"],
            body=b"".join(m.get("body", b"") for m in sent).decode(),
            seen=seen[before] if len(seen) > before else None,
        )

    request.visitors = visitors
    return request


def issued(answer) -> str:
    (cookie,) = answer.cookies
    return cookie.split(";")[0].removeprefix(f"{COOKIE}=")


def visitor_of(answer) -> str | None:
    """Whose a websocket is, as Streamlit sees it."""
    return dict(answer.seen["headers"]).get(middleware.VISITOR_HEADER)


def tab(ask, value: str | None, **headers):
    cookie = {"cookie": f"other=1; {COOKIE}={value}"} if value else {}
    return ask("/_stcore/stream", "websocket", **cookie, **headers)


def test_a_first_visit_gets_an_id_that_scripts_cannot_read_and_nobody_can_guess(ask):
    first, second = ask("/train"), ask("/train")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(first.cookies[0].split("; "))
    assert "Secure" not in first.cookies[0] and "Secure" in ask(scheme="https").cookies[0]
    assert issued(first) != issued(second) and len(issued(first)) > 70


def test_a_visitor_keeps_the_id_when_the_server_is_started_again(ask):
    mine = issued(ask())
    ids.secret_at.cache_clear()
    assert issued(ask(cookie=f"other=1; {COOKIE}={mine}")) == mine
    assert visitor_of(tab(ask, mine)) == visitor_of(tab(ask, mine)) is not None


@pytest.mark.parametrize(
    "bad", ["short", 'x"; Domain=evil', 43 * "a", "%0d%0aSet-Cookie: a=b", f"{43 * 'a'}.{32 * 'b'}"]
)
def test_an_id_that_the_server_has_not_issued_is_replaced_and_never_seen(ask, bad):
    assert bad not in issued(ask(cookie=f"{COOKIE}={bad}"))
    opened = tab(ask, bad, x_ann_visitor="forged")
    assert visitor_of(opened) is None
    cookies = b"".join(v for k, v in opened.seen["headers"] if k == b"cookie")
    assert COOKIE.encode() not in cookies and b"other=1" in cookies


def test_an_earlier_id_without_a_signature_counts_for_whoever_has_saved_something(ask):
    mine, other = ids.new_id(), ids.new_id()
    recipe = Recipe(hidden_sizes=())
    x, y = np.zeros((2, 9), np.uint8), np.arange(2)
    run = Run.of(start(recipe, Split(x, y, x[:0], y[:0]), n_classes=2), History())
    stores.archive().save(mine, run)
    renewed = issued(ask(cookie=f"{COOKIE}={mine}"))
    assert renewed.startswith(f"{mine}.")
    assert visitor_of(tab(ask, mine)) == visitor_of(tab(ask, renewed)) is not None
    assert not issued(ask(cookie=f"{COOKIE}={other}")).startswith(other)


def test_a_tab_says_whose_it_is_and_two_visitors_differ(ask):
    mine, other = issued(ask()), issued(ask())
    assert visitor_of(tab(ask, mine)) != visitor_of(tab(ask, other))
    assert mine.encode() not in visitor_of(tab(ask, mine))


def test_the_secret_is_kept_beside_the_runs_for_the_server_alone(ask, archive):
    ask()
    secret = archive / "runs.secret"
    assert secret.stat().st_mode & 0o777 == 0o600 and len(secret.read_bytes()) == 32
    assert [p.name for p in archive.glob("*secret*")] == ["runs.secret"]


def test_without_room_for_the_secret_visitors_can_come_all_the_same(ask, archive, monkeypatch):
    (archive / "file").write_text("")
    monkeypatch.setenv("ANN_RUNS", str(archive / "file" / "runs.sqlite"))
    mine = issued(ask())
    assert issued(ask(cookie=f"{COOKIE}={mine}")) == mine


def test_only_pages_set_the_cookie(ask):
    assert ask("/_stcore/health", accept="*/*").cookies == []
    assert ask(method="POST").cookies == []


def test_a_class_from_one_address_comes_in_and_a_flood_waits(ask):
    ask.visitors.newcomers = addresses.Newcomers(per_minute=40)
    mine = [issued(ask()) for _ in range(40)]
    late = ask()
    assert late.status == 429 and late.headers["retry-after"] == "10" and not late.cookies
    assert late.seen is None and "tries again" in late.body
    assert tab(ask, None).status == "websocket.close", "a tab without a cookie is a new visitor"
    assert ask(cookie=f"{COOKIE}={mine[0]}").status == 200, "whoever is there may stay"
    assert tab(ask, mine[0]).status == "websocket.accept"
    assert ask(client=("10.0.0.8", 1)).status == 200


def test_a_visitor_s_open_tabs_are_limited_and_forgotten_when_they_close(ask, monkeypatch):
    monkeypatch.setattr(middleware.limits, "MAX_TABS", 1)
    mine = issued(ask())
    with ask.visitors._one_of(ids.read(mine, stores.secret()), 1):
        assert tab(ask, mine).status == "websocket.close"
    assert tab(ask, mine).status == "websocket.accept"
    assert not ask.visitors.tabs


def test_only_a_proxy_that_is_named_says_where_visitors_come_from(ask, monkeypatch):
    def place(client, forwarded):
        return ask(client=client, x_forwarded_for=forwarded).seen["client"][0]

    assert place(("10.0.0.2", 5), "192.168.1.5") == "10.0.0.2"
    monkeypatch.setenv("ANN_PROXY", "10.0.0.2, 127.0.0.0/8")
    assert place(("10.0.0.2", 5), "6.6.6.6, 192.168.1.5") == "192.168.1.5"
    assert place(("::ffff:10.0.0.2", 5), "192.168.1.5, 127.0.0.1") == "192.168.1.5"
    assert place(("10.0.0.3", 5), "192.168.1.5") == "10.0.0.3"
    # uvicorn has already believed the proxy on this machine
    assert place(("192.168.1.5", 0), "192.168.1.5") == "192.168.1.5"
    monkeypatch.delenv("ANN_PROXY")
    assert place(("192.168.1.5", 0), "192.168.1.5") == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8501", "", "a@[::1]"])
def test_a_name_that_is_not_the_lab_s_is_refused(ask, host, monkeypatch):
    for path, kind in (("/", "http"), ("/_stcore/stream", "websocket")):
        answer = ask(path, kind, host=host)
        assert answer.status in (421, "websocket.close") and answer.seen is None
    assert "ANN_HOSTS" in ask(host=host).body
    monkeypatch.setenv("ANN_HOSTS", "lab.school.org, *")
    assert ask(host=host).status == 200


def test_addresses_and_the_machine_s_own_names_are_known(ask, monkeypatch):
    for host in ("127.0.0.1:8501", "192.168.1.20", "[::1]:8501", "localhost", "LOCALHOST.:80"):
        assert ask(host=host).status == 200
    monkeypatch.setenv("ANN_HOSTS", "lab.school.org")
    assert ask(host="lab.school.org").status == 200
    assert ask(host="<b>evil</b>").body.count("<b>") == 0


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/train/_stcore/metrics", "/_stcore/agent/mcp"]
)
def test_what_is_not_for_visitors_is_closed(ask, path):
    answer = ask(path, accept="*/*")
    assert answer.status == 404 and answer.seen is None


def test_every_answer_has_the_headers_of_a_trusted_app(ask, monkeypatch):
    late = ask(host="evil.example")
    for answer in (ask(), ask("/static/x.js", accept="*/*"), late):
        names = {name.lower() for name in answer.headers}
        assert {name.lower() for name in policy.HEADERS} < names
        assert "frame-ancestors 'self'" in dict(answer.headers)["content-security-policy"]
    allowed = ask(host="10.0.0.7:8501").headers["content-security-policy"]
    assert "connect-src 'self' ws://10.0.0.7:8501 wss://10.0.0.7:8501" in allowed
    monkeypatch.setenv("ANN_HOSTS", "*")
    assert "evil" not in ask(host="x; script-src evil").headers["content-security-policy"]


@pytest.fixture
def put(monkeypatch):
    """`put("tab", 10)` uploads 10 MB to a session, from an address; the status of the answer."""
    held = {}

    async def streamlit(scope, receive, send):
        session = scope["path"].split("/")[-2]
        size = int(dict(scope["headers"])[b"content-length"])
        held[session] = held.get(session, 0) + size
        await send({"type": "http.response.start", "status": 204, "headers": []})

    def held_by(session):
        return held.get(session, 0), sum(held.values())

    monkeypatch.setattr(uploads.internals, "uploaded_bytes", held_by)
    monkeypatch.setattr(uploads.internals, "is_open", lambda session: session != "elsewhere")
    door = uploads.Uploads(streamlit)

    def upload(session, mb, client="10.0.0.7", length=None):
        sent = []

        async def send(message):
            sent.append(message)

        size = str(int(mb * 1_000_000)) if length is None else length
        scope = {"type": "http", "method": "PUT", "client": (client, 1), "headers": []}
        scope["path"] = f"/_stcore/upload_file/{session}/some-file"
        scope["headers"] = [(b"content-length", size.encode())]
        with ThreadPoolExecutor(1) as aside:  # Playwright's event loop may be running here
            aside.submit(asyncio.run, door(scope, None, send)).result()
        upload.said = b"".join(m.get("body", b"") for m in sent).decode()
        return sent[0]["status"]

    upload.held = held
    return upload


def test_an_upload_to_a_tab_of_another_server_is_sent_on_by_a_proxy(put):
    assert put("elsewhere", 1) == 404 and not put.held
    assert put("tab", 1) == 204


def test_uploads_are_limited_for_a_tab_for_an_address_and_in_all(put):
    assert [put("a", 50), put("a", 50), put("a", 50)] == [204, 204, 413]
    assert put.said == (
        "The file has 50.0 MB, and files of this tab already take 100.0 MB; the limit is 110 MB."
    )
    assert [put(tab, 100) for tab in "bcdef"] == [204] * 4 + [413]
    assert "from your network" in put.said
    assert [put(tab, 100, "10.0.0.8") for tab in "ghijkl"] == [204] * 5 + [413]
    assert put("m", 1, "10.0.0.9") == 413 and "all visitors" in put.said
    put.held.clear()  # the tabs were closed
    assert put("n", 100) == 204


@pytest.mark.parametrize("length", ["", "-1", "many", "9" * 40])
def test_an_upload_without_a_size_is_refused(put, length):
    assert put("a", 0, length=length) == 411
