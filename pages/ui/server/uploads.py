"""The door for uploaded files: how many bytes a tab, and all tabs together, may leave in memory."""

from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ui.server import addresses, internals, limits

PATH = "/_stcore/upload_file/"  # followed by the session and the file
ELSEWHERE = "This tab is not open on this server."  # a proxy then asks the next one
MB = 1_000_000


class Uploads:
    """ASGI middleware: a file that would take too much is refused before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.coming: Counter[str] = Counter()  # session -> bytes that are being sent to it
        self.places: dict[str, str] = {}  # session -> where its files come from

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or PATH not in scope["path"]:
            await self.app(scope, receive, send)
            return
        session = scope["path"].partition(PATH)[2].partition("/")[0]
        if scope["method"] in ("PUT", "DELETE") and not internals.is_open(session):
            await PlainTextResponse(ELSEWHERE, 404)(scope, receive, send)
            return
        if scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 16):
            await PlainTextResponse("The file's size is missing.", 411)(scope, receive, send)
            return
        size = int(length)
        client = scope.get("client")
        place = addresses.place(client[0] if client else None)
        if problem := self._problem(session, place, size):
            await PlainTextResponse(problem, 413)(scope, receive, send)
            return
        self.places[session] = place
        self.coming[session] += size
        try:
            await self.app(scope, receive, send)
        finally:
            self.coming[session] -= size
            if not self.coming[session]:
                del self.coming[session]

    def _problem(self, session: str, place: str, size: int) -> str:
        """Why a file of this size cannot be taken now."""
        held = {name: self._held(name) for name in {*self.places, session}}
        self.places = {name: where for name, where in self.places.items() if held[name]}
        here = sum(held[name] for name, where in self.places.items() if where == place)
        total = internals.uploaded_bytes(session)[1] + self.coming.total()
        for taken, most, whose in (
            (held[session], limits.MAX_UPLOADED_MB, "files of this tab"),
            (here, limits.MAX_UPLOADED_MB_PER_ADDRESS, "files from your network"),
            (total, limits.MAX_ALL_UPLOADED_MB, "files of all visitors"),
        ):
            if taken + size > most * MB:
                return (
                    f"The file has {size / MB:,.1f} MB, and {whose} already take "
                    f"{taken / MB:,.1f} MB; the limit is {most:,} MB."
                )
        return ""

    def _held(self, session: str) -> int:
        return internals.uploaded_bytes(session)[0] + self.coming[session]
