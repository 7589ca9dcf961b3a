"""Streamlit's own files are sent compressed, without computing anything for each browser."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.ui.server import compressed

SCRIPT = b"console.log('hello');" * 500


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Files as Streamlit has them, and a folder for the compressed ones."""
    source = tmp_path / "static"
    (source / "js").mkdir(parents=True)
    (source / "js" / "index.js").write_bytes(SCRIPT)
    (source / "js" / "font.woff2").write_bytes(b"font")
    monkeypatch.setattr(compressed, "_ready", {})
    return source, tmp_path / "kept"


def ask(path, **headers):
    """Status, headers and body of the answer; 404 is Streamlit's own."""
    sent = []

    async def streamlit(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    async def receive():
        await asyncio.Event().wait()  # the browser stays

    headers = {"accept-encoding": "gzip, br"} | headers
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": raw}
    with ThreadPoolExecutor(1) as aside:  # Playwright's event loop may be running here
        aside.submit(asyncio.run, compressed.Compressed(streamlit)(scope, receive, send)).result()
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent)


def test_a_script_is_sent_compressed_and_may_be_cached(files):
    compressed.compress(*files)
    status, headers, body = ask("/static/js/index.js")
    assert status == 200 and gzip.decompress(body) == SCRIPT and len(body) < len(SCRIPT) / 10
    assert headers["content-encoding"] == "gzip" and headers["vary"] == "Accept-Encoding"
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    assert ask("/static/js/index.js", if_none_match=headers["etag"])[0] == 304


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/index.js", {"accept-encoding": "identity"}),
        ("/static/js/index.js", {"range": "bytes=0-9"}),
        ("/static/js/font.woff2", {}),
        ("/static/js/../js/index.js", {}),
        ("/js/index.js", {}),
        ("/static/", {}),
    ],
)
def test_all_other_requests_pass(files, path, headers):
    compressed.compress(*files)
    assert ask(path, **headers)[0] == 404


def test_nothing_is_compressed_twice_and_other_versions_go(files):
    source, kept = files
    compressed.compress(source, kept)
    (folder,) = kept.iterdir()
    before = (folder / "js" / "index.js").stat().st_mtime_ns
    compressed.compress(source, kept)
    assert (folder / "js" / "index.js").stat().st_mtime_ns == before
    (source / "js" / "new.js").write_bytes(SCRIPT)
    compressed.compress(source, kept)
    assert [path.name for path in kept.iterdir()] != [folder.name] and not folder.exists()
    assert ask("/static/js/new.js")[0] == 200


def test_without_a_folder_to_keep_them_files_are_sent_as_they_are(files, tmp_path, caplog):
    (tmp_path / "kept").write_text("a file in the folder's place")
    compressed.compress(*files)
    assert "as they are" in caplog.text and ask("/static/js/index.js")[0] == 404
