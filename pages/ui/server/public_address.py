"""The address at which others can open the lab, for links that are handed out.

Whoever sits at the machine itself opens http://localhost:8501, which leads everyone else to their
own machine. So a link to hand out begins with, whatever comes first:

1. the address in ANN_ADDRESS,
2. the one by which the visitor came, unless that leads to this machine alone,
3. this machine's address in its network, if the server listens there.
"""

import socket
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from pages.ui import site
from pages.ui.server import addresses, visitor
from pages.ui.server.given_address import Url, given, is_any, is_here, parse

PAGES = {page.name for pages in site.PAGES.values() for page in pages}
NO_NETWORK = (
    "no network was found. If there is one, set ANN_ADDRESS to this machine's address in it."
)
FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))  # belong to nobody


class Address(NamedTuple):
    """Where the lab's pages begin, without a slash at the end."""

    url: str
    for_others: bool  # False: only this machine can open it


def address() -> Address:
    """The address for this visitor's links; where there is no other, one for this machine alone."""
    if stated := given():
        return Address(str(stated), True)
    came = _came_by()
    if came and _leads_here(came):
        return Address(str(came), True)
    if own := machine():
        return Address(own, True)
    return Address(str(came or _at("localhost")), False)


def link(page: str, query: Mapping[str, str] | None = None) -> str:
    """The full address of a page, to hand out. `query` is its parameters, in plain text."""
    path = "" if site.page(page).name == site.HOME else page
    asked = f"?{urlencode(query)}" if query else ""
    tail = f"/{path}{asked}"
    return address().url + ("" if tail == "/" else tail)


def caveat() -> str:
    """What to say beside a link that nobody else can open; "" beside one that others can."""
    if address().for_others:
        return ""
    return f"Only this machine can open this link: {_why_here()}"


def machine() -> str | None:
    """This machine's address in its network; None if it is in none, or listens to itself alone."""
    bound = st.get_option("server.address") or ""
    if is_here(bound) or bound.startswith("unix:"):
        return None
    host = network_address() if not bound or is_any(bound) else bound
    return str(_at(host)) if host else None


def network_address() -> str | None:
    """This machine's address in its network, on the way to the internet; None if it is in none.

    Of several networks (a VPN, containers), it is the one that the machine itself uses. IPv6 only
    where there is no IPv4: nobody likes to type it.
    """
    for family, goal in FAR:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as way:
                way.connect((goal, 9))  # sends nothing: it only chooses the way out
                found: str = way.getsockname()[0]
        except OSError:
            continue
        if not (is_here(found) or is_any(found)):
            return found
    return None


def _came_by() -> Url | None:
    """The address in the visitor's browser, if the lab is known by it; None in a test.

    The browser itself says it with each run, so behind a proxy no header has to be believed. A
    forged one could reach only links that are shown to whoever forged it; it is checked all the
    same, as the Host header is.
    """
    sent = st.context.url
    if not isinstance(sent, str):
        return None
    try:
        found = parse(sent.partition("?")[0].partition("#")[0])
    except ValueError:
        return None
    if not addresses.is_ours(found.host, addresses.names()):
        return None
    return found._replace(path=_base(found.path))


def _base(path: str) -> str:
    """The path of the lab, from that of one of its pages."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    if base:
        return f"/{base}"
    before, _, last = path.rpartition("/")
    return before if last in PAGES else path


def _leads_here(url: Url) -> bool:
    """Whether others who open this address come to this machine, as far as it can know."""
    if is_here(url.host) or is_any(url.host):
        return False
    # A name that nobody has given in ANN_HOSTS may be known to this machine alone: Debian writes
    # its own name beside 127.0.1.1.
    name = url.host.rstrip(".")
    at_machine = visitor.address() == addresses.HERE
    return not (at_machine and name in addresses.own_names() - addresses.listed(addresses.names()))


def _at(host: str) -> Url:
    """The server's own address, by this host."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return Url(scheme, host, st.get_option("server.port"), "/" * bool(base) + base)


def _why_here() -> str:
    bound = st.get_option("server.address") or ""
    if is_here(bound) or bound.startswith("unix:"):
        return (
            "the lab listens to no other. Behind a proxy, set ANN_ADDRESS to the proxy's address."
        )
    return NO_NETWORK
