"""What stands between a client and a PostgreSQL: a line that breaks, a server of long ago."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """Forwards a port of loopback to a server's. ``cut`` says where the line breaks next: it
    breaks once for each word, when a client says COMMIT."""

    BEFORE, AFTER = "before it arrives", "before the answer does"

    def __init__(self, server: int) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                broken = threading.Event()
                for work in (self._there, self._back):
                    threading.Thread(
                        target=work, args=(client, server, broken), daemon=True
                    ).start()

    def _there(self, client: socket.socket, server: socket.socket, broken: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if b"COMMIT\0" in data and self.cut:
                    if self.cut.pop(0) == self.BEFORE:
                        break
                    broken.set()  # the next answer gets lost
                server.sendall(data)
        _close(client, server)

    def _back(self, client: socket.socket, server: socket.socket, broken: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if broken.is_set():
                    break
                client.sendall(data)
        _close(client, server)

    def close(self) -> None:
        _close(self._listener)


def _close(*sockets: socket.socket) -> None:
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@contextmanager
def line(server: int) -> Iterator[Line]:
    made = Line(server)
    yield made
    made.close()


@contextmanager
def server_of_long_ago(version: str) -> Iterator[int]:
    """The port of something that lets everybody in and says that it is ``version``."""
    listener = socket.create_server(("127.0.0.1", 0))
    parameters = {
        "server_version": version,
        "server_encoding": "UTF8",
        "client_encoding": "UTF8",
        "standard_conforming_strings": "on",
    }

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!i", len(body) + 4) + body

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                while struct.unpack("!ii", client.recv(65536)[:8])[1] != 196608:
                    client.sendall(b"N")  # neither TLS nor GSSAPI
                said = [message(b"R", struct.pack("!i", 0))]
                said += [
                    message(b"S", f"{name}\0{value}\0".encode())
                    for name, value in parameters.items()
                ]
                client.sendall(b"".join([*said, message(b"Z", b"I")]))

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    _close(listener)
