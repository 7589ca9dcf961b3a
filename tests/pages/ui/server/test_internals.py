"""How the server speaks to browsers."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from pages.ui.server import internals


def test_a_small_message_does_not_wait_until_the_one_before_is_acknowledged():
    """With a socket as Streamlit 1.67 opens it, which asyncio does not know as one of TCP."""

    async def first_connection() -> int:
        internals.send_at_once()
        connected = asyncio.get_running_loop().create_future()

        class Protocol(asyncio.Protocol):
            def connection_made(self, transport):
                held = transport.get_extra_info("socket")
                connected.set_result(held.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                transport.close()

        listening = socket.socket(socket.AF_INET)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        async with await asyncio.get_running_loop().create_server(Protocol, sock=listening):
            with socket.create_connection(listening.getsockname()):
                return await connected

    with ThreadPoolExecutor(1) as aside:  # Playwright's event loop may be running in this thread
        assert aside.submit(asyncio.run, first_connection()).result()
