"""The address that whoever starts the lab gives it: the environment variable ANN_ADDRESS.

The server cannot know it behind a proxy or in a container, nor which one to choose of two networks.
"""

import ipaddress
import os
import re
from functools import cache
from typing import NamedTuple

VARIABLE = "ANN_ADDRESS"
MOST_TEXT = 400  # characters: a QR code of more is hard to read
EXAMPLES = "https://lab.school.org or http://192.168.1.20:8501/lab"
URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(/[a-z0-9._~-]+)*)/?",
    re.IGNORECASE,
)
NAME = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?\.?")


class Url(NamedTuple):
    """Where the lab's pages begin."""

    scheme: str
    host: str  # a name, an IPv4 address, or an IPv6 address without brackets
    port: int | None  # None: the scheme's own
    path: str  # such as "/lab"; "" at the root

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{host}{port}{self.path}"


def given() -> Url | None:
    """What ANN_ADDRESS says; None if it is not set. `ValueError` if it cannot be used."""
    text = os.environ.get(VARIABLE, "").strip()
    return _checked(text) if text else None


def parse(text: str) -> Url:
    """The parts of an address of a web site. `ValueError` says what is wrong with it.

    Nothing passes that could end a link or begin another one, such as quotes or a user's name.

    >>> print(parse("HTTPS://Lab.School.org:443/lab/"))
    https://lab.school.org:443/lab
    >>> parse("http://[::1]:8501").host
    '::1'
    >>> parse("javascript:alert(1)")
    Traceback (most recent call last):
    ValueError: does not begin with http:// or https://
    """
    if len(text) > MOST_TEXT:
        raise ValueError(f"has {len(text):,} characters; the limit is {MOST_TEXT}")
    found = URL.fullmatch(text)
    if not found:
        if not re.match("https?://", text, re.IGNORECASE):
            raise ValueError("does not begin with http:// or https://")
        raise ValueError(
            "may have a host, a port and a path after that, the path of the characters a-z, A-Z, "
            "0-9, '.', '_', '~' and '-'"
        )
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 1 <= port <= 65_535:
        raise ValueError(f"has the port {port}, which is outside 1 to 65535")
    return Url(found["scheme"].lower(), _host(found["host"].lower()), port, found["path"])


def is_here(host: str) -> bool:
    """Whether nobody but this machine can reach the host.

    >>> [is_here(host) for host in ("localhost", "127.0.0.1", "::1", "192.168.1.20", "")]
    [True, True, True, False, False]
    """
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        name = host.lower().rstrip(".")
        return name == "localhost" or name.endswith(".localhost")
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_loopback


def is_any(host: str) -> bool:
    """Whether this stands for all addresses of a machine, as 0.0.0.0 does where a server listens.

    >>> is_any("0.0.0.0"), is_any("::"), is_any("10.0.0.7"), is_any("lab.org")
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


@cache
def _checked(text: str) -> Url:
    try:
        found = parse(text)
        if is_here(found.host) or is_any(found.host):
            raise ValueError("leads nowhere but to the machine that opens it")
    except ValueError as error:
        raise ValueError(f"{VARIABLE}: {text[:80]!r} {error}; use one such as {EXAMPLES}") from None
    return found


def _host(text: str) -> str:
    """A host as it stands in an address, without brackets; `ValueError` for what is none."""
    bare = text.removeprefix("[").removesuffix("]")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        # the last part of a name begins with a letter: browsers read 127.1 as 127.0.0.1
        if text != bare or len(text) > 253 or not NAME.fullmatch(text):
            raise ValueError("has a host that is neither a name nor an address") from None
    return text
