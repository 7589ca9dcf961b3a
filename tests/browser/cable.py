"""A cable between a browser and a server that a test can pull out: weak Wi-Fi, in one class."""

import socket
import threading
from contextlib import suppress


class Cable:
    """Forwards a port of its own to the server's; `cut` ends all connections and refuses new ones.

    With `silent`, connections stay open but nothing passes any more, as when a laptop leaves the
    room: neither side is told, and both notice only later.
    """

    def __init__(self, port: int) -> None:
        self._to, self._is_whole, self._is_silent = port, True, False
        self._ends: list[socket.socket] = []
        self._dead: list[socket.socket] = []  # of them, those that nothing passes any more
        self._entrance = self._listen(0)
        self.port = self._entrance.getsockname()[1]

    def cut(self, *, silent: bool = False) -> None:
        """Pull the cable out."""
        self._is_whole, self._is_silent = False, silent
        if not silent:
            self._close(self._entrance)
        ends, self._ends = self._ends, []
        self._dead = ends if silent else []
        for end in ends if not silent else []:
            self._close(end)

    def mend(self) -> None:
        """Plug it in again; what was connected before stays cut.

        After silence, old connections are reset, as by a router that no longer knows them.
        """
        if not self._is_silent:
            self._entrance = self._listen(self.port)
        for end in self._dead:
            self._close(end)
        self._is_whole = True

    def close(self) -> None:
        """End it."""
        self.cut()

    def _listen(self, port: int) -> socket.socket:
        entrance = socket.socket()
        entrance.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        entrance.bind(("127.0.0.1", port))
        entrance.listen(64)
        threading.Thread(target=self._accept, args=(entrance,), daemon=True).start()
        return entrance

    def _accept(self, entrance: socket.socket) -> None:
        with suppress(OSError):
            while True:
                browser, _ = entrance.accept()
                if not self._is_whole:
                    continue  # never answered
                server = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [browser, server]
                for pair in ((browser, server), (server, browser)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if source not in self._ends:
                    return  # cut: what arrives is lost, and nobody is told
                target.sendall(data)
        if source in self._ends:
            self._close(target)

    def _close(self, end: socket.socket) -> None:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
