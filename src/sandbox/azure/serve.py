"""The daemon's main program: ``python -m sandbox.azure.serve HOME SOCKET-FD READY-FD``."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import sys
import threading
from pathlib import Path

from sandbox import record
from sandbox.guard import fail_closed
from sandbox.watching import end_when_forgotten

"""Seconds between looks whether the state directory still names this daemon."""


def main(home: Path, listener: socket.socket, ready: int) -> None:
    """Serve until told to end."""
    os.environ.update(fail_closed())
    from sandbox.azure import certificates
    from sandbox.azure.application import Application
    from sandbox.azure.cloud import EmulatedCloud
    from sandbox.azure.controls import Controls
    from sandbox.azure.registry import standard
    from sandbox.azure.request_log import RequestLog
    from sandbox.azure.routing import table
    from sandbox.azure.server import Copies, serve

    certificates.prepare(home)
    table()
    log, token = RequestLog(home / "requests.jsonl"), record.new_token(home)
    copies = Copies(home, lambda cloud: Application(cloud, controls, log))
    controls = Controls(token, copies, log.counts)
    application = Application(EmulatedCloud(standard()), controls, log)
    gc.freeze()
    mine = record.of_this_process(listener.getsockname()[1])
    record.write(home, mine)
    threading.Thread(target=end_when_forgotten, args=(home, mine), daemon=True).start()
    os.write(ready, b"ready")  # the socket listens already: a client waits, it is not refused
    os.close(ready)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(application, copies, listener, home))
    os._exit(0)  # nothing is kept, so nothing is left to put in order


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # whoever started us waits for this one and has nothing to reap later
    main(
        Path(sys.argv[1]),
        socket.socket(fileno=int(sys.argv[2])),
        int(sys.argv[3]),
    )
