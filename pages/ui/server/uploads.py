"""The door for uploaded files: how many bytes a tab, and all tabs together, may leave in memory."""

from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ui.server import internals, limits

PATH = "/_stcore/upload_file/"  # followed by the session and the file
MB = 1_000_000


class Uploads:
    """ASGI middleware: a file that would take too much is refused before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.coming: Counter[str] = Counter()  # session -> bytes that are being sent to it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or PATH not in scope["path"]:
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 16):
            await PlainTextResponse("The file's size is missing.", 411)(scope, receive, send)
            return
        size, session = int(length), scope["path"].partition(PATH)[2].partition("/")[0]
        if problem := self._problem(session, size):
            await PlainTextResponse(problem, 413)(scope, receive, send)
            return
        self.coming[session] += size
        try:
            await self.app(scope, receive, send)
        finally:
            self.coming[session] -= size
            if not self.coming[session]:
                del self.coming[session]

    def _problem(self, session: str, size: int) -> str:
        """Why a file of this size cannot be taken now."""
        mine, total = internals.uploaded_bytes(session)
        mine, total = mine + self.coming[session], total + self.coming.total()
        for held, most, whose in (
            (mine, limits.MAX_UPLOADED_MB, "this tab"),
            (total, limits.MAX_ALL_UPLOADED_MB, "all visitors"),
        ):
            if held + size > most * MB:
                return (
                    f"The file has {size / MB:,.1f} MB, and files of {whose} already take "
                    f"{held / MB:,.1f} MB; the limit is {most:,} MB."
                )
        return ""
