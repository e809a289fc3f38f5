"""The console's main program: ``python -m sandbox.console.serve HOME SOCKET-FD READY-FD``."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from modalities.codec import decode
from sandbox import record
from sandbox.console.application import application
from sandbox.console.daemon import ORDER
from sandbox.console.portal import Portal
from sandbox.console.settings import Order

LOOK = 2.0
"""Seconds between looks whether the directory still names this process."""


def main(home: Path, listener: socket.socket, ready: int) -> None:
    """Serve until told to end."""
    import json

    import uvicorn

    order = decode(Order, json.loads((home / ORDER).read_text()))
    port = listener.getsockname()[1]
    portal = Portal(order.target, order.settings, home, record.new_token(home), port)
    server = uvicorn.Server(
        uvicorn.Config(
            application(portal),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=3,
        )
    )
    mine = record.of_this_process(port)
    record.write(home, mine)
    threading.Thread(target=_watch, args=(home, mine), daemon=True).start()
    os.write(ready, b"ready")  # the socket listens already: a client waits, it is not refused
    os.close(ready)
    server.run(sockets=[listener])
    os._exit(0)


def _watch(home: Path, mine: record.Record) -> NoReturn:
    """A console that its directory does not know any more could never be ended."""
    while record.read(home) == mine:
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)
    os._exit(1)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # whoever started us waits for this one and has nothing to reap later
    main(
        Path(sys.argv[1]),
        socket.socket(fileno=int(sys.argv[2])),
        int(sys.argv[3]),
    )
