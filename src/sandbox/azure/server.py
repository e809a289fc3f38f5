"""HTTPS on loopback sockets: uvicorn, one listener for the cloud and one for each copy.

All of them in one process and one thread: a request only computes, so nothing needs a lock, and
a copy shares every document with what it was copied from.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.azure.application import Application
from sandbox.azure.certificates import SERVER
from sandbox.azure.cloud import EmulatedCloud

IDLE_LIMIT = 600.0
"""Seconds without a request, after which a copy that nobody ended is ended."""

LOOK = 1.0


class Protocol(HttpToolsProtocol):
    """Lets the application cut the connection: an answer that is lost on the way."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["cloudops.transport"] = self.transport  # type: ignore[typeddict-unknown-key]


class Listener(uvicorn.Server):
    """``quiet`` ones leave the process's signals alone."""

    def __init__(self, application: Application, home: Path, quiet: bool) -> None:
        pem = str(home / SERVER)
        super().__init__(
            uvicorn.Config(
                application,
                http=Protocol,
                ssl_certfile=pem,
                ssl_keyfile=pem,
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="off",
                ws="none",
                timeout_keep_alive=60,
                timeout_graceful_shutdown=2,
            )
        )
        self.application = application
        self._quiet = quiet

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if self._quiet:
            yield
            return
        with super().capture_signals():
            yield


class Copies:
    """Copies of a cloud, each on a port of its own, until it is ended or nobody asks any more."""

    def __init__(self, home: Path, application: Callable[[EmulatedCloud], Application]) -> None:
        self._home = home
        self._application = application
        self._living: dict[int, tuple[Listener, int, asyncio.Task[Any]]] = {}
        self._made = 0

    async def make(self, cloud: EmulatedCloud) -> tuple[int, int]:
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        port: int = listener.getsockname()[1]
        server = Listener(self._application(cloud), self._home, quiet=True)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not task.done():
            await asyncio.sleep(0)
        self._made += 1
        self._living[self._made] = server, port, task
        return self._made, port

    async def end(self, number: int) -> bool:
        """Whether there was such a copy."""
        server, _, task = self._living.pop(number, (None, 0, None))
        if server is None or task is None:
            return False
        server.should_exit = server.force_exit = True
        await asyncio.wait([task], timeout=3)
        return True

    def living(self) -> tuple[tuple[int, int], ...]:
        return tuple((number, port) for number, (_, port, _) in self._living.items())

    async def end_idle(self) -> None:
        """Forever: look after copies whose owners died."""
        while True:
            await asyncio.sleep(LOOK)
            now = time.monotonic()
            for number, (server, _, _) in list(self._living.items()):
                if now - server.application.last > IDLE_LIMIT:
                    await self.end(number)


async def serve(
    application: Application, copies: Copies, listener: socket.socket, home: Path
) -> None:
    """Until the process is told to end. Refuses a socket that is not on loopback."""
    host = listener.getsockname()[0]
    if not ipaddress.ip_address(host).is_loopback:
        raise PermissionError(f"the sandbox serves loopback addresses only, not {host}")
    watcher = asyncio.create_task(copies.end_idle())
    try:
        await Listener(application, home, quiet=False).serve(sockets=[listener])
    finally:
        watcher.cancel()
