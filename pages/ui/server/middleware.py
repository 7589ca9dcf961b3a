"""ASGI middleware: what every request from a browser must pass before Streamlit sees it.

From the outside in: where a request comes from, by which name it knows the lab, which paths are
closed, and which visitor it belongs to. Answers get the headers that tell browsers what the lab's
pages may do.
"""

import hashlib
import html
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.server import addresses, compressed, ids, limits, policy, runs_file, uploads
from pages.ui.server.ids import COOKIE

MOST_AGE = 400 * 24 * 3600  # seconds of a cookie, the most that browsers allow; visits renew it
# Streamlit compares the header named in .streamlit/config.toml (server.trustedUserHeaders) when a
# tab reconnects: another visitor who names that tab's session gets a new one.
VISITOR_HEADER = b"x-ann-visitor"
CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>ANN Lab</title>{again}
<body style="font: 1.1rem/1.5 sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>ANN Lab</h1><p>{text}</p>"""
AGAIN = '<meta http-equiv="refresh" content="10">'
CROWDED = (
    f"More than {limits.NEW_VISITORS:,} new visitors have come from your network within a minute. "
    "This page tries again in a moment."
)


class Entrance:
    """Where a request comes from, and whether it may come in at all."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, port = scope.get("client") or ("", 0)
        forwarded = ",".join(headers.getlist("x-forwarded-for"))
        known = addresses.client(host, port, forwarded, addresses.trusted())
        scope = {**scope, "client": (known, port)}
        asked = headers.get("host", "")
        if not addresses.is_ours(asked, addresses.names()):
            text = (
                f"This server does not know the name {html.escape(asked[:100])}. If it is one of "
                "the lab's, start the lab with it in the environment variable ANN_HOSTS."
            )
            await refuse(scope, receive, send, 421, text)
            return
        if any(path in scope["path"] for path in CLOSED):
            await refuse(scope, receive, send, 404, "There is nothing here.")
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in policy.headers(asked).items():
                    answer[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)


class Visitors:
    """A request for a page is answered with a new id in a cookie, or with a renewed one.

    No id passes that the server has not issued, and a page's websocket says whose it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.newcomers = addresses.Newcomers(limits.NEW_VISITORS)
        self.tabs: Counter[str] = Counter()  # open websockets of a visitor, or of a place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open_tab(scope, receive, send)
        elif _is_page(scope):
            await self._show_page(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _show_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        visitor = await _visitor(headers)
        if visitor is None:
            if not self.newcomers.admit(_place(scope)):
                await refuse(scope, receive, send, 429, CROWDED, AGAIN)
                return
            visitor = ids.new_id()
        secure = "https" in (scope["scheme"], headers.get("x-forwarded-proto"))
        cookie = _cookie(ids.sign(visitor, runs_file.secret()), secure)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    async def _open_tab(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, place = Headers(scope=scope), _place(scope)
        visitor = await _visitor(headers)
        with (
            self._one_of(f"at {place}", limits.MAX_TABS_PER_ADDRESS) as room_here,
            self._one_of(visitor, limits.MAX_TABS) as room,
        ):
            if not (room and room_here and (visitor or self.newcomers.admit(place))):
                await refuse(scope, receive, send, 429, CROWDED)
                return
            await self.app({**scope, "headers": _with_visitor(scope, visitor)}, receive, send)

    @contextmanager
    def _one_of(self, whose: str | None, most: int) -> Iterator[bool]:
        """Count an open tab while it is open; False if there are already too many."""
        if whose is None:
            yield True
            return
        self.tabs[whose] += 1
        try:
            yield self.tabs[whose] <= most
        finally:
            self.tabs[whose] -= 1
            if not self.tabs[whose]:
                del self.tabs[whose]


MIDDLEWARE = [
    Middleware(Entrance),
    Middleware(Visitors),
    Middleware(uploads.Uploads),
    Middleware(compressed.Compressed),
]


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, text: str, again: str = ""
) -> None:
    """Answer with a short page; a websocket is not opened."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    fields = policy.headers() | ({"Retry-After": "10"} if status == 429 else {})
    page = HTMLResponse(PAGE.format(text=text, again=again), status, fields)
    await page(scope, receive, send)


def _is_page(scope: Scope) -> bool:
    # a browser requests pages as text/html; scripts never do
    accepts = Headers(scope=scope).get("accept", "") if scope["type"] == "http" else ""
    return scope.get("method") == "GET" and "text/html" in accepts


def _place(scope: Scope) -> str:
    return addresses.place(scope["client"][0] if scope.get("client") else None)


async def _visitor(headers: Headers) -> str | None:
    """The visitor's id in the cookie that the browser sent, if this server has issued it."""
    sent = cookie_parser(headers.get("cookie", "")).get(COOKIE)
    return await run_in_threadpool(ids.read, sent, runs_file.secret(), _has_saved) if sent else None


def _has_saved(visitor: str) -> bool:
    from pages.ui.server import stores  # not before the server answers: see first_page

    return bool(stores.archive().list(visitor) or stores.sweeps().list(visitor))


def _with_visitor(scope: Scope, visitor: str | None) -> list[tuple[bytes, bytes]]:
    """The headers with the visitor's id alone in its cookie, and with a name for the visitor."""
    kept = []
    for name, value in scope["headers"]:
        if name == b"cookie":
            parts = [
                p for p in value.split(b";") if p.partition(b"=")[0].strip() != COOKIE.encode()
            ]
            value = b";".join(parts)
        if name != VISITOR_HEADER:
            kept.append((name, value))
    if visitor:
        kept.append((b"cookie", f"{COOKIE}={visitor}".encode()))
        kept.append((VISITOR_HEADER, hashlib.sha256(visitor.encode()).hexdigest().encode()))
    return kept


def _name(part: bytes) -> bytes:
    return part.partition(b"=")[0].strip()


def _cookie(value: str, secure: bool) -> str:
    # not "Strict": it would be missing after a link from a teacher's own page
    cookie = f"{COOKIE}={value}; Path=/; Max-Age={MOST_AGE}; HttpOnly; SameSite=Lax"
    return cookie + "; Secure" * secure
