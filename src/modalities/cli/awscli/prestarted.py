"""Runs in the interpreter of ``aws`` version 1, not in ours: imports it once, and forks for
each command. The fork does what ``bin/aws`` does.

Of the half second that a command takes, nearly all is spent on the way to its first own line.

Descriptor 0 is a socket. With each byte on it come a conversation, an output and an error
stream. In the conversation the fork says its process id; then it is told, as JSON and to the
end of the stream, what to do; at its end it says its exit status. Who is not told does nothing.
The socket's end is ours.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
import traceback


def main() -> None:
    orders = socket.socket(fileno=os.dup(0))
    before = dict(os.environ)
    driver = importlib.import_module("awscli.clidriver")
    own = {name: value for name, value in os.environ.items() if before.get(name) != value}
    driver.create_clidriver()  # brings the imports of all its parts
    gc.collect()
    gc.freeze()
    gc.disable()  # a command is over before it would pay
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks here
    while True:
        byte, descriptors, _, _ = socket.recv_fds(orders, 1, 3)
        if not byte:
            return
        if os.fork() == 0:
            orders.close()
            command(driver, own, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def command(driver: object, own: dict[str, str], talk: int, output: int, errors: int) -> None:
    """One command, from its order to the end of this process. ``own`` are the variables that
    awscli sets for itself when it is imported."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    conversation = socket.socket(fileno=talk)
    conversation.sendall(b"%d\n" % os.getpid())
    order = json.loads(conversation.makefile("rb").read())
    if order["until"] is not None:
        # The kernel's: though all was stopped meanwhile, it comes before the next word of Python.
        signal.setitimer(signal.ITIMER_REAL, max(1e-6, order["until"] - time.monotonic()))
    for number, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), output, errors)):
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update(order["environment"] | own)
    os.chdir(order["directory"])
    sys.argv = order["argv"]
    status = run(driver)
    conversation.sendall(b"%d\n" % status)
    os._exit(status & 0xFF)


def run(driver: object) -> int:
    """As ``sys.exit(awscli.clidriver.main())`` would end."""
    status: object = 1
    try:
        status = driver.main()  # type: ignore[attr-defined]
    except SystemExit as end:
        status = end.code
    except BaseException:  # noqa: BLE001 - an interpreter prints it and ends with 1
        traceback.print_exc()
    if isinstance(status, str):
        sys.stderr.write(status + "\n")
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return status if isinstance(status, int) else int(status is not None)


if __name__ == "__main__":
    main()
