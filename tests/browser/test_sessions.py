"""What only a running server shows: whose a session is, and what it keeps."""

import asyncio
import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui.server.visitor import COOKIE
from tests.browser.conftest import start_server, stop_server
from tests.waiting import wait_until


def get(lab, path: str = "/", **headers) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=30)
    connection.request("GET", path, headers={"Accept": "text/html", **headers})
    answer = connection.getresponse()
    answer.read()
    return answer


def new_cookie(lab) -> str:
    """The cookie of a new visitor."""
    return f"{COOKIE}={SimpleCookie(get(lab).headers['set-cookie'])[COOKIE].value}"


def session_of(lab, cookie: str, session: str | None = None, then=lambda session: None) -> str:
    """The number of the session that a tab with this cookie gets, if it asks for this one.

    `then(session)` is called while the tab is open.
    """

    async def come() -> str:
        names = ["streamlit", "PLACEHOLDER_AUTH_TOKEN", *([session] if session else [])]
        url, sent = f"ws://127.0.0.1:{lab.port}/_stcore/stream", {"Cookie": cookie}
        async with websockets.connect(url, subprotocols=names, additional_headers=sent) as socket:
            message = BackMsg()
            message.rerun_script.query_string = ""
            await socket.send(message.SerializeToString())
            async for data in socket:
                found = ForwardMsg.FromString(data)
                if found.WhichOneof("type") == "new_session":
                    own = found.new_session.initialize.session_id
                    await asyncio.to_thread(then, own)
                    return own
        raise AssertionError("the server ended the connection")

    with ThreadPoolExecutor(1) as aside:  # Playwright's event loop runs in this thread
        return aside.submit(asyncio.run, come()).result(60)


def test_a_session_s_number_resumes_it_only_for_the_visitor_who_began_it(lab):
    mine, other = new_cookie(lab), new_cookie(lab)
    session = session_of(lab, mine)
    assert session_of(lab, other, session) != session
    assert session_of(lab, "", session) != session
    assert session_of(lab, mine, session) == session


@pytest.fixture
def hasty_lab(tmp_path):
    """A server that keeps the sessions of closed tabs for a second."""
    log = tmp_path / "log"
    lab = start_server(None, log, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1")
    yield lab
    stop_server(lab)


def upload(lab, session: str, number: int, size: int) -> int:
    """The status of the answer to an uploaded file of this size."""
    token = SimpleCookie(get(lab, "/_stcore/health").headers["set-cookie"])["_streamlit_xsrf"].value
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.npz"\r\n\r\n'
    connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=60)
    connection.request(
        "PUT",
        f"/_stcore/upload_file/{session}/{number}",
        head + bytes(size) + b"\r\n--x--\r\n",
        {
            "Content-Type": "multipart/form-data; boundary=x",
            "X-Xsrftoken": token,
            "Cookie": f"_streamlit_xsrf={token}",
        },
    )
    return connection.getresponse().status


def memory(lab) -> float:
    """The server's memory, in MB."""
    text = Path(f"/proc/{lab.server.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1e3


def imports_pandas(lab) -> bool:
    """Whether the server has begun to import what it puts off until after its first visitor."""
    return "pandas" in Path(f"/proc/{lab.server.pid}/maps").read_text(encoding="utf-8")


def is_steady(lab) -> bool:
    """Whether the server's memory does not grow for three seconds."""
    before = memory(lab)
    time.sleep(3)
    return memory(lab) < before + 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_uploads_are_limited_and_freed_soon_after_the_tab_is_closed(hasty_lab):
    lab, statuses, most = hasty_lab, [], []

    def send(session: str) -> None:
        statuses.extend(upload(lab, session, number, 45_000_000) for number in range(3))
        most.append(memory(lab))

    session_of(lab, new_cookie(lab))
    wait_until(lambda: imports_pandas(lab), pause=0.5)
    wait_until(lambda: is_steady(lab))  # what else it imports after its first visitor
    session_of(lab, new_cookie(lab), then=send)
    assert statuses == [204, 204, 413]
    wait_until(lambda: memory(lab) < most[0] - 80)


def test_metrics_and_other_names_are_closed(lab):
    assert get(lab, "/_stcore/metrics").status == 404
    assert get(lab, Host="evil.example").status == 421
    assert get(lab, "/_stcore/health").status == 200
