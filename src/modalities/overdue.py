"""Ends a command that is overdue, though whoever started it is stopped or dead by then.

Started with nothing but the standard library: ``python -IS overdue.py PID UNTIL``, a moment of
time.monotonic(); its standard input a pidfd of the command, which can be read as soon as it has
ended (pidfd_open(2)). The command leads a process group.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time


def main(pid: int, until: float) -> None:
    left = max(0.0, until - time.monotonic())
    if not select.select([0], [], [], left)[0]:
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
