"""Network addresses: where visitors come from, and by which names the lab is known."""

import ipaddress
import os
import socket
import time
from collections.abc import Iterable, Sequence
from functools import cache

import streamlit as st

from pages.ui.server import given_address

HERE = ""  # the place of visitors on this machine
HOME_SUFFIXES = ("", ".local", ".lan", ".home", ".internal", ".home.arpa")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MAX_PLACES = 10_000  # places whose newcomers are counted at the same time


def place(address: str | None) -> str:
    """What stands for the visitors of one network address; "" for this machine.

    An IPv6 address stands for its /64, all of whose addresses one machine may use.

    >>> place("::ffff:10.0.0.7"), place("127.0.0.1"), place("2001:db8::1:2:3:4")
    ('10.0.0.7', '', '2001:db8::/64')
    """
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return HERE if not address else address[:50]
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback:
        return HERE
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)


@cache
def proxies(text: str) -> tuple[Network, ...]:
    """The networks that a setting lists, such as "10.0.0.2, 172.16.0.0/12".

    >>> proxies("10.0.0.2, nginx")
    Traceback (most recent call last):
    ValueError: ANN_PROXY: 'nginx' is not an address or a network, such as 10.0.0.2 or 172.16.0.0/12
    """
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            raise ValueError(
                f"ANN_PROXY: {part[:50]!r} is not an address or a network, such as 10.0.0.2 or "
                "172.16.0.0/12"
            ) from None
    return tuple(found)


def client(host: str, port: int, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address of the visitor behind the proxies that are `trusted`.

    `host` and `port` are where the connection comes from, `forwarded` is X-Forwarded-For: each
    proxy appends the address it was asked from, so the last one that is no proxy counts.

    >>> client("10.0.0.2", 5, "6.6.6.6, 192.168.1.5", proxies("10.0.0.2"))
    '192.168.1.5'
    >>> client("192.168.1.5", 5, "6.6.6.6", proxies("10.0.0.2"))
    '192.168.1.5'
    """
    chain = [part.strip() for part in forwarded.split(",") if part.strip()]
    if port == 0 and chain:
        # uvicorn 0.54 believes a proxy on this machine without being told: it has put the address
        # from the header, which has no port, in the place of the proxy's
        host = "127.0.0.1"
    while chain and _is_in(host, trusted):
        host = chain.pop()
    return host


def _is_in(host: str, networks: Iterable[Network]) -> bool:
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


def is_ours(host: str, names: str) -> bool:
    """Whether the lab is known by the host that a request names; `names` are further ones.

    A site whose name its owner lets point to this machine could otherwise use the lab in the name
    of its visitors (DNS rebinding). It always has a name, so every plain address is fine.

    >>> [is_ours(host, "lab.org") for host in ("10.0.0.7:8501", "[::1]", "LAB.org:80", "evil.org")]
    [True, True, True, False]
    """
    name = _without_port(host).lower().rstrip(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        allowed = listed(names)
        return name in own_names() | allowed or "*" in allowed
    return True


def listed(names: str) -> frozenset[str]:
    """The names in a list with commas, as they are compared.

    >>> sorted(listed("Lab.School.org., lab"))
    ['lab', 'lab.school.org']
    """
    return frozenset(part.strip().lower().rstrip(".") for part in names.split(",")) - {""}


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


@cache
def own_names() -> frozenset[str]:
    """The names of this machine."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return frozenset(
        {"localhost", name, socket.getfqdn().lower().rstrip(".")}
        | {short + suffix for suffix in HOME_SUFFIXES}
    )


class Newcomers:
    """How many new visitors each place may bring: some at once, then a few per second."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._left: dict[str, tuple[float, float]] = {}  # place -> (visitors left, at that time)

    def admit(self, place: str, now: float | None = None) -> bool:
        """Whether one more may come; counts it.

        >>> few = Newcomers(per_minute=2)
        >>> [few.admit("10.0.0.7", now) for now in (0, 0, 1, 31)], few.admit("10.0.0.8", 0)
        ([True, True, False, True], True)
        """
        now = time.monotonic() if now is None else now
        left = self._left_at(place, now)
        if left < 1:
            return False
        self._left[place] = left - 1, now
        if len(self._left) > MAX_PLACES:  # whoever may bring all again need not be remembered
            self._left = {
                p: e for p, e in self._left.items() if self._left_at(p, now) < self.per_minute
            }
        return True

    def has_room(self, place: str, now: float | None = None) -> bool:
        """Whether one more may come; counts nothing."""
        return self._left_at(place, time.monotonic() if now is None else now) >= 1

    def _left_at(self, place: str, now: float) -> float:
        left, since = self._left.get(place, (self.per_minute, now))
        return min(self.per_minute, left + (now - since) * self.per_minute / 60)


def names() -> str:
    """Further names of the lab: in ANN_HOSTS, in ANN_ADDRESS, and in Streamlit's own option."""
    stated = given_address.given()
    texts = [os.environ.get("ANN_HOSTS", ""), st.get_option("browser.serverAddress") or ""]
    return ",".join(texts + ([stated.host] if stated else []))


def trusted() -> tuple[Network, ...]:
    """The proxies that may say where visitors come from: the environment variable ANN_PROXY."""
    return proxies(os.environ.get("ANN_PROXY", ""))
