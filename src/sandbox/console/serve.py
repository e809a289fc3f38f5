"""The console's main program: ``python -m sandbox.console.serve HOME SOCKET-FD READY-FD``."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

from modalities.codec import decode
from sandbox import record
from sandbox.console.application import application
from sandbox.console.daemon import ORDER
from sandbox.console.portal import Portal
from sandbox.console.settings import Order
from sandbox.watching import end_when_forgotten

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
    threading.Thread(target=end_when_forgotten, args=(home, mine), daemon=True).start()
    os.write(ready, b"ready")  # the socket listens already: a client waits, it is not refused
    os.close(ready)
    server.run(sockets=[listener])
    os._exit(0)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # whoever started us waits for this one and has nothing to reap later
    main(
        Path(sys.argv[1]),
        socket.socket(fileno=int(sys.argv[2])),
        int(sys.argv[3]),
    )
