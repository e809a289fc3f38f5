"""The daemon's main program: ``python -m sandbox.aws.serve HOME SOCKET-FD READY-FD``."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import NoReturn

from sandbox import record
from sandbox.aws.emulation import EMULATION
from sandbox.guard import fail_closed
from sandbox.watching import end_when_forgotten

"""Seconds between looks whether the state directory still names this daemon."""


def main(home: Path, listener: socket.socket, ready: int) -> None:
    """Serve until told to end. Environment first: moto reads it while it is imported."""
    gc.disable()  # nearly all that is made from here to the first request stays: 0.6 s saved
    os.environ.update(EMULATION)
    os.environ.update(fail_closed())
    signal.signal(signal.SIGTERM, _end)
    from sandbox.aws.application import Emulator
    from sandbox.aws.overlay import table

    table.install()
    # a queue of requests is no news: they wait for Python's one lock, in any case
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    emulator = Emulator(home, record.new_token(home))
    emulator.warm()
    gc.freeze()  # no collector looks at it again, here or in a copy
    gc.enable()
    mine = record.of_this_process(listener.getsockname()[1])
    record.write(home, mine)
    threading.Thread(target=end_when_forgotten, args=(home, mine), daemon=True).start()
    os.write(ready, b"ready")
    os.close(ready)
    with contextlib.suppress(SystemExit):
        emulator.serve(listener)
    emulator.end()
    os._exit(0)  # nothing is kept, so nothing is left to put in order


def _end(*_: object) -> NoReturn:
    raise SystemExit


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # whoever started us waits for this one and has nothing to reap later
    main(
        Path(sys.argv[1]),
        socket.socket(fileno=int(sys.argv[2])),
        int(sys.argv[3]),
    )
