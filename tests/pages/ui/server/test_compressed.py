"""Streamlit's own files are sent compressed, without computing anything for each browser."""

import asyncio
import gzip
import shutil
from concurrent.futures import ThreadPoolExecutor

import pyarrow
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

    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers = {"accept-encoding": "gzip, br"} | headers
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": raw}
    with ThreadPoolExecutor(1) as aside:  # Playwright's event loop may be running here
        aside.submit(asyncio.run, compressed.Compressed(streamlit)(scope, receive, send)).result()
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(m.get("body", b"") for m in sent)


def unpacked(encoding, body):
    if encoding == "gzip":
        return gzip.decompress(body)
    return pyarrow.Codec("brotli").decompress(body, len(SCRIPT), asbytes=True)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip, deflate", "gzip"), ("deflate, br;q=0.5", "br")],
)
def test_a_script_is_sent_as_small_as_the_browser_takes_it_and_may_be_cached(
    files, accepted, encoding
):
    compressed.compress(*files)
    status, headers, body = ask("/static/js/index.js", accept_encoding=accepted)
    assert status == 200 and unpacked(encoding, body) == SCRIPT and len(body) < len(SCRIPT) / 10
    assert headers["content-encoding"] == encoding and headers["vary"] == "Accept-Encoding"
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    asked = {"accept_encoding": accepted, "if_none_match": headers["etag"]}
    assert ask("/static/js/index.js", **asked)[0] == 304
    assert ask("/static/js/index.js", **asked | {"accept_encoding": "gzip, br"})[0] == (
        304 if encoding == "br" else 200
    )


def test_a_script_that_has_been_sent_once_is_not_read_again(files):
    source, kept = files
    compressed.compress(source, kept)
    first = ask("/static/js/index.js")
    shutil.rmtree(kept)
    assert ask("/static/js/index.js") == first


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/index.js", {"accept-encoding": "identity"}),
        ("/static/js/index.js", {"range": "bytes=0-9"}),
        ("/static/js/index.js", {"accept_encoding": ""}),
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
    folders = set(kept.iterdir())
    before = [(folder / "js" / "index.js").stat().st_mtime_ns for folder in folders]
    compressed.compress(source, kept)
    assert [(folder / "js" / "index.js").stat().st_mtime_ns for folder in folders] == before
    (source / "js" / "new.js").write_bytes(SCRIPT)
    compressed.compress(source, kept)
    assert len(folders) == 2 and not folders & set(kept.iterdir())
    assert ask("/static/js/new.js")[0] == 200


def test_without_a_folder_to_keep_them_files_are_sent_as_they_are(files, tmp_path, caplog):
    (tmp_path / "kept").write_text("a file in the folder's place")
    compressed.compress(*files)
    assert "Not all" in caplog.text and ask("/static/js/index.js")[0] == 404


def test_without_brotli_files_are_sent_with_gzip(files, monkeypatch, caplog):
    def missing(content):
        raise ImportError("No module named 'pyarrow'")

    monkeypatch.setitem(compressed.ENCODINGS, "br", missing)
    compressed.compress(*files)
    assert "pyarrow" in caplog.text
    assert ask("/static/js/index.js")[1]["content-encoding"] == "gzip"
