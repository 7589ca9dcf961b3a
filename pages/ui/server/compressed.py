"""Streamlit's own scripts and style sheets, sent compressed: a first visit takes a third.

Streamlit sends these files as they are, because to compress them for each browser would hold up
the server. They never change, so they are compressed once, when a server first starts, and kept.
"""

import gzip
import hashlib
import logging
import os
import shutil
import tempfile
from pathlib import Path

from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ui.server import internals

LOG = logging.getLogger(__name__)
KEPT = Path(__file__).parents[3] / "data" / "cache" / "compressed"
PATH = "/static/"  # under which Streamlit serves its folder
KINDS = (".js", ".css")  # fonts and pictures are compressed as they are
HEADERS = {
    "Content-Encoding": "gzip",
    "Vary": "Accept-Encoding",
    "Cache-Control": "public, immutable, max-age=31536000",  # names change with contents
}


class Compressed:
    """Answers requests for files that have been compressed; all others pass."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope.get("path", "").removeprefix(PATH)
        if scope["type"] != "http" or name not in _ready or not _accepts(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        answer = await StaticFiles(directory=_ready[name]).get_response(name, scope)
        answer.headers.update(HEADERS)
        await answer(scope, receive, send)


_ready: dict[str, Path] = {}  # the name of a file below PATH -> the folder that holds it compressed


def compress(source: Path | None = None, kept: Path = KEPT) -> None:
    """Compress the files in `source`, by default Streamlit's, that are not in `kept` yet.

    Where nothing can be kept, such as on a full disk, they are sent as they are.
    """
    source = source or internals.static_folder()
    files = {path.relative_to(source).as_posix(): path for path in sorted(source.rglob("*"))}
    files = {name: path for name, path in files.items() if path.suffix in KINDS}
    content = "".join(f"{name} {path.stat().st_size}\n" for name, path in files.items())
    folder = kept / hashlib.sha256(content.encode()).hexdigest()[:16]
    try:
        for name, path in files.items():
            if not (folder / name).is_file():
                _write(folder / name, gzip.compress(path.read_bytes(), mtime=0))
            _ready[name] = folder
        for old in kept.iterdir():
            if old != folder:  # of another version of Streamlit
                shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        LOG.warning("Streamlit's files are sent as they are, not compressed: %s", error)


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


def _accepts(headers: Headers) -> bool:
    return "gzip" in headers.get("accept-encoding", "") and "range" not in headers
