"""Who can open the lab, and at which address: said in the terminal at the start, and on Home."""

import os
import sys

import streamlit as st

from ann.keeping.database import ArchiveError
from pages.ui import qr
from pages.ui.server import public_address, stores
from pages.ui.server.given_address import given, is_here

MOST_CODES = 8  # of classes, in the terminal
ONLY_HERE = "streamlit run app.py --server.address 127.0.0.1"


def audience() -> str:
    """A sentence on who can open the lab."""
    if given():
        return "Everyone who can reach this server can open the lab."
    if os.environ.get("ANN_PROXY"):
        return "Everyone who can reach this server's proxy can open the lab."
    if _listens_here_only():
        return "Only this machine can open the lab."
    if public_address.machine():
        return "Everyone in the same network can open the lab."
    return f"Everyone in this machine's network can open the lab, but {public_address.NO_NETWORK}"


def announce() -> None:
    """Say in the terminal who can open the lab and where, and how to keep it to this machine.

    On a terminal, a QR code shows the address to the phones in the room; in a log file it would be
    noise. `ValueError` if ANN_ADDRESS cannot be used.
    """
    url = _address()
    text = f"  {audience().removesuffix('.')} at {url}" if url else f"  {audience()}"
    if not _listens_here_only():
        text += f"\n  There is no password. For this machine only: {ONLY_HERE}"
    if sys.stdout.isatty() and qr.fits(url):
        text += _as_characters(url)
    print(text, flush=True)


def announce_classes() -> None:
    """Say in the terminal which classes can still be joined, after the server was started again."""
    try:
        codes = [room.code for room in stores.classrooms().under_way()]
    except ArchiveError:
        return  # the page Runs says what is wrong
    if codes:
        more = f" and {len(codes) - MOST_CODES:,} more" if len(codes) > MOST_CODES else ""
        print(f"  Classes under way: {', '.join(codes[:MOST_CODES])}{more}", flush=True)


def _address() -> str:
    """The address of the lab, as far as it is known before anybody has come; "" if it is not."""
    proxied = bool(os.environ.get("ANN_PROXY"))
    return str(given() or (not proxied and public_address.machine()) or "")


def _listens_here_only() -> bool:
    """Whether only this machine can reach the server; others may do so through a proxy on it."""
    return is_here(st.get_option("server.address") or "")


def _as_characters(url: str) -> str:
    """Lines with the QR code; "" if the terminal has no characters for it."""
    # a console of Windows may show the codes of colors instead of colors
    text = "\n\n" + qr.characters(url, colored=os.name != "nt")
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ""
    return text
