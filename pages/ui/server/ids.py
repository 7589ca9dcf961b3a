"""Visitors' ids: only those that this server has issued are accepted.

An id is random, and goes into the visitor's cookie together with a signature, an HMAC over a secret
of the server. The secret stands beside the saved runs, so that ids outlive restarts.
"""

import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ann.keeping.database import ArchiveError

COOKIE = "ann_lab_visitor"
ID = re.compile(r"[\w-]{43}", re.ASCII)  # what secrets.token_urlsafe(32) makes
SECRET_BYTES = 32
LOG = logging.getLogger(__name__)


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(32)


def sign(visitor: str, secret: bytes) -> str:
    """The id with its signature, for the cookie.

    >>> read(sign(new_id(), b"mine"), b"mine") is None, read(sign(new_id(), b"yours"), b"mine")
    (False, None)
    """
    return f"{visitor}.{_signature(visitor, secret)}"


def read(
    text: str, secret: bytes, known: Callable[[str], bool] = lambda visitor: False
) -> str | None:
    """The id in a cookie; None unless it is signed, or has no signature and is `known`.

    Ids had no signature at first: whoever has saved runs under such an id keeps it.
    """
    visitor, dot, signature = text.partition(".")
    if not ID.fullmatch(visitor) or not signature.isascii():
        return None
    if dot:
        return visitor if hmac.compare_digest(signature, _signature(visitor, secret)) else None
    try:
        return visitor if known(visitor) else None
    except ArchiveError:
        return None


def derive(text: str, secret: bytes) -> str:
    """43 characters that only this server can make from a text, and the same ones each time.

    >>> len(derive("visitor:7", b"mine")), derive("a", b"mine") == derive("a", b"yours")
    (43, False)
    """
    digest = hmac.digest(secret, text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _signature(visitor: str, secret: bytes) -> str:
    digest = hmac.digest(secret, visitor.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()


@cache
def secret_at(path: Path) -> bytes:
    """The secret in a file that only its owner may read; a new one if there is none.

    Where it cannot be saved, visitors get new ids when the server is started again.
    """
    try:
        return _read_secret(path) or _make_secret(path)
    except OSError as error:
        LOG.warning("Visitors lose their saved runs at the next start: %s", error)
        return secrets.token_bytes(SECRET_BYTES)


def _read_secret(path: Path) -> bytes | None:
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        return None
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return secret if len(secret) == SECRET_BYTES else None


def _make_secret(path: Path) -> bytes:
    """Write a secret whole, or take that of another server which was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own, secret = path.with_name(f"{path.name}.{os.getpid()}"), secrets.token_bytes(SECRET_BYTES)
    file = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, secret)
    finally:
        os.close(file)
    try:
        if path.exists() and path.stat().st_size == SECRET_BYTES:
            return path.read_bytes()
        own.replace(path)
        return secret
    finally:
        own.unlink(missing_ok=True)
