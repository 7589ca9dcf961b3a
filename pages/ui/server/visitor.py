"""Who a visitor is: an unguessable id in a cookie, so that saved runs are found again.

The server sets the cookie together with the page. No script in the browser can read it, and it
survives reloads and restarts of the server. Nobody is asked for a name; nothing else is stored.
"""

import re
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui import session

COOKIE = "ann_lab_visitor"
MOST_AGE = 400 * 24 * 3600  # seconds, the most that browsers allow; every visit renews it
ID = re.compile(r"[\w-]{43}", re.ASCII)  # what secrets.token_urlsafe(32) makes


def visitor_id() -> str:
    """This visitor's id; without a cookie (blocked, or in a test), an id for this tab."""
    return session.keep(Visitor).id


def address() -> str:
    """The address that the visitor's connection comes from; "" for this machine, or in a test.

    Behind a proxy all visitors have the proxy's address.
    """
    found = st.context.ip_address
    return found if isinstance(found, str) else ""


@dataclass
class Visitor:
    """The id is read once: a tab keeps the visitor that it started with."""

    id: str = field(default_factory=lambda: valid(st.context.cookies.get(COOKIE)) or new_id())


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(32)


def valid(text: str | None) -> str | None:
    """The text, if it looks like an id.

    >>> valid(new_id()) is None, valid("me"), valid(None)
    (False, None, None)
    """
    return text if isinstance(text, str) and ID.fullmatch(text) else None


class SetCookie:
    """ASGI middleware: a request for a page is answered with a new id, or with a renewed one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        # a browser requests pages as text/html; scripts never do
        if scope.get("method") != "GET" or "text/html" not in headers.get("accept", ""):
            await self.app(scope, receive, send)
            return
        secure = "https" in (scope["scheme"], headers.get("x-forwarded-proto"))
        cookie = _cookie(_sent(headers) or new_id(), secure)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


MIDDLEWARE = [Middleware(SetCookie)]


def _sent(headers: Headers) -> str | None:
    """The id that the browser sent."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return valid(found.value) if found else None


def _cookie(value: str, secure: bool) -> str:
    # not "Strict": it would be missing after a link from a teacher's own page
    cookie = f"{COOKIE}={value}; Path=/; Max-Age={MOST_AGE}; HttpOnly; SameSite=Lax"
    return cookie + "; Secure" * secure
