"""Who a visitor is: the cookie that the server sets."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.ui.server.visitor import COOKIE, SetCookie, new_id, valid


def answer(path="/", *, accept="text/html,*/*", cookie="", scheme="http", method="GET"):
    """The Set-Cookie headers of the server's response."""

    async def page(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"accept", accept.encode()), (b"cookie", cookie.encode())]
    scope = {"type": "http", "method": method, "path": path, "scheme": scheme, "headers": headers}
    with ThreadPoolExecutor(1) as aside:  # Playwright's event loop may be running in this thread
        aside.submit(asyncio.run, SetCookie(page)(scope, None, send)).result()
    return [v.decode() for k, v in sent[0]["headers"] if k == b"set-cookie"]


def test_a_first_visit_gets_an_id_that_scripts_cannot_read_and_nobody_can_guess():
    (first,), (second,) = answer("/train"), answer("/train")
    value, *flags = first.split("; ")
    assert valid(value.removeprefix(f"{COOKIE}="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags) and "Secure" not in flags
    assert first != second
    assert "Secure" in answer(scheme="https")[0]


def test_a_visitor_keeps_the_id():
    mine = new_id()
    assert answer(cookie=f"other=1; {COOKIE}={mine}")[0].startswith(f"{COOKIE}={mine};")


@pytest.mark.parametrize("bad", ["short", 'x"; Domain=evil', 44 * "a", "%0d%0aSet-Cookie: a=b"])
def test_an_id_that_the_server_cannot_have_made_is_replaced(bad):
    (cookie,) = answer(cookie=f"{COOKIE}={bad}")
    assert bad not in cookie and valid(cookie.split(";")[0].removeprefix(f"{COOKIE}="))


def test_only_pages_set_the_cookie():
    assert answer("/_stcore/health", accept="*/*") == []
    assert answer(method="POST") == []
