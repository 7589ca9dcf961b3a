"""Streamlit's own scripts and style sheets, sent compressed: a first visit takes a third.

Streamlit sends these files as they are, because to compress them for each browser would hold up
the server. They never change, so they are compressed once, when a server first starts, and kept.
Once a browser has asked for a file, it stays in memory: Streamlit reads it in another thread, and
a first visit asks for a hundred files.
"""

import gzip
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ui.server import internals

LOG = logging.getLogger(__name__)
KEPT = Path(__file__).parents[3] / "data" / "cache" / "compressed"
PATH = "/static/"  # under which Streamlit serves its folder
KINDS = {".js": "text/javascript", ".css": "text/css"}  # fonts and pictures are compressed already
BROTLI_LEVEL = 9  # of 11; the last two take ten times as long, for a tenth of the bytes
HEADERS = {
    "Vary": "Accept-Encoding",
    "Cache-Control": "public, immutable, max-age=31536000",  # names change with contents
}


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _brotli(content: bytes) -> bytes:
    import pyarrow  # Streamlit brings it along; takes 0.1 s to import

    packed: bytes = pyarrow.Codec("brotli", BROTLI_LEVEL).compress(content, asbytes=True)
    return packed


# The best comes last. Browsers take Brotli only with HTTPS or on their own machine.
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {"gzip": _gzip, "br": _brotli}


class Compressed:
    """Answers requests for files that have been compressed; all others pass."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope.get("path", "").removeprefix(PATH)
        if scope["type"] != "http" or scope["method"] != "GET" or name not in _ready:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        found = _ready[name].keys() & _accepted(headers)
        if not found or "range" in headers:
            await self.app(scope, receive, send)
            return
        encoding = max(found, key=list(ENCODINGS).index)
        folder = _ready[name][encoding]
        fields = HEADERS | {"ETag": f'"{folder.name}"', "Content-Encoding": encoding}
        if headers.get("if-none-match") == fields["ETag"]:
            answer = Response(status_code=304, headers=fields)
        else:
            answer = Response(_content(folder / name), 200, fields, KINDS[Path(name).suffix])
        await answer(scope, receive, send)


_ready: dict[str, dict[str, Path]] = {}  # a file's name below PATH -> encoding -> its folder


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


def compress(source: Path | None = None, kept: Path = KEPT) -> None:
    """Compress the files in `source`, by default Streamlit's, that are not in `kept` yet.

    Those that cannot be compressed, or not kept on a full disk, are sent as they are.
    """
    source = source or internals.static_folder()
    files = {path.relative_to(source).as_posix(): path for path in sorted(source.rglob("*"))}
    files = {name: path for name, path in files.items() if path.suffix in KINDS}
    content = "".join(f"{name} {path.stat().st_size}\n" for name, path in files.items())
    version = hashlib.sha256(content.encode()).hexdigest()[:16]
    folders = {encoding: kept / f"{version}-{encoding}" for encoding in ENCODINGS}
    try:
        for encoding, folder in folders.items():
            for name, path in files.items():
                if not (folder / name).is_file():
                    _write(folder / name, ENCODINGS[encoding](path.read_bytes()))
                _ready.setdefault(name, {})[encoding] = folder
        for old in kept.iterdir():
            if old not in folders.values():  # of another version of Streamlit
                shutil.rmtree(old, ignore_errors=True)
    except (OSError, ImportError, NotImplementedError) as error:  # or a pyarrow without Brotli
        LOG.warning("Not all of Streamlit's files can be sent compressed: %s", error)


def _write(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it; two servers may start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _accepted(headers: Headers) -> set[str]:
    """The encodings that a browser takes."""
    return {
        part.partition(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")
    }
