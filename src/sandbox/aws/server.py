"""HTTP on one loopback socket: waitress, with keep-alive and threads.

Why waitress: docs/decisions/sandbox.md.
"""

from __future__ import annotations

import ipaddress
import json
import os
import socket
from wsgiref.types import WSGIApplication, WSGIEnvironment

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

THREADS = 8
METADATA = "CLOUDOPS_METADATA"
META = "x-amz-meta-"


class Parser(HTTPRequestParser):
    """Keeps headers of S3 metadata that have an underscore, which WSGI servers drop."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.headers.pop(METADATA, None)
        fields = (line.partition(b":") for line in header_plus.split(b"\r\n")[1:])
        named = {
            name.decode("latin-1"): value.decode("latin-1").strip() for name, _, value in fields
        }
        kept = {n: v for n, v in named.items() if should_preserve_original_header_name(n)}
        if kept:
            self.headers[METADATA] = json.dumps(kept)


class Task(WSGITask):
    """Keeps the case of names of S3 metadata, which waitress changes on the way back."""

    def build_response_header(self) -> bytes:
        names = [name for name, _ in self.response_headers if name.lower().startswith(META)]
        head: bytes = super().build_response_header()
        for name in names:
            changed = "-".join(part.capitalize() for part in name.split("-"))
            head = head.replace(f"\r\n{changed}:".encode(), f"\r\n{name}:".encode())
        return head


class Channel(HTTPChannel):
    parser_class = Parser
    task_class = Task


class Server(TcpWSGIServer):
    """Serves on a socket that listens already. Refuses any that is not on loopback."""

    channel_class = Channel

    def __init__(self, application: WSGIApplication, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        if not ipaddress.ip_address(host).is_loopback:
            raise PermissionError(f"the sandbox serves loopback addresses only, not {host}")
        super().__init__(
            application,
            map={},
            _sock=listener,
            bind_socket=False,
            sockinfo=(listener.family, listener.type, listener.proto, (host, port)),
            threads=THREADS,
            ident=None,
            connection_limit=1000,
        )

    def run(self) -> None:
        """Until an exception ends it; unlike waitress's own, without waiting for its threads."""
        adj = self.adj
        self.asyncore.loop(adj.asyncore_loop_timeout, adj.asyncore_use_poll, self._map)

    def leave_to_parent(self) -> None:
        """In a child of a fork: let go of the parent's connections. Their numbers go on being
        taken (by /dev/null), so that what still refers to them cannot hit a new file."""
        nothing = os.open(os.devnull, os.O_RDWR)
        for dispatcher in list(self._map.values()):
            if isinstance(dispatcher.socket, socket.socket) and dispatcher.socket.fileno() >= 0:
                os.dup2(nothing, dispatcher.socket.fileno(), inheritable=False)


def restore_metadata(environ: WSGIEnvironment) -> None:
    """Put the headers that :class:`Parser` kept where moto looks for them."""
    kept: dict[str, str] = json.loads(environ.pop(f"HTTP_{METADATA}", "{}"))
    names = {environ_key_for_header(name): name for name in kept}
    for key, name in names.items():
        environ[key] = kept[name]
    environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = names
