"""Who can open the lab, and at which address: said in the terminal at the start, and on Home."""

import ipaddress
import os
import socket

import streamlit as st

ONLY_HERE = "streamlit run app.py --server.address 127.0.0.1"


def audience() -> str:
    """A sentence on who can open the lab."""
    address = st.get_option("server.address") or ""
    if _is_here(address):
        return "Only this machine can open the lab."
    if os.environ.get("ANN_PROXY"):
        return "Everyone who can reach this server's proxy can open the lab."
    urls = " or ".join(_url(host) for host in ([address] if address else network_addresses()))
    if not urls:
        return "Everyone in this machine's network can open the lab; there is no network now."
    return f"Everyone in the same network can open the lab at {urls}"


def announce() -> None:
    """Say in the terminal who can open the lab, and how to keep it to this machine."""
    text = f"  {audience()}"
    if not _is_here(st.get_option("server.address") or ""):
        text += f"\n  There is no password. For this machine only: {ONLY_HERE}"
    print(text, flush=True)


def network_addresses() -> list[str]:
    """This machine's address in its network, for IPv4; [] if it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))  # sends nothing: it only chooses the way out
        except OSError:
            return []
        found: str = way.getsockname()[0]
    return [] if _is_here(found) or found == "0.0.0.0" else [found]


def _is_here(host: str) -> bool:
    """Whether nobody but this machine can reach the host.

    >>> _is_here("localhost"), _is_here("127.0.0.1"), _is_here("192.168.1.20"), _is_here("")
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _url(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    host = f"[{host}]" if ":" in host else host
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{scheme}://{host}:{st.get_option('server.port')}{'/' * bool(path)}{path}"
